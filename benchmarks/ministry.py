"""The ministry's pages at 50,000 and at 5,000,000 cases: `python -m benchmarks.ministry`.

Fills the counters of 51 municipalities, 17 modules and 36 months of a throw-away database, and
measures the processor time of the application and the whole time of each answer, beside a static
page in turns. Nothing is kept between two looks: a delta is written before each.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

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
from mms_core.monitoring.overview import Subject
from mms_core.monitoring.reader import reading
from mms_core.monitoring.recount import recount_hall
from mms_core.tenancy import rules as tenancy
from mms_core.testing import fresh_database

SIZES = (50_000, 5_000_000)
ROUNDS = 15
MODULES = 17
MONTHS = 36

# Every pair of municipality, module and month has its cases; how they came, how long they waited.
FILL = """
truncate mms.stat_day, mms.stat_month, mms.stat_delta, mms.stat_fold;
insert into mms.stat_fold (tenant_id, drift, past_at)
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


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give whole and processor milliseconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def told(name: str, found: list[tuple[float, float]]) -> None:
    """Print the medians of a row."""
    wall, cpu = (statistics.median(values) for values in zip(*found, strict=True))
    print(f"{name:42} {wall:8.1f} ms whole, {cpu:8.1f} ms of processor", flush=True)


def touch(app: Flask) -> None:
    """Write a delta, so that no kept page is given."""
    with app.app_context():
        database.bind(1)
        count(1, "module_1", {local_day(datetime.now(UTC)): {"opened": 1}})
        database.commit()


def look(app: Flask, client: FlaskClient, address: str) -> tuple[float, float]:
    """Open a page that was never rendered before."""
    touch(app)
    return timed(lambda: client.get(address).get_data())


def make_brief(app: Flask) -> None:
    """Read a month and set the paper."""
    month = brief.month_named("", today=local_day(datetime.now(UTC)))
    with app.test_request_context("/"), reading() as connection:
        database.bind(NATION)
        brief.pdf(brief.make(connection, month=month, now=datetime.now(UTC)))


def measure(app: Flask, url: str) -> None:
    """Fill both sizes one after the other and print the medians."""
    client = app.test_client()
    with app.app_context():
        database.bind(NATION)
        halls = [hall.id for hall in tenancy.all_tenants()]
        database.commit()
    for cases in SIZES:
        fill(url, cases)
        for address in ("/figures/", "/accessibility", "/"):
            client.get(address)
        pages: dict[str, list[tuple[float, float]]] = {}
        for _round in range(ROUNDS):
            pages.setdefault("/figures/", []).append(look(app, client, "/figures/"))
            for address, name in (("/figures/", "/figures/ kept"), ("/accessibility", "static")):
                found = timed(lambda address=address: client.get(address).get_data())  # type: ignore[misc]
                pages.setdefault(name, []).append(found)
        for address, found in pages.items():
            told(f"{cases:>9,} cases: {address}", found)
        told(f"{cases:>9,} cases: brief, with its paper", [timed(lambda: make_brief(app))] * 1)
    day = local_day(datetime.now(UTC))
    recount = timed(lambda: [recount_hall(app, hall, day=day) for hall in halls])
    told("recount of a day, 51 municipalities", [recount])


def seventeen(_reasons: dict[str, str] | None = None) -> dict[str, Subject]:
    """Name as many modules as the country will have."""
    return {f"module_{n}": Subject(name=f"module_{n}", title=f"Module {n}") for n in range(MODULES)}


def main() -> None:
    """Make a database, fill it, measure, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="mms-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            url = fresh_database(embedded.start(folder / "postgres"), "mms_ministry_bench")
            settings = Settings(data_dir=folder, database_url=url, demo=True, rate_storage="off")
            migrate(settings, discover(), say=lambda _line: None)
            app = create_app(settings)
            with app.app_context():
                tenancy.sync_default()
                database.bind(NATION)
                database.commit()
            national.subjects = seventeen
            measure(app, admin_url(settings))
        finally:
            embedded.stop(folder / "postgres")


if __name__ == "__main__":
    main()
