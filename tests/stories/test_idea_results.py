"""What became of ideas: figures that follow each step, a year's page, and a recount that agrees."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, given, hall, person, turn

from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.monitoring.counters import RESULTS
from mms_core.monitoring.models import StatDelta
from mms_core.monitoring.recount import recount_hall
from mms_core.testing import page
from plugins.your_idea_to_mayor import results, supports, tallies
from plugins.your_idea_to_mayor.figures import DATASETS

NOW = datetime.now(UTC)
YEAR = local_day(NOW).year


@pytest.fixture(autouse=True)
def open_hall(app: Flask) -> None:
    turn(app, "on", publish="at_once")


def whole(app: Flask) -> results.Result:
    with hall(app) as tenant:
        return results.year(tenant.id, YEAR).whole


def test_figures_follow_each_step_and_a_recount_agrees(app: Flask, client: FlaskClient) -> None:
    words = ("ხეების დარგვა პარკში", "ნაგვის ურნები ბაზართან", "გაჩერება სკოლასთან")
    one, two, three = (given(client, title=title) for title in words)
    answer(app, one, "accept", "გავაკეთებთ.")
    with hall(app) as tenant:
        by_number(tenant.id, two).due_on = local_day(NOW) - timedelta(days=1)
    answer(app, two, "reject", "კერძო მიწაა.")
    answer(app, two, "reopen", role="head")
    found = whole(app)
    assert (found.came, found.answered, found.in_time) == (3, 2, 1)
    assert (found.accepted, found.rejected, found.done) == (1, 0, 0)
    answer(app, one, "carry_out", "დაირგო ოცი ხე.")
    answer(app, three, "answer", "გაჩერება უკვე დაგეგმილია.")
    found = whole(app)
    assert (found.answered, found.accepted, found.done, found.median) == (3, 1, 1, 0)
    with hall(app) as tenant:
        tallies.fold(tenant.id)
    assert whole(app) == found
    with hall(app) as tenant:
        tallies.recount(tenant.id)
    assert whole(app) == found


def test_the_median_is_exact() -> None:
    took = {"took_3": 2, "took_10": 1, "took_40": 1, "came": 9}
    assert tallies.median(took) == 3
    assert tallies.median(took | {"took_41": 2}) == 10
    assert tallies.median({"came": 4}) is None


def test_the_public_reads_results_and_few_are_said_as_few(app: Flask, client: FlaskClient) -> None:
    assert "იდეები ჯერ არ არის" in page(client.get("/zugdidi/ideas/results"))
    number = given(client, title="ხეების დარგვა პარკში")
    answer(app, number, "accept", "დავრგავთ.")
    answer(app, number, "carry_out", "დაირგო ოცი ხე.")
    shown = page(client.get("/zugdidi/ideas/results"))
    assert "1-დან 1" in shown
    assert not re.search(r"100\s*%<", shown)
    yearly = page(client.get(f"/zugdidi/ideas/years/{YEAR}"))
    assert f"თქვენი იდეები: {YEAR}" in yearly
    assert "ხეების დარგვა პარკში" in yearly
    assert "გარე განათება" in yearly  # the category, by which the form was filled
    assert "ჭალადიდი" in yearly
    for wrong in (1999, YEAR + 1):
        assert client.get(f"/zugdidi/ideas/years/{wrong}").status_code == 404


def test_the_hall_writes_a_word_on_its_year(app: Flask, client: FlaskClient) -> None:
    given(client)
    form = f"/zugdidi/ideas/desk/years/{YEAR}"
    citizen = person(app, "davit@posta.example")
    assert citizen.post(form, data={"body": "ჩემი"}).status_code == 403
    mayor = person(app, "mayor@posta.example", role="mayor")
    assert mayor.post(form, data={"body": "ა" * 4001}).status_code == 422
    for words in ("გმადლობთ ყველა იდეისთვის.", "გმადლობთ ყველა იდეისთვის. მალე მეტს გეტყვით."):
        assert mayor.post(form, data={"body": words}).status_code == 303
    assert "გმადლობთ ყველა იდეისთვის." in page(client.get(f"/zugdidi/ideas/years/{YEAR}"))
    with hall(app) as tenant:
        told = sa.select(sa.func.sum(StatDelta.n)).where(StatDelta.measure == RESULTS)
        assert db.session.scalar(told) == 1, "what is mended later is no second result"
    assert recount_hall(app, tenant.id, day=local_day(NOW)) == [], "the log cannot tell results"


def test_open_data_are_whole_and_name_nobody(app: Flask, client: FlaskClient) -> None:
    number = given(client, shown="full")
    hidden = given(client, title="სხვისი ტელეფონი ტექსტში წერია")
    answer(app, hidden, "block", "სხვისი მონაცემებია.")
    neighbour = person(app, "davit@posta.example")
    neighbour.post(f"/zugdidi/ideas/{number}/support")
    neighbour.post(f"/zugdidi/ideas/{number}/comments", data={"body": "კარგი იდეაა."})
    with hall(app) as tenant:
        supports.fold(tenant.id, now=NOW + timedelta(days=2))
        ideas, months = (list(found.rows(tenant, None)) for found in DATASETS)
    row = dict(zip(DATASETS[0].columns, ideas[0], strict=True))
    assert [line[0] for line in ideas] == [number]
    assert (row["other_supports"], row["comments"]) == (1, 1)
    assert "ნიმუშაძე" not in str(ideas)
    assert "დავით" not in str(ideas)
    assert (local_day(NOW).replace(day=1), "all", "", "came", 2) in months
