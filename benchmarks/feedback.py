"""Citizens' feedback at 2,000 and at 200,000 ratings: `python -m benchmarks.feedback`.

Fills one hall of a throw-away database, opens the pages that must not grow with it, freezes half a
year, and takes 100,000 beneficiaries in. Pages are measured in turns, so that other load on the
machine falls on both sizes alike.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core import embedded
from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.db import NATION, admin_url, bind, commit, db
from mms_core.migrate import migrate
from mms_core.modules import discover
from mms_core.people import demo as people
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from mms_core.testing import fresh_database
from plugins.citizen_feedback import freezing, programmes, slots, tables
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.report_models import Report
from plugins.citizen_feedback.settings import settings_now

SLUG, YEAR = "tskaltubo", 2026
SIZES = ((2_000, 500), (200_000, 50_000))
ROUNDS = 15
LINES = 100_000
PAGES = (
    "/", f"/programmes/{YEAR}-03", "/needs", "/needs?category=water", "/desk/", "/desk/needs",
    "/desk/problems", f"/desk/problems/p{YEAR}-01", f"/desk/programmes/{YEAR}-03",
)  # fmt: skip

FILL = """
insert into citizen_feedback.rating
    (tenant_id, id, programme_id, day, settlement, marks, words, change, has_words)
select :t, gen_random_uuid(), p.id, date '2026-01-01' + (i % 180), 's' || (i % 40),
    jsonb_build_object('overall', 1 + i % 5),
    case when i % 9 = 0 then 'words ' || i else '' end, '', i % 9 = 0
from generate_series(1, :ratings) i
join (select id, row_number() over (order by no) - 1 as n from citizen_feedback.programme
      where tenant_id = :t and year = 2026) p on p.n = i % 20;
insert into citizen_feedback.programme_sum
select :t, programme_id, '', 'overall', count(*), sum((marks->>'overall')::int),
    count(*) filter (where (marks->>'overall')::int > 3)
from citizen_feedback.rating where tenant_id = :t group by 2;
insert into citizen_feedback.programme_sum
select :t, programme_id, settlement, 'overall', count(*), sum((marks->>'overall')::int),
    count(*) filter (where (marks->>'overall')::int > 3)
from citizen_feedback.rating where tenant_id = :t group by 2, 3;
insert into citizen_feedback.programme_month
select :t, programme_id, date_trunc('month', day)::date, settlement, 'overall', count(*),
    sum((marks->>'overall')::int), count(*) filter (where (marks->>'overall')::int > 3)
from citizen_feedback.rating where tenant_id = :t group by 2, 3, 4;
insert into citizen_feedback.problem (tenant_id, id, year, no, code, title, title_en, description,
    category, state, needs, supports, made_by)
select :t, gen_random_uuid(), 2026, i, 'p2026-' || lpad(i::text, 2, '0'), 'problem ' || i, '', '',
    'water', 'open', :needs / 100, i, '' from generate_series(1, 60) i;
insert into mms.cases (tenant_id, id, number, module, kind, state, is_open, title, body, language,
    channel, unit, assignee_name, opened_at, updated_at, due_reason, answer, version, head)
select :t, gen_random_uuid(), 'TSK-2026-' || lpad(i::text, 6, '0') || '-0', 'citizen_feedback',
    'need', 'considered', true, 'need ' || i, 'body', 'ka', 'web', '', '',
    timestamptz '2026-01-01' + i * interval '5 minutes', now(), '{}', '', 0, ''
from generate_series(1, :needs) i;
insert into citizen_feedback.need
select :t, c.id, (array['water','roads','light','care'])[1 + n % 4], 's' || (n % 40), 'considered',
    true, c.opened_at, case when n % 5 = 0 then null else p.id end, n % 20
from (select id, opened_at, row_number() over (order by number) as n from mms.cases
      where tenant_id = :t and kind = 'need') c
join citizen_feedback.problem p on p.tenant_id = :t and p.no = 1 + c.n % 60;
insert into citizen_feedback.need_month
select :t, date_trunc('month', opened_at)::date, settlement, category, count(*)
from citizen_feedback.need where tenant_id = :t group by 2, 3, 4;
analyze
"""


@contextmanager
def hall(app: Flask) -> Iterator[Any]:
    """Work in the hall's rules; what is done is committed."""
    with app.app_context():
        bind(NATION)
        tenant = tenancy.by_slug(SLUG)
        assert tenant is not None
        bind(tenant.id)
        yield tenant
        commit()


