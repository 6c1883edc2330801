"""Reads a module's decisions in a municipality, with what each changed of the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.switching.models import ModuleDecision

SHOWN = 50
LONGEST = 120  # characters of a text; the rest stands on the page of settings


@dataclass(frozen=True, kw_only=True)
class Change:
    """One setting that a decision changed."""

    label: Any
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision, and what it changed of the settings."""

    decision: ModuleDecision
    changes: tuple[Change, ...]


def history(registry: Registry, tenant_id: int, *, module: str) -> list[Decided]:
    """Give the newest decisions first."""
    query = (
        select(ModuleDecision)
        .where(ModuleDecision.tenant_id == tenant_id, ModuleDecision.module == module)
        .order_by(ModuleDecision.at.desc(), ModuleDecision.id.desc())
        .limit(SHOWN + 1)
    )
    rows: Sequence[ModuleDecision] = db.session.execute(query).scalars().all()
    fields = _fields(registry, module)
    older = [*rows[1:], None][: len(rows)]
    found = [
        Decided(decision=row, changes=_changes(fields, before.settings if before else {}, row))
        for row, before in zip(rows, older, strict=True)
    ]
    return found[:SHOWN]


def _fields(registry: Registry, module: str) -> Mapping[str, Any]:
    loaded = registry.loaded.get(module)
    return loaded.settings().fields if loaded and loaded.settings else {}


def _changes(
    fields: Mapping[str, Any], before: Mapping[str, Any], row: ModuleDecision
) -> tuple[Change, ...]:
    found = []
    for name in {**before, **row.settings}:
        field = fields.get(name)
        usual = field.load_default if field is not None else None
        old, new = before.get(name, usual), row.settings.get(name, usual)
        if old != new:
            label = field.metadata.get("label", name) if field is not None else name
            found.append(
                Change(
                    label=label,
                    before=in_words(field, old) if name in before else _default(field, usual),
                    after=in_words(field, new) if name in row.settings else _("the default"),
                )
            )
    return tuple(found)


def _default(field: Any, usual: Any) -> Any:
    """Say what held before a hall had a value of its own."""
    return in_words(field, usual) if usual not in (None, "") else _("the default")


def in_words(field: Any, value: Any) -> Any:
    """Give a value as the form shows it; what somebody typed at a Georgian hall is Georgian."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return Markup(", ").join(escape(in_words(field, one)) for one in value)
    given = field.metadata.get("choices", ()) if field is not None else ()
    choices = {pair[0]: pair[1] for pair in (given() if callable(given) else given)}
    if value in choices:
        return choices[value]
    if not isinstance(value, str):
        return value
    short = value if len(value) <= LONGEST else value[:LONGEST].rstrip() + "…"
    return Markup('<span lang="ka">{}</span>').format(short)


def last_decisions(tenant_id: int) -> dict[str, ModuleDecision]:
    """Give the newest decision about each module of a municipality."""
    query = (
        select(ModuleDecision)
        .where(ModuleDecision.tenant_id == tenant_id)
        .ext(distinct_on(ModuleDecision.module))
        .order_by(ModuleDecision.module, ModuleDecision.at.desc(), ModuleDecision.id.desc())
    )
    return {row.module: row for row in db.session.execute(query).scalars()}
