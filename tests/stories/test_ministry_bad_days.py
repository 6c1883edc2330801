"""Bad days of the ministry: a merger, a module gone, clocks ahead, a recount amid the writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from lamp_town import DESK, NAME, people, report, signed_in

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.db import db
from mms_core.monitoring.counters import count
from mms_core.monitoring.fold import fold_all
from mms_core.monitoring.recount import recount_hall
from mms_core.tenancy import rules as tenancy
from mms_core.testing import clean, page

NOW = datetime.now(UTC)
TODAY = local_day(NOW)
TSKALTUBO = 39


@pytest.fixture
def town(lamps: Flask, settings: Settings) -> Iterator[Flask]:
    people(lamps, settings)
    signed_in(lamps, "head").post(f"{DESK}/switch", data={"state": "on", "act_number": "N 1"})
    yield lamps
    clean(settings)


def told(app: Flask, hall: int, day: date, **measures: int) -> None:
    with app.app_context():
        database.bind(hall)
        count(hall, NAME, {day: measures})
        database.commit()


def test_a_merged_municipality_keeps_its_figures_and_both_are_linked(town: Flask) -> None:
    with town.app_context():
        database.bind(database.NATION)
        old = next(hall for hall in tenancy.all_tenants() if hall.successor_id)
        new = tenancy.by_id(old.successor_id or 0)
        assert new is not None
    january = TODAY.replace(month=1, day=1)
    answered = {"answered": 10, "answered_in_time": 10, "answer_days": 10, "wait.01": 10}
    told(town, old.id, january - timedelta(days=40), opened=10, **answered)
    told(town, old.id, january, opened=6)
    told(town, new.id, january, opened=10, **(answered | {"answered_in_time": 8}))
    ministry = signed_in(town, "ministry")
    rows = ministry.get("/ministry/figures.csv?period=36").get_data(as_text=True)
    lines = [line.split(",") for line in rows.splitlines() if f",{NAME}," in line]
    by_hall = {line[0]: [int(n) for n in line[9:12]] for line in lines}
    assert by_hall[old.slug] == [16, 10, 10], "both years of the merged one"
    assert by_hall[new.slug] == [10, 10, 8], "nothing is counted twice"
    this_year = ministry.get("/ministry/figures.csv?period=year").get_data(as_text=True)
    lines = [line.split(",") for line in this_year.splitlines() if f",{NAME}," in line]
    mine = next(line for line in lines if line[0] == old.slug)
    assert mine[9:12] == ["6", "0", "0"]
    assert f'href="/ministry/{new.slug}"' in page(ministry.get(f"/ministry/{old.slug}"))
    assert f'href="/ministry/{old.slug}"' in page(ministry.get(f"/ministry/{new.slug}"))


def test_a_late_correction_of_a_month_that_is_over_is_seen_at_once(town: Flask) -> None:
    old, ministry = TODAY.replace(day=1) - timedelta(days=150), signed_in(town, "ministry")
    shown = []
    for days in (2, 9, 30):
        told(town, TSKALTUBO, old, answered=8 * days, **{f"wait.{days:02}": 8 * days})
        shown.append(page(ministry.get("/ministry/tskaltubo")))
        fold_all(town)
        assert page(ministry.get("/ministry/tskaltubo")).count(">30<") == shown[-1].count(">30<")
    medians = [re.findall(r"nine in ten within (\d+) days", text) for text in shown]
    assert medians == [["2"], ["9"], ["30"]]


def test_a_module_that_is_gone_from_the_disk_is_named_and_its_figures_stay(
    town: Flask, mms_app: Flask
) -> None:
    told(town, TSKALTUBO, TODAY, opened=7)
    ministry = signed_in(mms_app, "ministry")
    for address in ("/ministry/", "/ministry/tskaltubo", f"/ministry/modules/{NAME}", "/figures/"):
        answer = ministry.get(address)
        assert answer.status_code == 200, address
        assert NAME in page(answer), address
    assert "It is not installed here any more." in page(ministry.get(f"/ministry/modules/{NAME}"))
    assert ministry.get("/ministry/modules/never_was").status_code == 404
    assert ministry.get("/ministry/brief/").status_code == 200


def test_a_clock_a_day_ahead_makes_nothing_used_and_a_hall_without_cases_is_no_error(
    town: Flask,
) -> None:
    told(town, TSKALTUBO, TODAY + timedelta(days=1), opened=9, published=9)
    ministry = signed_in(town, "ministry")
    shown = page(ministry.get("/ministry/tskaltubo"))
    found = re.search(rf'<tr id="{NAME}">.*?</tr>', shown, re.DOTALL)
    assert found
    assert ">Live<" in found[0]
    empty = page(ministry.get("/ministry/zugdidi"))
    assert ministry.get("/ministry/compare/?hall=zugdidi&hall=oni").status_code == 200
    assert "No answer carried a promise with a date." in empty


def test_nothing_is_lost_when_a_day_is_recounted_while_it_is_written(town: Flask) -> None:
    def write(n: int) -> None:
        report(town, "tskaltubo", title=f"Lamp {n}", now=NOW)

    def mend(_n: int) -> None:
        recount_hall(town, TSKALTUBO, day=TODAY, repair=True)
        fold_all(town)

    with ThreadPoolExecutor(4) as pool:
        works = [pool.submit(work, n) for n in range(8) for work in (write, mend, write)]
        for work in works:
            work.result()
    assert recount_hall(town, TSKALTUBO, day=TODAY) == []
    fold_all(town)
    with town.app_context():
        database.bind(TSKALTUBO)
        query = sa.text("select n from mms.stat_day where measure = 'opened' and day = :day")
        assert db.session.scalar(query, {"day": TODAY}) == 16
