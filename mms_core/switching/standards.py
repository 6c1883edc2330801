"""The ministry's defaults of a module's settings, and the bounds within which a hall may move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import marshmallow as ma
from markupsafe import Markup, escape
from sqlalchemy import select

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.switching.bounds import FREE, Bound, bound_of
from mms_core.switching.models import ModuleStandard


@dataclass(frozen=True, kw_only=True)
class Standard:
    """What the ministry has set for a setting; without a value the software's default holds."""

    setting: str
    value: Any = None
    bound: Bound = FREE
    at: datetime | None = None


def standard_of(row: Any) -> Standard:
    """Make a standard of a table's row."""
    return Standard(
        setting=row.setting, value=row.value, bound=bound_of(row.bound), at=row.at
    )  # fmt: skip


def standards(module: str) -> dict[str, Standard]:
    """Read what the ministry has set for a module, by setting."""
    rows = db.session.execute(select(ModuleStandard).where(ModuleStandard.module == module))
    return {row.setting: standard_of(row) for row in rows.scalars()}


@lru_cache(maxsize=256)
def schema_defaults(schema: type[ma.Schema]) -> Mapping[str, Any]:
    """Give a schema's own defaults."""
    return {name: item.load_default for name, item in schema().fields.items()}


@lru_cache(maxsize=256)
def _written_defaults(schema: type[ma.Schema]) -> Mapping[str, Any]:
    """Give a schema's defaults as they would be stored."""
    written: dict[str, Any] = schema().dump(schema_defaults(schema))
    return written


def defaults(schema: type[ma.Schema], known: Mapping[str, Standard]) -> dict[str, Any]:
    """Give the defaults in force as they would be stored: the ministry's before the software's."""
    national = {name: item.value for name, item in known.items() if item.value is not None}
    return {**_written_defaults(schema), **national}


def own(
    schema: type[ma.Schema], settings: Mapping[str, Any], known: Mapping[str, Standard]
) -> dict[str, Any]:
    """Leave of the settings what is the hall's own; the rest follows the default."""
    usual = defaults(schema, known)
    return {
        name: value for name, value in settings.items() if name not in usual or usual[name] != value
    }


def outside(settings: Mapping[str, Any], known: Mapping[str, Standard]) -> list[str]:
    """Name the settings whose value the ministry's bounds would not let anybody choose now."""
    return [
        name
        for name, item in known.items()
        if name in settings and not item.bound.holds(settings[name], default=item.value)
    ]


def check_moves(
    schema: type[ma.Schema],
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    known: Mapping[str, Standard],
) -> None:
    """Let a hall change a setting only within bounds; what stands outside already may stay.

    Raises Invalid that says at each field the bound, and that it is the ministry's decision.
    """
    usual = defaults(schema, known)
    moved = (
        name
        for name in outside({**usual, **after}, known)
        if {**usual, **before}.get(name) != {**usual, **after}.get(name)
    )
    fields = schema().fields
    problems = {name: [refusal(fields.get(name), known[name])] for name in moved}
    if problems:
        raise Invalid(_("The ministry's bounds do not allow this."), fields=problems)


def refusal(field: Any, standard: Standard) -> str:
    """Say what the ministry allows, and since when."""
    bound = standard.bound.words(field)
    return str(_("The ministry decided on %(day)s: %(bound)s.", day=_day(standard), bound=bound))


def notes(field: Any, standard: Standard) -> Markup:
    """Tell an officer of a setting's national default and bound."""
    from mms_core.switching.history import in_words

    said = []
    if standard.value is not None:
        words = in_words(field, standard.value)
        said.append(escape(_("National default:")) + Markup(" {}.").format(words))
    if standard.bound != FREE:
        said.append(escape(refusal(field, standard)))
    return Markup(" ").join(said)


def _day(standard: Standard) -> str:
    from flask_babel import format_date

    return str(format_date(local_day(standard.at), "d MMMM y")) if standard.at else ""
