"""Freezes a closed period, and computes a report's figures from the freeze and nothing else.

The rows and their hash are written once; `figures` is a pure function of them, so that every figure
can be recomputed to the digit at any later time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from mms_core.db import db
from plugins.citizen_feedback import hiding
from plugins.citizen_feedback.kinds import OVERALL
from plugins.citizen_feedback.models import Programme, ProgrammeMonth
from plugins.citizen_feedback.need_models import NeedMonth, Problem
from plugins.citizen_feedback.report_models import Report, ReportFreeze
from plugins.citizen_feedback.results import Results, arranged

MONTH, NEEDS = ProgrammeMonth.__table__, NeedMonth.__table__
PROBLEMS = 50  # the largest problems that a report names
Rows = list[dict[str, Any]]


def rating_rows(report: Report) -> Rows:
    """Give the sums of the period's marks by programme, settlement and dimension."""
    same = (Programme.tenant_id == MONTH.c.tenant_id) & (Programme.id == MONTH.c.programme_id)
    cell = (Programme.code, Programme.title, Programme.title_en, MONTH.c.settlement,
            MONTH.c.dimension)  # fmt: skip
    sums = [func.sum(MONTH.c[name]).label(name) for name in ("n", "total", "good")]
    query = (
        select(*cell, *sums)
        .join(Programme, same)
        .where(MONTH.c.tenant_id == report.tenant_id, Programme.year == report.year)
        .where(MONTH.c.month >= report.first_day, MONTH.c.month <= report.last_day)
        .group_by(*cell)
        .order_by(*cell)
    )
    return [
        {"kind": "rating", "code": row.code, "title": row.title, "title_en": row.title_en,
         "settlement": row.settlement, "dimension": row.dimension, "n": int(row.n),
         "total": int(row.total), "good": int(row.good)}
        for row in db.session.execute(query)
    ]  # fmt: skip


def need_rows(report: Report) -> Rows:
    """Give the period's needs by settlement and category."""
    query = (
        select(NEEDS.c.settlement, NEEDS.c.category, func.sum(NEEDS.c.n).label("n"))
        .where(NEEDS.c.tenant_id == report.tenant_id)
        .where(NEEDS.c.month >= report.first_day, NEEDS.c.month <= report.last_day)
        .group_by(NEEDS.c.settlement, NEEDS.c.category)
        .order_by(NEEDS.c.settlement, NEEDS.c.category)
    )
    return [
        {"kind": "need", "settlement": row.settlement, "category": row.category, "n": int(row.n)}
        for row in db.session.execute(query)
    ]


def problem_rows(report: Report) -> Rows:
    """Give the problems that stand at the moment of freezing, those with most needs first."""
    mine = (Problem.tenant_id == report.tenant_id) & Problem.state.in_(("open", "chosen"))
    order = (Problem.needs.desc(), Problem.supports.desc(), Problem.code)
    rows = db.session.scalars(select(Problem).where(mine).order_by(*order).limit(PROBLEMS))
    return [
        {"kind": "problem", "code": row.code, "title": row.title, "title_en": row.title_en,
         "needs": row.needs, "supports": row.supports, "state": row.state}
        for row in rows
    ]  # fmt: skip


PARTS = (rating_rows, need_rows, problem_rows)


def keep(report: Report, rows: Rows, *, now: datetime) -> ReportFreeze:
    """Write the frozen rows with their hash; they are never changed."""
    freeze = ReportFreeze(
        tenant_id=report.tenant_id,
        report_id=report.id,
        rows=rows,
        sha256=fingerprint(rows),
        frozen_at=now,
    )
    db.session.add(freeze)
    db.session.flush()
    return freeze


def fingerprint(rows: Sequence[Mapping[str, Any]]) -> str:
    """Hash rows in canonical JSON (SHA-256, hexadecimal)."""
    plain = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def frozen(report: Report) -> ReportFreeze | None:
    """Give the freeze of a report, or None before it was made."""
    return db.session.get(ReportFreeze, (report.tenant_id, report.id))


@dataclass(frozen=True, kw_only=True)
class OfProgramme:
    """A programme in a report."""

    code: str
    title: str
    title_en: str
    results: Results


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that a report says in figures."""

    programmes: Sequence[OfProgramme]
    ratings: int
    needs: int
    by_settlement: Sequence[tuple[str, int]]
    by_category: Sequence[tuple[str, int]]
    needs_hidden: int  # needs of settlements too small to be shown by themselves
    problems: Sequence[Mapping[str, Any]]

    @property
    def empty(self) -> bool:
        """Whether nothing came in the period."""
        return not self.ratings and not self.needs


def figures(rows: Sequence[Mapping[str, Any]]) -> Figures:
    """Compute every figure of a report from its frozen rows."""
    ratings = [row for row in rows if row["kind"] == "rating"]
    needs = [row for row in rows if row["kind"] == "need"]
    programmes = [
        _of_programme(code, ratings) for code in dict.fromkeys(r["code"] for r in ratings)
    ]
    settlements = _summed(needs, "settlement")
    seen = hiding.shown(settlements)
    return Figures(
        programmes=programmes,
        ratings=sum(item.results.overall.n for item in programmes),
        needs=sum(settlements.values()),
        by_settlement=_largest({name: n for name, n in settlements.items() if name in seen}),
        by_category=_largest(_summed(needs, "category")),
        needs_hidden=sum(n for name, n in settlements.items() if name not in seen),
        problems=[row for row in rows if row["kind"] == "problem"],
    )


def _of_programme(code: str, rows: Sequence[Mapping[str, Any]]) -> OfProgramme:
    own = [row for row in rows if row["code"] == code]
    whole = {row["dimension"]: SimpleNamespace(**row) for row in own if row["settlement"] == ""}
    places = {
        row["settlement"]: SimpleNamespace(**row)
        for row in own
        if row["settlement"] and row["dimension"] == OVERALL
    }
    order = sorted(set(whole) - {OVERALL})
    return OfProgramme(
        code=code,
        title=own[0]["title"],
        title_en=own[0]["title_en"],
        results=arranged(whole, places, order=order),
    )


def _summed(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row[name]] = sums.get(row[name], 0) + row["n"]
    return sums


def _largest(sums: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))
