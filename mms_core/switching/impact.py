"""What switching off or a setting would touch, counted from live rows, and who would be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import and_, func, or_, select

from mms_core.cases.models import Case, CaseContact
from mms_core.contributions import Impact
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Loaded, Registry

TOUCHES = "touches_cases"  # the word in a setting's metadata by which its author says so


@dataclass(frozen=True, kw_only=True)
class Running:
    """The open cases of a module, and the people behind them."""

    cases: int = 0
    unanswered: int = 0
    reachable: int = 0  # citizens whom a letter or a message reaches
    officers: int = 0  # colleagues who have one of the cases
    unassigned: int = 0


def running(tenant_id: int, module: str) -> Running:
    """Count a module's open cases, and who is behind them."""
    contact = and_(CaseContact.tenant_id == Case.tenant_id, CaseContact.case_id == Case.id)
    reached = or_(
        CaseContact.email != "", CaseContact.phone != "", Case.author_id.is_not(None)
    )  # fmt: skip
    query = (
        select(
            func.count().label("cases"),
            func.count().filter(Case.answered_at.is_(None)).label("unanswered"),
            func.count().filter(reached).label("reachable"),
            func.count(Case.assignee_id.distinct()).label("officers"),
            func.count().filter(Case.assignee_id.is_(None)).label("unassigned"),
        )
        .select_from(Case)
        .outerjoin(CaseContact, contact)
        .where(Case.tenant_id == tenant_id, Case.module == module, Case.is_open)
    )
    return Running(**db.session.execute(query).mappings().one())


def impact(registry: Registry, tenant: Any, *, module: str) -> list[Impact]:
    """List what switching off would touch: the open cases, then what the module says."""
    answers = registry.ask_all("mms_impact", [module], tenant=tenant)
    found = running(tenant.id, module)
    inbox = url_for("desk.inbox_page", module=module)
    lines = [
        Impact(name="open_cases", title=_("Open cases"), count=found.cases, url=inbox),
        Impact(name="unanswered", title=_("of them without an answer"), count=found.unanswered),
    ]
    lines += [line for _name, given in answers for line in given]
    return [line for line in lines if line.count]


def touching(loaded: Loaded, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Any]:
    """Name the changed settings of which the module says that they touch running cases."""
    fields = loaded.settings().fields if loaded.settings else {}
    return [
        field.metadata.get("label", name)
        for name, field in fields.items()
        if field.metadata.get(TOUCHES) and before.get(name) != after.get(name)
    ]
