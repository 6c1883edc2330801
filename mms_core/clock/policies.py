"""How long things may take, each with the article it comes from."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

_POLICIES = Path(__file__).parents[1] / "policies.toml"
_SHORTEST_MONTH = 28

Unit = Literal["working", "calendar"]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The same words in Georgian and English."""

    ka: str
    en: str

    def said_in(self, locale: str) -> str:
        """Give the Georgian words to Georgian readers and the English ones to all others."""
        return self.ka if locale == "ka" else self.en


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long something may take, and by which rule."""

    key: str
    days: int
    unit: Unit
    source: str
    label: Wording
    source_ka: str = ""
    months: int = 0
    # The day of the event itself is not counted (the usual rule of Georgian law).
    from_next_day: bool = True
    # A calendar deadline that ends on a day off moves to the next working day.
    moves: bool = True
    # The most days that a hall's own setting may give; without it a hall may only shorten.
    most: int = 0
    # By how many days the term may be lengthened, once and with a reason; 0: never.
    extension: int = 0
    # The policy by which the citizen is asked for what is missing; "": the clock never stands.
    cure: str = "deficiency"
    # The policy by which it is checked that nothing is missing; "": no such check.
    check: str = ""

    def source_in(self, locale: str) -> str:
        """Name the rule in Georgian to Georgian readers, where it is named so."""
        return self.source_ka if locale == "ka" and self.source_ka else self.source

    @property
    def longest(self) -> int:
        """The most days that a hall's setting may give."""
        return self.most or self.days + self.months * _SHORTEST_MONTH

    def chosen(self, days: int | None) -> Policy:
        """Give the policy with a hall's own number of days, held within its bounds."""
        if not days or (days == self.days and not self.months):
            return self
        return _with_days(self, max(1, min(int(days), self.longest)))


@functools.lru_cache(maxsize=512)
def _with_days(policy: Policy, days: int) -> Policy:
    """Make it once: what is counted by it is kept by it."""
    return replace(policy, days=days, months=0)


@functools.cache
def policies() -> Mapping[str, Policy]:
    """Give the national default policies by key."""
    found = tomllib.loads(_POLICIES.read_text(encoding="utf-8"))
    return {
        key: Policy(key=key, **(entry | {"label": Wording(**entry["label"])}))
        for key, entry in found.items()
    }
