"""Jobs that may begin a second later: a request leaves a row, and the worker puts it in the queue.

Each job in procrastinate's queue is two rows and a NOTIFY, and PostgreSQL lets one transaction that
notifies commit at a time. A citizen's post waits for neither: what nobody looks for on its page is
left here, in the same transaction, and the worker brings all that was left to the queue in one.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core import db as database
from mms_core import jobs, together
from mms_core.db import National, db, uuid7

PIECE = 500  # jobs of one transaction


class JobLeft(National, db.Model):  # type: ignore[misc,name-defined]
    """A job that waits to be put in the queue."""

    __tablename__ = "job_left"
    why_national = "It carries ids alone, like the queue's own tables, which serve all halls."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    task: Mapped[str] = mapped_column(Text)
    municipality_id: Mapped[int]
    row_id: Mapped[uuid.UUID]


LEFT = JobLeft.__table__


def leave(task: Any, tenant_id: int, row_id: uuid.UUID) -> None:
    """Leave a job within the running transaction: commit adds both, rollback neither."""
    told = {"id": uuid7(), "task": task.name, "municipality_id": tenant_id, "row_id": row_id}
    together.insert_last(LEFT, told)


def bring(size: int) -> int:
    """Put jobs that were left in the queue, the oldest first; gives how many. The caller commits.

    Of two workers one waits for the other and finds the rows gone.
    """
    oldest = sa.select(LEFT.c.id).order_by(LEFT.c.id).limit(size)
    gone = sa.delete(LEFT).where(LEFT.c.id.in_(oldest)).returning(LEFT)
    found: defaultdict[str, list[tuple[int, uuid.UUID]]] = defaultdict(list)
    rows = db.session.execute(gone).all()
    for row in rows:
        found[row.task].append((row.municipality_id, row.row_id))
    for task, wanted in found.items():
        jobs.defer_each(task, wanted)
    return len(rows)


def bring_all(app: Flask) -> int:
    """Put all jobs that were left in the queue, a transaction a piece; gives how many."""
    brought = 0
    while True:
        with app.app_context():
            database.bind(database.NATION)
            moved = bring(PIECE)
            database.commit()
        brought += moved
        if moved < PIECE:
            return brought
