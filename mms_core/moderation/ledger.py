"""The public account of what a hall has hidden: how many, by which rule, appeals won."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select

from mms_core.db import db
from mms_core.moderation.models import Hiding

NEWEST = 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """A rule with how often it was used, undone, appealed and won."""

    rule: str
    title: dict[str, str]
    hidden: int
    restored: int
    appealed: int
    won: int


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A year of hidings by rule, with the newest ones; never the hidden words."""

    year: int
    lines: Sequence[Line] = field(default_factory=tuple)
    newest: Sequence[Any] = field(default_factory=tuple)

    @property
    def hidden(self) -> int:
        """How often something was hidden."""
        return sum(line.hidden for line in self.lines)

    @property
    def appealed(self) -> int:
        """How many authors appealed."""
        return sum(line.appealed for line in self.lines)

    @property
    def won(self) -> int:
        """How many appeals were won."""
        return sum(line.won for line in self.lines)


def ledger(tenant_id: int, *, year: int, start: datetime, end: datetime) -> Ledger:
    """Read the ledger of a year, which lasts from `start` to before `end`."""
    row = Hiding
    during = (row.tenant_id == tenant_id, row.hidden_at >= start, row.hidden_at < end)
    counted = db.session.execute(
        select(
            row.rule,
            func.max(cast(row.rule_title, Text)).label("title"),
            func.count().label("hidden"),
            func.count(row.restored_at).label("restored"),
            func.count(row.appealed_at).label("appealed"),
            func.count().filter(row.appeal == "won").label("won"),
        )
        .where(*during)
        .group_by(row.rule)
        .order_by(func.count().desc(), row.rule)
    ).all()
    newest = db.session.scalars(
        select(row).where(*during).order_by(row.hidden_at.desc(), row.id.desc()).limit(NEWEST)
    ).all()
    return Ledger(year=year, lines=[_line(one) for one in counted], newest=newest)


def _line(row: Any) -> Line:
    return Line(
        rule=row.rule,
        title=json.loads(row.title),
        hidden=row.hidden,
        restored=row.restored,
        appealed=row.appealed,
        won=row.won,
    )
