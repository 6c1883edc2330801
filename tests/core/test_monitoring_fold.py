"""Figures are folded without losing or doubling one, whoever writes and folds at the same time."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from mms_core import db as database
from mms_core.config import Settings
from mms_core.db import db
from mms_core.monitoring.books import books
from mms_core.monitoring.counters import count
from mms_core.monitoring.figures import figures, period
from mms_core.monitoring.fold import fold, fold_all
from mms_core.monitoring.reader import reader, reading

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 1)
TSKALTUBO, ZUGDIDI = 39, 11
YEAR = period("year", today=date(2026, 12, 31))


def write(app: Flask, tenant_id: int, *, day: date = JUNE, **measures: int) -> None:
    with app.app_context():
        database.bind(tenant_id)
        count(tenant_id, "ideas", {day: measures})
        database.commit()


def folded(app: Flask, table: str, tenant_id: int) -> dict[tuple[str, str], int]:
    when = "day" if table == "stat_day" else "month"
    with app.app_context():
        database.bind(tenant_id)
        rows = db.session.execute(sa.text(f"select {when}, measure, n from mms.{table}")).all()  # noqa: S608 - two tables named in this file
    return {(str(row[0]), row.measure): row.n for row in rows}


def deltas(app: Flask) -> int:
    with app.app_context(), reader().connect() as connection:
        return int(connection.execute(sa.text("select count(*) from mms.stat_delta")).scalar_one())


def test_deltas_become_days_and_months(app: Flask) -> None:
    write(app, TSKALTUBO, day=MAY, opened=1)
    write(app, TSKALTUBO, opened=2, answered=1)
    write(app, TSKALTUBO, opened=3)
    write(app, ZUGDIDI, opened=1)
    assert fold_all(app) == 5
    assert deltas(app) == 0
    assert folded(app, "stat_day", TSKALTUBO) == {
        ("2026-05-31", "opened"): 1,
        ("2026-06-01", "opened"): 5,
        ("2026-06-01", "answered"): 1,
    }
    assert folded(app, "stat_month", TSKALTUBO) == {
        ("2026-05-01", "opened"): 1,
        ("2026-06-01", "opened"): 5,
        ("2026-06-01", "answered"): 1,
    }
    assert folded(app, "stat_day", ZUGDIDI) == {("2026-06-01", "opened"): 1}


def test_folding_twice_adds_nothing(app: Flask) -> None:
    write(app, TSKALTUBO, opened=1)
    fold_all(app)
    assert fold_all(app) == 0
    write(app, TSKALTUBO, opened=1)
    fold_all(app)
    assert folded(app, "stat_month", TSKALTUBO) == {("2026-06-01", "opened"): 2}


def test_a_fold_that_dies_loses_nothing(app: Flask) -> None:
    write(app, TSKALTUBO, opened=4)
    with app.app_context():
        database.bind(TSKALTUBO)
        assert fold(TSKALTUBO) == 1
        database.rollback()
    assert deltas(app) == 1
    fold_all(app)
    assert folded(app, "stat_day", TSKALTUBO) == {("2026-06-01", "opened"): 4}


def test_six_writers_and_two_folders_agree(app: Flask) -> None:
    """Each writer adds 40 times; two folders race on all municipalities all the while."""
    done = threading.Event()

    def folder() -> None:
        while not done.is_set():
            fold_all(app)

    folders = [threading.Thread(target=folder) for _ in range(2)]
    for thread in folders:
        thread.start()
    with ThreadPoolExecutor(6) as writers:
        jobs = [
            writers.submit(write, app, hall, day=day, opened=1, answer_days=3)
            for _ in range(40)
            for hall in (TSKALTUBO, ZUGDIDI)
            for day in (MAY, JUNE, JUNE)
        ]
        for job in jobs:
            job.result()
    done.set()
    for thread in folders:
        thread.join()
    fold_all(app)
    for hall in (TSKALTUBO, ZUGDIDI):
        assert folded(app, "stat_month", hall) == {
            ("2026-05-01", "opened"): 40,
            ("2026-05-01", "answer_days"): 120,
            ("2026-06-01", "opened"): 80,
            ("2026-06-01", "answer_days"): 240,
        }


def test_the_reader_sees_each_change_once_while_it_is_folded(app: Flask) -> None:
    """Between delta and month there is no moment at which a figure is missing or double."""
    for _ in range(30):
        write(app, TSKALTUBO, opened=1)
    seen: set[int] = set()
    kept: set[int] = set()
    both = sa.text(
        "select (select coalesce(sum(n), 0) from mms.stat_month)"
        " + (select coalesce(sum(n), 0) from mms.stat_delta)"
    )
    done = threading.Event()

    def watch() -> None:
        with app.app_context(), reader().connect() as connection:
            while not done.is_set():
                seen.add(int(connection.execute(both).scalar_one()))

    def read() -> None:
        while not done.is_set():
            with app.app_context(), reading() as connection, books(connection) as opened:
                found = figures(opened, YEAR)[TSKALTUBO, "ideas"]
                kept.add(found.opened + found.answered)

    watchers = [threading.Thread(target=watch), threading.Thread(target=read)]
    for watcher in watchers:
        watcher.start()
    for _ in range(20):
        fold_all(app)
        write(app, TSKALTUBO, opened=1, answered=-1)
    done.set()
    for watcher in watchers:
        watcher.join()
    assert (seen, kept) == ({30}, {30}), "also by what is kept of halls that were not folded since"


def test_two_processes_fold_at_once(app: Flask, environment: dict[str, str]) -> None:
    for _ in range(60):
        write(app, TSKALTUBO, opened=1)
        write(app, ZUGDIDI, opened=1)
    command = [sys.executable, "-m", "mms_core.cli", "stats", "fold"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert sum(int(text.split()[0]) for text in said) == 120, said
    assert folded(app, "stat_month", TSKALTUBO) == {("2026-06-01", "opened"): 60}


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    import os

    return os.environ | {
        "MMS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url or "",
        "MMS_SECRET_KEY": settings.secret(),
        "MMS_DEMO": "1",
    }
