"""The ministry's pages at 50,000 and at 5,000,000 cases: `python -m benchmarks.ministry`.

Fills the counters of 51 municipalities, 17 modules and 36 months in a throw-away database for each
size, and measures the processor time of the application and the whole time of each answer, in turns
of both sizes and beside a static page. A page is made anew because a delta was written before each
look; it is looked at also right after a fold of five municipalities. At last a day on which 20,000
cases of one municipality were opened and answered is recounted from its log. Before that
the page is opened ten times a second while another process posts twice a second and folds.
"""

from __future__ import annotations

import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core import embedded
from mms_core.app import create_app
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.db import NATION, admin_url
from mms_core.migrate import migrate
from mms_core.modules import discover
from mms_core.monitoring import brief, national
from mms_core.monitoring.counters import count
from mms_core.monitoring.fold import fold_all
from mms_core.monitoring.overview import Subject
from mms_core.monitoring.reader import reading
from mms_core.monitoring.recount import Drift, recount_hall
from mms_core.tenancy import rules as tenancy
from mms_core.testing import fresh_database

Took = tuple[float, float]  # whole and processor milliseconds
SIZES = (50_000, 5_000_000)
ROUNDS = 15
PAGE, STATIC = "/figures/", "/accessibility"
MODULES = 17
MONTHS = 36
FOLDED = range(1, 6)  # municipalities that a fold touches between two looks
CHANGED = 20_000
# Seconds between two posts anywhere in the country (170,000 a day), two folds, two looks.
BETWEEN_POSTS, BETWEEN_FOLDS, BETWEEN_LOOKS = 0.5, 5, 0.1
LOOKS = 150

# Every pair of municipality, module and month has its cases; how they came, how long they waited.
FILL = """
truncate mms.stat_day, mms.stat_month, mms.stat_delta, mms.stat_fold;
insert into mms.stat_fold (tenant_id, drift, folded_at)
select id, 0, clock_timestamp() from mms.municipality;
insert into mms.stat_month (tenant_id, month, module, measure, n)
select m.id, d::date, 'module_' || k, x.measure, greatest(1, (x.share * :each)::int)
from mms.municipality m, generate_series(0, :modules - 1) k,
    generate_series(date_trunc('month', now()) - interval '35 months', now(), '1 month') d,
    (values ('opened', 1.0), ('answered', 0.9), ('answered_in_time', 0.8), ('answer_days', 6.0),
        ('published', 0.5), ('closed', 0.9)) x (measure, share);
insert into mms.stat_month (tenant_id, month, module, measure, n)
select m.id, d::date, 'module_' || k, 'wait.' || lpad(w::text, 2, '0'), greatest(1, :each / 30)
from mms.municipality m, generate_series(0, :modules - 1) k,
    generate_series(date_trunc('month', now()) - interval '35 months', now(), '1 month') d,
    generate_series(1, least(30, greatest(1, :each))) w;
insert into mms.stat_month (tenant_id, month, module, measure, n)
select m.id, d::date, 'module_' || k, 'by.' || c || '.ka.0', greatest(1, :each / 3)
from mms.municipality m, generate_series(0, :modules - 1) k,
    generate_series(date_trunc('month', now()) - interval '35 months', now(), '1 month') d,
    unnest((array['web', 'centre', 'phone'])[1:least(3, greatest(1, :each))]) c;
insert into mms.stat_day (tenant_id, day, module, measure, n)
select m.id, d::date, 'module_' || k, 'opened', greatest(1, :each / 30)
from mms.municipality m, generate_series(0, :modules - 1) k,
    generate_series(now() - interval '59 days', now(), '1 day') d where :each >= 30 or k = 0;
"""

# A day's work of one municipality: each case was sent and answered on that day.
DAY = """
delete from mms.stat_day where day = :day;
insert into mms.cases (tenant_id, id, number, module, kind, state, is_open, title, body, language,
    channel, topic, place, unit, assignee_name, opened_at, updated_at, answered_at, closed_at,
    due_on, due_reason, answer, version, head, search)
select 1, gen_random_uuid(), 'BNC-' || n, 'your_idea_to_mayor', 'idea', 'accepted', false, 'T', 'B',
    'ka', 'web', '', '', '', '', :at, :at, :at + interval '1 hour', :at + interval '1 hour',
    :day + 10, '{}', '', 2, '-', '' from generate_series(1, :n) n;
insert into mms.case_event (tenant_id, case_id, seq, at, kind, step, before, after, actor_role,
    actor_name, public, text, data, previous, hash)
select tenant_id, id, s.seq, case s.seq when 1 then opened_at else answered_at end, 'step', s.step,
    s.before, s.after, 'system', '', true, '', '{}', '', '-'
from mms.cases, (values (1, 'send', '', 'received'), (2, 'accept', 'received', 'accepted'))
    s (seq, step, before, after) where number like 'BNC-%'
"""


def fill(url: str, cases: int) -> None:
    """Write the counters of so many cases."""
    each = max(1, cases // (51 * MODULES * MONTHS))
    with sa.create_engine(url).begin() as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                connection.execute(sa.text(statement), {"each": each, "modules": MODULES})
    with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("analyze mms.stat_month"))
        connection.execute(sa.text("analyze mms.stat_day"))


