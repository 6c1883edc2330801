"""The life around the demo's ideas: who supports them, what is said of them, calls for more."""

from __future__ import annotations

import tomllib
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from plugins.your_idea_to_mayor import campaigns, following, results, supports, tallies
from plugins.your_idea_to_mayor.models import Comment, Idea, IdeaDelta, Support

TALK = Path(__file__).with_name("demo_talk.toml")
MOST = 140  # supporters of the most wanted idea of a rich hall
PEOPLE = uuid.UUID("6f1d5f0e-9f0b-4f6a-8d57-5a5b7a0c2f11")  # whose numbers the supporters have
IDEA, SUPPORT, COMMENT = Idea.__table__, Support.__table__, Comment.__table__


@cache
def talk() -> Mapping[str, Any]:
    """Read what people say."""
    return tomllib.loads(TALK.read_text(encoding="utf-8"))


def enliven(
    tenant: Any, told: Sequence[tuple[str, Case]], *, rich: bool, now: datetime, reader: Any
) -> None:
    """Give ideas (the title in the file, the case) supporters and comments, and a hall its calls.

    `reader` is the demo's citizen, who follows a few; None where there is no such account.
    """
    public = [(title, case) for title, case in told if case.state not in {"received", "blocked"}]
    rows = [row for _title, case in public for row in _supporters(tenant, case, rich=rich, now=now)]
    if rows:
        db.session.execute(insert(SUPPORT), rows)
    said = [row for title, case in public for row in _said(tenant, title, case, now=now)]
    if rich and said:
        db.session.execute(insert(COMMENT), said)
    _count(tenant.id, rows, said if rich else [])
    if rich:
        _call(tenant, told, now=now)
        _word(tenant.id, at=now - timedelta(days=9))
        if reader is not None:
            _follow(tenant.id, [case for _title, case in public][-3:], reader, now=now)
    supports.fold(tenant.id, now=now)
    tallies.fold(tenant.id)


def _word(tenant_id: int, *, at: datetime) -> None:
    """Let the hall say a word on the running year, which is a published result."""
    year = local_day(at).year
    results.write_note(tenant_id, year, body=talk()["year"], by_name="ნ. ნიმუშაძე", now=at)


def _supporters(tenant: Any, case: Case, *, rich: bool, now: datetime) -> Iterator[dict[str, Any]]:
    """Give an idea its supporters: a few have many, most have some."""
    dice = _dice(f"{tenant.slug}{case.title}wanted", 1000) / 1000
    count = int((MOST if rich else 30) * dice**3) + 2
    span = max(now - case.opened_at, timedelta(hours=2))
    for n in range(count):
        at = case.opened_at + span * ((n + 1) / (count + 2)) ** 2
        resident = _dice(f"{case.title}{n}home", 10) < 8
        yield {
            "tenant_id": tenant.id,
            "case_id": case.id,
            "person_id": uuid.uuid5(PEOPLE, f"{tenant.id}:{n}"),
            "kind": "residents" if resident else "others",
            "at": at,
            "counts_from": at,
            "counted": True,
        }


def _said(tenant: Any, title: str, case: Case, *, now: datetime) -> Iterator[dict[str, Any]]:
    found = next((entry for entry in talk()["talk"] if entry["title"] == title), None)
    before = None
    for n, line in enumerate(found["comments"] if found else ()):
        official = bool(line.get("official"))
        row = {
            "tenant_id": tenant.id,
            "id": uuid7(),
            "case_id": case.id,
            "parent_id": before if line.get("reply") else None,
            "person_id": None,
            "name": "ნ. ნიმუშაძე" if official else line["name"],
            "body": line["text"],
            "official": official,
            "told": True,
            "at": min(case.opened_at + timedelta(days=2 + 3 * n, hours=n + 1), now),
        }
        if not line.get("reply"):
            before = row["id"]
        yield row


def _count(
    tenant_id: int, supporters: Sequence[dict[str, Any]], said: Sequence[dict[str, Any]]
) -> None:
    found: dict[uuid.UUID, dict[str, int]] = {}
    for row, figure in [(r, r["kind"]) for r in supporters] + [(r, "comments") for r in said]:
        of = found.setdefault(row["case_id"], dict.fromkeys((*supports.KINDS, "comments"), 0))
        of[figure] += 1
    rows = [
        {"tenant_id": tenant_id, "id": uuid7(), "case_id": case_id, **figures}
        for case_id, figures in found.items()
    ]
    if rows:
        db.session.execute(insert(IdeaDelta.__table__), rows)


def _call(tenant: Any, told: Sequence[tuple[str, Case]], *, now: datetime) -> None:
    """Make the hall's calls; ideas that came in their days and fit are theirs."""
    for entry in talk()["call"]:
        first, last = (local_day(now + timedelta(days=entry[name])) for name in ("from", "to"))
        words = {"title": entry["title"], "body": entry["text"], "category": entry["category"]}
        words |= {"opens_on": first, "closes_on": last, "result": entry.get("result", "")}
        row = campaigns.make(tenant.id, words, picture=None)
        db.session.flush()
        came = [case.id for _title, case in told if first <= local_day(case.opened_at) <= last]
        mine = (IDEA.c.tenant_id == tenant.id) & IDEA.c.case_id.in_(came)
        db.session.execute(update(IDEA).where(mine).values(campaign_id=row.id))


def _follow(tenant_id: int, cases: Sequence[Case], reader: Any, *, now: datetime) -> None:
    for case in cases:
        following.follow(tenant_id, case.id, person_id=reader.id)
        mine = {"case_id": case.id, "person_id": reader.id, "kind": "others"}
        mine |= {"tenant_id": tenant_id, "at": now, "counts_from": now, "counted": True}
        db.session.execute(insert(SUPPORT).values(mine))
        supports.note(tenant_id, case.id, {"others": 1})


def _dice(seed: str, sides: int) -> int:
    return zlib.crc32(seed.encode()) % sides
