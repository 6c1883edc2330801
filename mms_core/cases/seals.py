"""Seals the event log of a municipality, and verifies chains and seals.

An event chained to the one before cannot be changed alone; a seal over the heads of all cases that
moved keeps whole chains from being rewritten. The seal is taken aside of the posts, every hour.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select, text

from mms_core.cases.log import CaseEvent, Seal, digest
from mms_core.cases.models import Case
from mms_core.db import db

SETTLED = timedelta(minutes=10)  # a transaction that began before this has ended
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
BATCH = 500
TAKEN_OVER = "imported"  # older ones do not say in which state the case came


def seal(tenant_id: int, *, now: datetime) -> Seal | None:
    """Seal what moved since the last seal; None when nothing did. The session is bound."""
    db.session.execute(text(f"select pg_advisory_xact_lock(7366002, {int(tenant_id)})"))
    last = db.session.execute(
        select(Seal).where(Seal.tenant_id == tenant_id).order_by(Seal.no.desc()).limit(1)
    ).scalar_one_or_none()
    since = last.until - SETTLED if last else EARLIEST
    moved = select(CaseEvent.case_id).where(CaseEvent.tenant_id == tenant_id, CaseEvent.at > since)
    rows = db.session.execute(
        select(Case.id, Case.version, Case.head)
        .where(Case.tenant_id == tenant_id, Case.id.in_(moved))
        .order_by(Case.id)
    )
    heads = {str(row.id): f"{row.version}:{row.head}" for row in rows}
    if last is not None:
        heads = {k: v for k, v in heads.items() if last.heads.get(k) != v}
    if not heads:
        return None
    previous = last.root if last else ""
    made = Seal(
        tenant_id=tenant_id,
        no=last.no + 1 if last else 1,
        at=now,
        until=now,
        cases=len(heads),
        heads=heads,
        previous=previous,
        root=root_of(heads, previous=previous),
    )
    db.session.add(made)
    db.session.flush()
    return made


def root_of(heads: dict[str, str], *, previous: str) -> str:
    """Hash the heads with the root before (SHA-256 over canonical JSON, hexadecimal)."""
    raw = json.dumps([previous, heads], sort_keys=True)
    return hashlib.sha256(raw.encode()).hexdigest()


def verify(tenant_id: int) -> Iterator[str]:
    """Check every chain and seal of a municipality; yields a sentence for each thing wrong."""
    yield from _broken_chains(tenant_id)
    yield from _broken_seals(tenant_id)


def _broken_chains(tenant_id: int) -> Iterator[str]:
    heads = {
        row.id: row
        for row in db.session.execute(
            select(Case.id, Case.version, Case.head, Case.number, Case.state).where(
                Case.tenant_id == tenant_id
            )
        ).yield_per(BATCH)
    }
    events = db.session.execute(
        select(CaseEvent)
        .where(CaseEvent.tenant_id == tenant_id)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
        .execution_options(yield_per=BATCH)
    ).scalars()
    for case_id, chain in groupby(events, key=lambda event: event.case_id):
        head = heads.pop(case_id, None)
        problem = _broken_chain(chain, head)
        if problem:
            yield f"{head.number if head else case_id}: {problem}"
    for head in heads.values():
        yield f"{head.number}: the case has no events."


def _broken_chain(chain: Iterator[CaseEvent], head: Any) -> str | None:
    previous, count, state, untold = "", 0, "", False
    for count, event in enumerate(chain, start=1):
        if event.seq != count:
            return f"event {count} is missing."
        if event.previous != previous or digest(vars(event)) != event.hash:
            return f"event {count} is not what was written."
        previous = event.hash
        if event.kind in {"step", TAKEN_OVER} and event.after:
            state = event.after
        untold = untold or event.kind == TAKEN_OVER
        db.session.expunge(event)
    if head is None:
        return "its events are here, but the case is gone."
    if (count, previous) != (head.version, head.head):
        return "the newest events are missing."
    if state == head.state or (untold and not state):
        return None
    return f"its state is {head.state}, but the log says {state}."


def _broken_seals(tenant_id: int) -> Iterator[str]:
    previous = ""
    seals = db.session.execute(
        select(Seal).where(Seal.tenant_id == tenant_id).order_by(Seal.no)
    ).scalars()
    for made in seals:
        if made.previous != previous or root_of(made.heads, previous=previous) != made.root:
            yield f"Seal {made.no} is not what was written."
        previous = made.root
        yield from _unsealed(tenant_id, made)


def _unsealed(tenant_id: int, made: Seal) -> Iterator[str]:
    """Compare the sealed heads with the events that are there now."""
    wanted: dict[str, Any] = {k: v.partition(":") for k, v in made.heads.items()}
    ids = [uuid.UUID(key) for key in wanted]
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        rows = db.session.execute(
            select(CaseEvent.case_id, CaseEvent.seq, CaseEvent.hash).where(
                CaseEvent.tenant_id == tenant_id, CaseEvent.case_id.in_(part)
            )
        )
        there = {(str(row.case_id), row.seq): row.hash for row in rows}
        for case_id in map(str, part):
            seq, _colon, sealed = wanted[case_id]
            if there.get((case_id, int(seq))) != sealed:
                yield f"Seal {made.no}: case {case_id} has been rewritten or removed since."
