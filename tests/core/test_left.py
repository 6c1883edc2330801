"""What a request leaves is put in the queue once, soon after, and only if it was committed."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, hall
from flask import Flask

from mms_core import db as database
from mms_core import left, upkeep
from mms_core.db import NATION, db
from mms_core.messages.outbox import send_letter

JOBS = sa.text(
    "select task_name, queue_name, priority, status::text, args from public.procrastinate_jobs"
    " order by id"
)


def leave(app: Flask, *rows: uuid.UUID, commits: bool = True) -> None:
    with hall(app, TSKALTUBO):
        for row in rows:
            left.leave(send_letter, TSKALTUBO, row)
        if not commits:
            database.rollback()


def queued(app: Flask) -> list[Any]:
    with app.app_context():
        database.bind(NATION)
        return list(db.session.execute(JOBS).all())


def waiting(app: Flask) -> int:
    with app.app_context():
        database.bind(NATION)
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(left.LEFT)) or 0)


def test_it_waits_until_the_worker_brings_it_to_the_queue_as_if_deferred(app: Flask) -> None:
    rows = [uuid.uuid4() for _place in range(3)]
    leave(app, *rows)
    assert (waiting(app), queued(app)) == (3, [])
    assert left.bring_all(app) == 3
    assert waiting(app) == 0
    found = queued(app)
    assert [job.args for job in found] == [
        {"tenant_id": TSKALTUBO, "row_id": str(row)} for row in rows
    ]
    like = send_letter.configure().job
    assert {job[:4] for job in found} == {("messages.send", like.queue, like.priority, "todo")}
    assert left.bring_all(app) == 0


def test_what_was_rolled_back_is_left_nowhere(app: Flask) -> None:
    leave(app, uuid.uuid4(), commits=False)
    assert waiting(app) == 0


def test_many_go_in_pieces_and_none_is_forgotten(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left, "PIECE", 2)
    leave(app, *(uuid.uuid4() for _place in range(5)))
    assert left.bring_all(app) == 5
    assert len(queued(app)) == 5


def test_two_workers_bring_each_once(app: Flask) -> None:
    leave(app, *(uuid.uuid4() for _place in range(40)))
    brought: list[int] = []

    def work() -> None:
        brought.append(left.bring_all(app))

    workers = [threading.Thread(target=work) for _place in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(brought) == len(queued(app)) == 40
    assert waiting(app) == 0


def test_the_worker_does_it_within_seconds_whatever_else_it_does(app: Flask) -> None:
    leave(app, uuid.uuid4())
    with upkeep.running(app, chores=upkeep.PROMPT):
        for _tenth in range(100):
            if not waiting(app):
                break
            threading.Event().wait(0.1)
    assert len(queued(app)) == 1
