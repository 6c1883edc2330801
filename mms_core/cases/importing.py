"""Takes a record of another platform over as a case, without a figure that is not ours.

What was answered there becomes a closed case with its own dates: it counts neither as opened nor as
answered here, and no letter is written. What still waits becomes a new case whose clock begins
today, as of one that was forwarded, and its author gets the receipt with the new number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mms_core import rows
from mms_core.cases.asked import NewCase
from mms_core.cases.imports import IMPORT, Origin, Record
from mms_core.cases.log import SYSTEM, Entry, append
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.numbers import next_number
from mms_core.cases.rules import index, open_case
from mms_core.cases.similar import keep_keys
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.contributions import CaseType
from mms_core.db import uuid7
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from mms_core.switching.rules import settings_of, switched


def import_record(
    registry: Registry,
    case_type: CaseType,
    *,
    module: str,
    tenant: Any,
    record: Record,
    origin: Origin,
    now: datetime,
) -> Case:
    """Make a case of a record; Refused when this kind of case takes none over."""
    door = case_type.imports
    if door is None:
        raise Refused(_("This module cannot take records over."))
    if record.answer:
        case = _answered(case_type, module=module, tenant=tenant, record=record)
    else:
        case = _waiting(registry, case_type, module=module, tenant=tenant, record=record, now=now)
    data = {
        "platform": origin.name,
        "number": record.external_id,
        "opened": local_day(record.opened_at).isoformat(),
    }
    entry = Entry(kind="imported", actor=SYSTEM, after=case.state, public=True, data=data)
    append(case, entry, at=now)
    if record.answer:
        _keep(case, record)
        if case_type.compared:
            keep_keys(case)
    door.take(case, {**record.own, "published": record.published})
    count(tenant.id, module, {local_day(now): {"imported": 1}})
    changed(tenant.id, module)
    return case


def _waiting(
    registry: Registry, case_type: CaseType, *, module: str, tenant: Any, record: Record,
    now: datetime,
) -> Case:  # fmt: skip
    stored = switched(tenant.id)[module].settings
    new = NewCase(
        title=record.title,
        body=record.body,
        contact=record.contact,
        channel=IMPORT,
        by=SYSTEM,
        topic=record.topic,
        place=record.place,
        settings=settings_of(registry, module, stored=stored),
    )
    return open_case(registry, case_type, module=module, tenant=tenant, new=new, now=now)


def _answered(case_type: CaseType, *, module: str, tenant: Any, record: Record) -> Case:
    """Give the case of a record that was answered there, without a clock of ours."""
    assert case_type.imports is not None  # asked before
    answered = record.answered_at or record.opened_at
    number, _off = next_number(tenant.id, tenant.case_prefix, now=record.opened_at)
    return Case(
        tenant_id=tenant.id,
        id=uuid7(),
        number=number,
        module=module,
        kind=case_type.name,
        state=case_type.imports.answered,
        is_open=False,
        title=record.title,
        body=record.body,
        channel=IMPORT,
        topic=record.topic,
        place=record.place,
        opened_at=record.opened_at,
        updated_at=answered,
        answered_at=answered,
        closed_at=answered,
        answer=record.answer,
        search=index(
            tenant.id,
            record.title,
            record.body,
            record.place,
            number=number,
            name=record.contact.name,
        ),
    )


def _keep(case: Case, record: Record) -> None:
    rows.keep(case)
    contact = record.contact
    rows.keep(
        CaseContact(
            tenant_id=case.tenant_id,
            case_id=case.id,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            public_name=contact.public_name,
        )
    )
