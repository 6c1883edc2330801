"""Copies what a hall has set up to another one: settings, units, texts; never people or cases."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mms_core.answer_texts import rules as texts
from mms_core.answer_texts.models import AnswerText
from mms_core.db import scope
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.letters import search_key
from mms_core.modules import Registry
from mms_core.switching.rules import configure, settings_of, switched
from mms_core.switching.standards import outside, standards
from mms_core.tenancy.rules import Tenant
from mms_core.units import rules as units

PARTS = (
    ("settings", _("Settings of modules, with categories and lists")),
    ("units", _("Names of units")),
    ("texts", _("Texts to begin an answer with")),
)
SHOWN = 160  # characters of a long value


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that would be another one afterwards."""

    part: str
    of: Any  # the module's title, or what kind of thing it is
    what: Any
    before: str
    after: str
    module: str = ""
    key: str = ""
    value: Any = None
    chosen: bool = False  # among words of the software, which speak the page's language

    def tongue(self, text: str) -> str:
        """Give the language of a hall's own words: the one it is kept with, or by its letters."""
        if self.chosen:
            return ""
        if self.part == "texts":
            return str(self.value["language"])
        if any("ა" <= letter <= "ჰ" for letter in text):
            return "ka"
        return "en" if any(letter.isalpha() for letter in text) else ""


def preview(
    registry: Registry, source: Tenant, target: Tenant, parts: Collection[str]
) -> list[Change]:
    """List what copying would change in the target; Refused where both are the same hall."""
    if source.id == target.id:
        raise Refused(_("Choose another municipality."))
    ways = {"settings": _settings, "units": _units, "texts": _texts}
    return [
        change
        for part, _title in PARTS
        if part in parts
        for change in ways[part](registry, source, target)
    ]


def mark(changes: Sequence[Change]) -> str:
    """Give a mark of a look, by which a copy knows that it is still what was looked at."""
    told = [(c.part, c.module, c.key, str(c.what), str(c.before), str(c.value)) for c in changes]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def copy(
    registry: Registry, target: Tenant, changes: Sequence[Change], *, by: str, now: datetime
) -> None:
    """Make the changes that were looked at; settings are kept as decisions of the target."""
    with scope(target.id):
        settings: dict[str, dict[str, Any]] = {}
        for change in changes:
            if change.part == "settings":
                settings.setdefault(change.module, {})[change.key] = change.value
            elif change.part == "units":
                units.keep(target.id, units.UnitData(**change.value))
            else:
                texts.keep(target.id, texts.Typed(**change.value), by=by, now=now)
        now_there = switched(target.id)
        for module, chosen in settings.items():
            stored = now_there[module].settings if module in now_there else {}
            merged = {**stored, **chosen}
            configure(registry, target.id, module=module, settings=merged, decided_by=by)


def _settings(registry: Registry, source: Tenant, target: Tenant) -> Iterator[Change]:
    """Compare settings module by module; what names a hall's own people and acts stays."""
    with scope(source.id):
        there = switched(source.id)
    with scope(target.id):
        here = switched(target.id)
    for name, loaded in sorted(registry.loaded.items()):
        if loaded.settings is None or name not in there:
            continue
        before = _full(registry, name, here[name].settings if name in here else {})
        after = _full(registry, name, there[name].settings)
        barred = {*outside(after, standards(name))}
        for key, field in loaded.settings().fields.items():
            if field.metadata.get("own") or key in barred or before[key] == after[key]:
                continue
            yield Change(
                part="settings",
                of=loaded.module.title,
                what=field.metadata.get("label", key),
                before=_said(field, before[key]),
                after=_said(field, after[key]),
                module=name,
                key=key,
                value=after[key],
                chosen=isinstance(after[key], bool) or bool(field.metadata.get("choices")),
            )


def _full(registry: Registry, module: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    return settings_of(registry, module, stored=stored)


def _said(field: Any, value: Any) -> str:
    """Say a value as the form shows it, the beginning of a long one."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    given = field.metadata.get("choices")
    words = {str(key): str(word) for key, word in (given() if callable(given) else given or ())}
    chosen = value if isinstance(value, list) else [value]
    said = "; ".join(words.get(str(one), str(one)) for one in chosen)
    return said if len(said) <= SHOWN else said[:SHOWN] + "…"


def _units(_registry: Registry, source: Tenant, target: Tenant) -> Iterator[Change]:
    with scope(source.id):
        there = [(row.name_ka, row.name_en) for row in units.units_of(source.id)]
    with scope(target.id):
        here = {search_key(row.name_ka) for row in units.units_of(target.id, closed=True)}
    for name_ka, name_en in there:
        if search_key(name_ka) not in here:
            value = {"name_ka": name_ka, "name_en": name_en}
            yield Change(
                part="units", of=_("Unit"), what=name_ka, before="", after=name_en, value=value
            )


def _texts(_registry: Registry, source: Tenant, target: Tenant) -> Iterator[Change]:
    with scope(source.id):
        there = [_text(row) for row in texts.of_hall(source.id) if not row.retired]
    with scope(target.id):
        here = {_place(_text(row)) for row in texts.of_hall(target.id)}
    for value in there:
        if _place(value) not in here:
            after = value["body"][:SHOWN]
            yield Change(
                part="texts", of=_("Text"), what=value["name"], before="", after=after, value=value
            )


def _text(row: AnswerText) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("name", "body", "module", "step", "language")}


def _place(value: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(value[name] for name in ("name", "module", "step", "language"))