def timed(work: Callable[[], object]) -> Took:
    """Give whole and processor milliseconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def told(name: str, found: list[Took]) -> None:
    """Print the medians of a row."""
    wall, cpu = (statistics.median(values) for values in zip(*found, strict=True))
    print(f"{name:42} {wall:8.1f} ms whole, {cpu:8.1f} ms of processor", flush=True)


def touch(app: Flask, hall: int = 1) -> None:
    """Write a delta, so that no kept page is given."""
    with app.app_context():
        database.bind(hall)
        count(hall, "module_1", {local_day(datetime.now(UTC)): {"opened": 1}})
        database.commit()


def look(app: Flask, client: FlaskClient, address: str, *, folded: bool = False) -> Took:
    """Open a page that was never rendered before."""
    touch(app)
    if folded:
        for hall in FOLDED:
            touch(app, hall)
        fold_all(app)
    return timed(lambda: client.get(address).get_data())


def make_brief(app: Flask) -> None:
    """Read a month and set the paper."""
    month = brief.month_named("", today=local_day(datetime.now(UTC)))
    with app.test_request_context("/"), reading() as connection:
        database.bind(NATION)
        brief.pdf(brief.make(connection, month=month, now=datetime.now(UTC)))


def measure(apps: dict[int, Flask]) -> None:
    """Open the pages of both sizes in turns and print the medians."""
    clients = {cases: app.test_client() for cases, app in apps.items()}
    for client in clients.values():
        for address in (PAGE, STATIC):
            client.get(address)
    pages: dict[str, list[Took]] = {}
    for _round in range(ROUNDS):
        for cases, client in clients.items():
            name = f"{cases:>9,} cases: "
            for folded, what in ((False, "made anew"), (True, "after a fold of five")):
                found = look(apps[cases], client, PAGE, folded=folded)
                pages.setdefault(f"{name}{PAGE} {what}", []).append(found)
            for address in (PAGE, STATIC):
                found = timed(partial(client.get, address, buffered=True))
                what = f"{PAGE} kept" if address == PAGE else "static"
                pages.setdefault(f"{name}{what}", []).append(found)
    for what, times in pages.items():
        told(what, times)
    for cases, app in apps.items():
        told(f"{cases:>9,} cases: brief, with its paper", [timed(partial(make_brief, app))])


def work_on(settings: Settings, ready: Any, over: Any) -> None:
    """Let halls receive posts and the worker fold them, as a process of its own."""
    app, halls, folded = create_app(settings), random.Random(7), time.monotonic()
    ready.set()
    while not over.wait(BETWEEN_POSTS):
        touch(app, halls.randint(1, 51))
        if time.monotonic() - folded > BETWEEN_FOLDS:
            fold_all(app)
            folded = time.monotonic()


def measure_waiting(app: Flask, cases: int) -> None:
    """Open the page again and again while others write: what a reader really waits for."""
    start = multiprocessing.get_context("spawn")
    ready, over = start.Event(), start.Event()
    others = start.Process(target=work_on, args=(app.extensions["mms_settings"], ready, over))
    others.start()
    client, pages, static = app.test_client(), [], []
    try:
        ready.wait(120)
        for _look in range(LOOKS):
            pages.append(timed(lambda: client.get(PAGE).get_data()))
            static.append(timed(lambda: client.get(STATIC).get_data()))
            time.sleep(BETWEEN_LOOKS)
    finally:
        over.set()
        others.join()
    told(f"{cases:>9,} cases: {PAGE} while halls write", pages)
    told(f"{cases:>9,} cases: static, meanwhile", static)


def measure_recount(app: Flask, url: str) -> None:
    """Recount a day on which one municipality was busy, and all the others had nothing."""
    day = local_day(datetime.now(UTC)) - timedelta(days=1)
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    with sa.create_engine(url).begin() as connection:
        for statement in DAY.split(";\n"):
            every = {"at": at, "day": day, "n": CHANGED}
            given = {name: value for name, value in every.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), given)
        connection.execute(sa.text("analyze mms.cases, mms.case_event"))
    with app.app_context():
        database.bind(NATION)
        halls = [hall.id for hall in tenancy.all_tenants()]
    drifts: list[Drift] = []

    def recount_all() -> None:
        for hall in halls:
            drifts.extend(recount_hall(app, hall, day=day))

    took = timed(recount_all)
    opened = [drift.found for drift in drifts if drift.measure == "opened"]
    told(f"recount of a day with {sum(opened):,} cases, 51 halls", [took])


def seventeen(_reasons: dict[str, str] | None = None) -> dict[str, Subject]:
    """Name as many modules as the country will have."""
    return {f"module_{n}": Subject(name=f"module_{n}", title=f"Module {n}") for n in range(MODULES)}


def prepared(base: str, folder: Path, cases: int) -> tuple[Flask, str]:
    """Make and fill a database; gives its application and the administrator's address."""
    url = fresh_database(base, f"mms_ministry_bench_{cases}")
    settings = Settings(data_dir=folder, database_url=url, demo=True, rate_storage="off")
    migrate(settings, discover(), say=lambda _line: None)
    app = create_app(settings)
    with app.app_context():
        tenancy.sync_default()
        database.bind(NATION)
        database.commit()
    address = admin_url(settings).render_as_string(hide_password=False)
    fill(address, cases)
    return app, address


def main() -> None:
    """Make the databases, measure, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="mms-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            base = embedded.start(folder / "postgres")
            made = {cases: prepared(base, folder, cases) for cases in SIZES}
            national.subjects = seventeen
            measure({cases: app for cases, (app, _address) in made.items()})
            for cases, (app, _address) in made.items():
                measure_waiting(app, cases)
            measure_recount(*made[SIZES[-1]])
        finally:
            embedded.stop(folder / "postgres")


if __name__ == "__main__":
    main()