def place(folder: Path, ratings: int, needs: int) -> tuple[Flask, FlaskClient]:
    """Make a database with so many ratings and needs, and sign its operator in."""
    base = embedded.start(folder / "postgres")
    url = fresh_database(base, f"mms_feedback_{ratings}")
    settings = Settings(data_dir=folder, database_url=url, demo=True, rate_storage="off")
    migrate(settings, discover(), say=lambda _line: None)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        tenancy.sync_default()
        bind(NATION)
        people.create(settings)
        commit()
    with hall(app) as tenant:
        on = Decision(state="on", decided_by="bench")
        switch(app.extensions["mms_modules"], tenant.id, module=NAME, decision=on)
        days = {"starts_on": date(YEAR, 1, 1), "ends_on": date(YEAR, 12, 31)}
        words = dict.fromkeys(("title_en", "summary", "entitled", "how_to_apply", "unit"), "")
        for number in range(20):
            title = {"title": f"programme {number}", "year": YEAR, "kind": "social"}
            row = programmes.add(tenant.id, title | days | words)
            programmes.publish(row, now=datetime.now(UTC))
        number = tenant.id
    with sa.create_engine(admin_url(settings)).begin() as connection:
        values = {"t": number, "ratings": ratings, "needs": needs}
        for statement in FILL.split(";\n"):
            connection.execute(
                sa.text(statement), {k: v for k, v in values.items() if f":{k}" in statement}
            )
    client = app.test_client()
    client.post("/sign-in", data={"email": "operator@mms.example", "password": "demo"})
    return app, client


def opened(client: FlaskClient, page: str) -> float:
    """Open a page and give the milliseconds it took."""
    begun = time.perf_counter()
    answer = client.get(f"/{SLUG}/feedback{page}")
    took = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, (page, answer.status_code)
    return took


def frozen(app: Flask) -> float:
    """Freeze half a year and give the seconds it took, its figures and pages included."""
    with hall(app) as tenant:
        slots.plan(tenant.id, YEAR, settings_now(tenant.id))
        report = db.session.scalars(sa.select(Report).where(Report.slot == 1)).one()
        begun = time.perf_counter()
        rows = [row for part in freezing.PARTS for row in part(report)]
        freezing.figures(freezing.keep(report, rows, now=datetime.now(UTC)).rows)
        return time.perf_counter() - begun


def imported(app: Flask) -> tuple[float, float]:
    """Take beneficiaries in and give the seconds and the most memory in MB."""
    text = "personal number\n" + "".join(f"{n:011d}\n" for n in range(LINES))
    file = io.BytesIO(text.encode())
    with hall(app) as tenant:
        programme = programmes.by_code(tenant.id, f"{YEAR}-01")
        tracemalloc.start()
        begun = time.perf_counter()
        for _taken in tables.take_uses(programme, file):
            pass
        took, most = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        database.rollback()
    return took, most / 1e6


def main() -> None:
    """Print the medians of both sizes and their ratio, the freeze and the import."""
    with tempfile.TemporaryDirectory(prefix="mms-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            places = [place(folder, *size) for size in SIZES]
            for page in PAGES:
                times: list[list[float]] = [[], []]
                for turn in range(ROUNDS + 2):
                    for side, (_app, client) in enumerate(places):
                        took = opened(client, page)
                        if turn >= 2:
                            times[side].append(took)
                few, many = (statistics.median(one) for one in times)
                print(f"{page:28} {few:7.1f} ms {many:7.1f} ms   x {many / few:.2f}", flush=True)
            print(f"freeze of 200,000 ratings: {frozen(places[1][0]):.2f} s")
            seconds, megabytes = imported(places[1][0])
            print(f"import of {LINES:,} lines: {seconds:.1f} s, at most {megabytes:.0f} MB")
        finally:
            embedded.stop(folder / "postgres")


if __name__ == "__main__":
    main()
