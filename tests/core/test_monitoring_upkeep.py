"""What must be done again and again is done, twice does no harm, and a failure stops nothing."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from procrastinate import PsycopgConnector

from mms_core import changes, jobs, trimming, upkeep
from mms_core import db as database
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.db import db, role_url
from mms_core.monitoring.counters import count

HALL = 39
NOW = datetime.now(UTC)


def rows(app: Flask, table: str) -> int:
    with app.app_context():
        database.bind(HALL)
        return int(db.session.execute(sa.text(f"select count(*) from mms.{table}")).scalar_one())  # noqa: S608 - named in this file


def version(app: Flask, module: str) -> tuple[int, int]:
    with app.app_context():
        database.bind(HALL)
        query = "select max(no), count(*) from mms.public_change where module = :m"
        newest, many = db.session.execute(sa.text(query), {"m": module}).one()
        return int(newest), int(many)


def mark(app: Flask, module: str, times: int, *, ago: timedelta) -> None:
    with app.app_context():
        database.bind(HALL)
        for _ in range(times):
            changed(HALL, module)
        db.session.execute(
            sa.text("update mms.public_change set at = now() - cast(:ago as interval)"),
            {"ago": ago},
        )
        db.session.commit()


def trim(app: Flask, *, now: datetime = NOW) -> int:
    with app.app_context():
        database.bind(HALL)
        gone = trimming.trim_changes(HALL, now=now)
        db.session.commit()
    return gone


def test_old_marks_of_change_become_one_and_no_version_comes_back(app: Flask) -> None:
    mark(app, "ideas", trimming.MANY + 1, ago=timedelta(hours=1))
    seen = {version(app, "ideas")}
    assert trim(app) == trimming.MANY + 1
    assert version(app, "ideas")[1] == 1
    assert version(app, "ideas") not in seen
    assert trim(app, now=NOW + timedelta(hours=1)) == 0, "a single mark is left alone"


def test_pages_read_the_version_that_who_is_bound_to_no_hall_is_told(app: Flask) -> None:
    told = sa.text("select mms.public_version(:hall, null)")
    for times in (0, 3, 1):
        mark(app, "ideas", times, ago=timedelta(hours=1))
        with app.app_context():
            database.bind(HALL)
            found = db.session.scalar(sa.select(changes.version("tenant")), {"tenant": HALL})
            database.bind(database.NATION)
            assert found == db.session.scalar(told, {"hall": HALL})


def test_a_few_or_fresh_marks_are_left_alone(app: Flask) -> None:
    mark(app, "ideas", 3, ago=timedelta(hours=1))
    mark(app, "lamps", trimming.MANY + 5, ago=timedelta(seconds=5))
    assert trim(app) == 0


def test_spent_keys_and_letters_are_forgotten(app: Flask) -> None:
    insert_key = (
        "insert into mms.idempotency_key (tenant_id, key, at) values (39, :k, now() - :ago)"
    )
    insert_letter = (
        "insert into mms.national_letter"
        " (id, recipient, subject, body, state, attempts, error, created_at, sent_at) values"
        " (gen_random_uuid(), 'a@b.example', '', '', :s, 1, '',"
        " now() - cast(:made as interval), now() - cast(:sent as interval))"
    )
    day = timedelta(days=1)
    with app.app_context():
        database.bind(HALL)
        for key, ago in (("old", 15 * day), ("young", 13 * day)):
            db.session.execute(sa.text(insert_key), {"k": key, "ago": ago})
        for state, made, sent in (
            ("sent", 2 * day, 2 * day),
            ("sent", day / 2, day / 2),
            ("failed", 15 * day, None),
            ("waiting", day, None),
        ):
            db.session.execute(sa.text(insert_letter), {"s": state, "made": made, "sent": sent})
        db.session.commit()
    for chore in upkeep.CHORES:
        assert upkeep.do(app, chore), chore.name
        assert upkeep.do(app, chore), f"{chore.name} does no harm twice"
    assert rows(app, "idempotency_key") == 1
    assert rows(app, "national_letter") == 2


def test_a_chore_that_fails_stops_no_other(app: Flask) -> None:
    done = threading.Event()

    def fail(_app: Flask) -> None:
        raise ValueError

    chores = (
        upkeep.Chore(name="fails", every=0.1, work=fail),
        upkeep.Chore(name="works", every=0.1, work=lambda _app: done.set()),
    )
    with upkeep.running(app, chores=chores) as thread:
        assert done.wait(10)
    assert not thread.is_alive()


def test_the_worker_folds_while_it_works(app: Flask) -> None:
    with app.app_context():
        database.bind(HALL)
        count(HALL, "ideas", {local_day(NOW): {"opened": 3}})  # yesterday's would be recounted
        db.session.commit()
    with upkeep.running(app):
        for _ in range(100):
            if rows(app, "stat_day"):
                break
            threading.Event().wait(0.1)
    assert rows(app, "stat_delta") == 0
    assert rows(app, "stat_month") == 1


@pytest.fixture
def queue_url(settings: Settings) -> str:
    url = role_url(settings, "mms_app").set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def test_jobs_of_a_worker_that_died_go_back_into_the_queue(app: Flask, queue_url: str) -> None:
    with psycopg.connect(queue_url) as connection:
        connection.execute(
            "insert into public.procrastinate_jobs (queue_name, task_name, status, attempts)"
            " values ('default', 'messages.send', 'doing', 1)"
        )

    async def requeue() -> None:
        connector = PsycopgConnector(conninfo=queue_url)
        with jobs.queue.replace_connector(connector) as queue:
            async with queue.open_async():
                context = type("Context", (), {"app": queue})()
                await upkeep.requeue_stalled.func(context, timestamp=0)

    asyncio.run(requeue())
    with psycopg.connect(queue_url) as connection:
        status = connection.execute("select status from public.procrastinate_jobs").fetchone()
    assert status == ("todo",)
