"""The ministry decides a setting's national default and its bounds; each decision is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma
from sqlalchemy import select

from mms_core import db as database
from mms_core.changes import changed
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.switching.bounds import FREE, Bound
from mms_core.switching.models import ModuleStandard, StandardDecision
from mms_core.switching.standards import schema_defaults
from mms_core.tenancy.rules import all_tenants

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the ministry decides of one setting; without a value there is no national default."""

    value: Any = None  # as it would be stored
    bound: Bound = FREE
    decided_by: str
    act_number: str = ""
    act_date: date | None = None
    reason: str = ""


def rule(registry: Registry, *, module: str, setting: str, ruling: Ruling) -> ModuleStandard:
    """Record a decision; halls that have set nothing of their own follow it at once.

    Raises Invalid for an unknown setting, and for a bound that its own default would break.
    """
    loaded = registry.loaded.get(module)
    schema = loaded.settings if loaded else None
    field = schema().fields.get(setting) if schema else None
    if schema is None or field is None:
        raise Invalid(_("There is no such setting."))
    _check(field, ruling, usual=schema_defaults(schema)[setting])
    row = db.session.get(ModuleStandard, (module, setting), with_for_update=True)
    if row is None:
        row = ModuleStandard(module=module, setting=setting)
        db.session.add(row)
    row.value, row.bound = ruling.value, ruling.bound.stored()
    row.decided_by, row.at = ruling.decided_by, datetime.now(UTC)
    _record(row, ruling)
    _tell_every_hall()
    return row


def _check(field: ma.fields.Field[Any], ruling: Ruling, *, usual: Any) -> None:
    """Refuse what nobody could keep."""
    bound, problems = ruling.bound, {}
    for name, end in (("least", bound.least), ("most", bound.most)):
        if end is not None and _refused(field, end):
            problems[name] = [_("The module itself does not take this.")]
    if bound.least is not None and bound.most is not None and bound.least > bound.most:
        problems["most"] = [_("The most is less than the least.")]
    if bound.fixed and ruling.value is None:
        problems["fixed"] = [_("Set a default first: nothing else would be allowed.")]
    if not problems and not _keeps(bound, usual if ruling.value is None else ruling.value):
        problems["value"] = [_("The default itself lies outside of the bound.")]
    if problems:
        raise Invalid(_("This bound cannot hold."), fields=problems)


def _keeps(bound: Bound, value: Any) -> bool:
    return bound.fixed or bound.holds(value, default=None)


def _refused(field: ma.fields.Field[Any], value: Any) -> bool:
    try:
        field.deserialize(int(value) if isinstance(field, ma.fields.Integer) else value)
    except ma.ValidationError:
        return True
    return False


def _record(row: ModuleStandard, ruling: Ruling) -> None:
    db.session.add(
        StandardDecision(
            module=row.module,
            setting=row.setting,
            value=ruling.value,
            bound=row.bound,
            decided_by=ruling.decided_by,
            at=row.at,
            act_number=ruling.act_number,
            act_date=ruling.act_date,
            reason=ruling.reason,
        )
    )
    db.session.flush()


def _tell_every_hall() -> None:
    """Let kept public pages give way, for a default may stand on them."""
    for hall in all_tenants():
        with database.scope(hall.id):
            changed(hall.id, "*")
            db.session.flush()


def rulings(module: str) -> Sequence[StandardDecision]:
    """Give the newest decisions of the ministry about a module's settings."""
    query = select(StandardDecision).where(StandardDecision.module == module)
    return db.session.scalars(query.order_by(StandardDecision.id.desc()).limit(SHOWN)).all()
