"""The rules by which something may be hidden: the national ones, and a hall's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from mms_core.changes import changed
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.letters import slug
from mms_core.moderation.models import HallRules

PARTS = ("ka", "en", "text_ka", "text_en")  # of a line by which a hall writes a rule
NATIONAL = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule with its words by language, and where it comes from."""

    key: str
    title: dict[str, str]
    text: dict[str, str]
    source: dict[str, str] = field(default_factory=dict)

    def named(self, language: str = "") -> str:
        """Give the title in a language, or in the page's."""
        return said(self.title, language)

    def told(self, language: str = "") -> str:
        """Give the text of the rule in a language, or in the page's."""
        return said(self.text, language)


def said(words: dict[str, str], language: str = "") -> str:
    """Choose words by language: Georgian for Georgian readers, English for all others."""
    wanted = "ka" if (language or locale()) == "ka" else "en"
    return words.get(wanted) or words.get("ka", "")


@cache
def national() -> dict[str, Rule]:
    """Give the national rules by key."""
    found = tomllib.loads(NATIONAL.read_text(encoding="utf-8"))
    return {key: Rule(key=key, **entry) for key, entry in found.items()}


def rules_of(tenant_id: int) -> dict[str, Rule]:
    """Give the rules in force in a municipality, by key, the national ones first."""
    row = db.session.get(HallRules, tenant_id)
    if row is None:
        return dict(national())
    found = {key: rule for key, rule in national().items() if key not in row.left_out}
    return found | {rule.key: rule for rule in map(_own, row.own)}


def rule_of(tenant_id: int, key: str) -> Rule:
    """Find a rule in force; Invalid (field `rule`) when there is none."""
    found = rules_of(tenant_id).get(key)
    if found is None:
        message = _("Choose the rule from the list.")
        raise Invalid(message, fields={"rule": [message]})
    return found


def _own(entry: dict[str, Any]) -> Rule:
    return Rule(
        key=entry["key"],
        title={"ka": entry["ka"], "en": entry["en"]},
        text={"ka": entry["text_ka"], "en": entry["text_en"]},
    )


def write_own(tenant_id: int) -> str:
    """Give a hall's own rules as a person edits them: a line each, its four parts between bars."""
    row = db.session.get(HallRules, tenant_id)
    lines = [(r["ka"], r["en"], r["text_ka"], r["text_en"]) for r in (row.own if row else [])]
    return "\n".join(" | ".join(line) for line in lines)


def set_rules(
    tenant_id: int, *, in_force: Iterable[str], own: str, legal_act: str, by: str, now: datetime
) -> None:
    """Keep which national rules hold in a hall, its own ones, and the act that says so.

    Invalid at `own` for a line without its four parts, at `in_force` where no rule would be left.
    """
    kept, added = set(in_force), [_read(line) for line in own.splitlines() if line.strip()]
    if not (kept & set(national()) or added):
        none = _("At least one rule must hold, or nothing could ever be hidden.")
        raise Invalid(none, fields={"in_force": [none]})
    row = db.session.get(HallRules, tenant_id, with_for_update=True)
    if row is None:
        row = HallRules(tenant_id=tenant_id)
        db.session.add(row)
    row.left_out = sorted(set(national()) - kept)
    row.own, row.legal_act = added, legal_act.strip()[:200]
    row.changed_at, row.changed_by_name = now, by
    changed(tenant_id, "*")  # the ledger names the rules


def act_of(tenant_id: int) -> str:
    """Give the hall's act about its rules, or nothing."""
    row = db.session.get(HallRules, tenant_id)
    return row.legal_act if row else ""


def _read(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != len(PARTS) or not all(parts):
        wrong = _("Four parts between bars are needed: “%(line)s”", line=line[:60])
        raise Invalid(wrong, fields={"own": [wrong]})
    return {"key": f"own_{slug(parts[1])[:40]}", **dict(zip(PARTS, parts, strict=True))}
