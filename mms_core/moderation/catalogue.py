"""The rules by which something may be hidden: the national ones, and a hall's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.moderation.models import HallRules

NATIONAL = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule with its words by language, and where it comes from."""

    key: str
    title: dict[str, str]
    text: dict[str, str]
    source: str = ""

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
        source=entry.get("source", ""),
    )
