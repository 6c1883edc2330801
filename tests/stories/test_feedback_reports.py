"""Half a year is frozen and discussed, two problems go into the budget, everybody sees it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from feedback_kit import NUMBER, SLUG, YEAR, hall, person, programme, turn, vouchers
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.messages.models import NationalLetter, OutboxLetter
from mms_core.monitoring.counters import RESULTS
from mms_core.monitoring.models import StatDelta
from mms_core.people.rules import by_email
from mms_core.testing import page
from plugins.citizen_feedback import commands, duties, freezing, programmes, reports, telling, urn
from plugins.citizen_feedback.need_models import Problem
from plugins.citizen_feedback.report_models import Choice, ChoiceEvent, ReportFreeze
from plugins.citizen_feedback.urn import Answer

BASE = f"/{SLUG}/feedback"
PAST = YEAR - 1  # its first half is over, whatever the day of this test
REPORT = f"{BASE}/desk/reports/{PAST}-1"


@pytest.fixture
def staff(app: Flask) -> dict[str, FlaskClient]:
    turn(app, "on", managing_unit="საზოგადოებასთან ურთიერთობის განყოფილება")
    return {role: person(app, role, role=role) for role in ("operator", "mayor")}


def rated(app: Flask, count: int = 12) -> str:
    """Let people rate a programme in the first half of the past year."""
    code = programme(app, year=PAST)
    with hall(app) as tenant:
        row = programmes.by_code(tenant.id, code)
        at = datetime(PAST, 3, 10, 12, tzinfo=UTC)
        answers = [
            Answer(
                marks={"overall": 3 + n % 3, "access": 2},
                settlement="წყალტუბო" if n < 9 else "გეგუთი",
            )
            for n in range(count)
        ]
        for answer in answers:
            urn.keep(row, answer, now=at)
        urn.fold(row, answers, now=at)
    return code


def frozen(app: Flask, operator: FlaskClient) -> None:
    """Freeze the report: the page begins it, the worker does it."""
    operator.get(f"{BASE}/desk/reports?year={PAST}")
    assert operator.post(REPORT, data={"do": "freeze"}).status_code == 303
    assert "იყინება" in page(operator.get(REPORT))
    with hall(app) as tenant:
        reports.freeze.func(tenant.id, str(reports.by_code(tenant.id, f"{PAST}-1").id))


def test_a_report_goes_from_the_freeze_to_the_public(
    app: Flask, client: FlaskClient, staff: dict[str, FlaskClient]
) -> None:
    operator, mayor = staff["operator"], staff["mayor"]
    rated(app)
    frozen(app, operator)
    assert operator.post(REPORT, data={"do": "send"}).status_code == 422, "a conclusion is needed"
    words = {"programmes": "რიგები შემცირდა.", "conclusion": "გთავაზობთ გაგრძელებას."}
    assert operator.post(REPORT, data={"do": "send", **words}).status_code == 303
    assert operator.post(REPORT, data={"do": "write", **words}).status_code == 409
    held = {"do": "discuss", "discussed_on": local_day(datetime.now(UTC)).isoformat(),
            "participants": "სოციალური სამსახური", "decisions": "გაგრძელდეს."}  # fmt: skip
    assert operator.post(REPORT, data=held).status_code == 403, "the mayor discusses"
    assert mayor.post(REPORT, data=held | {"decisions": ""}).status_code == 422
    assert mayor.post(REPORT, data=held).status_code == 303
    assert client.get(f"{BASE}/reports/{PAST}-1").status_code == 404
    assert operator.post(REPORT, data={"do": "publish"}).status_code == 303
    with hall(app):
        told = sa.select(sa.func.sum(StatDelta.n)).where(StatDelta.measure == RESULTS)
        assert db.session.scalar(told) == 1, "the ladder's top rung"
    shown = page(client.get(f"{BASE}/reports/{PAST}-1"))
    for expected in ("რიგები შემცირდა.", "12 პასუხი", "გაგრძელდეს.", "4,0"):
        assert expected in shown
    assert "გეგუთი" not in shown, "three people there, and the nine by subtraction"
    assert client.get(f"{BASE}/reports/{PAST}-1.pdf").data.startswith(b"%PDF")
    assert client.get(f"{BASE}/reports/{PAST}-1.xlsx").data.startswith(b"PK")
    assert f"/reports/{PAST}-1" in page(client.get(f"{BASE}/reports"))


def test_the_figures_are_recomputed_from_the_freeze_to_the_digit(
    app: Flask, staff: dict[str, FlaskClient]
) -> None:
    code = rated(app)
    frozen(app, staff["operator"])
    with hall(app) as tenant:
        before = freezing.figures(db.session.scalars(sa.select(ReportFreeze.rows)).one())
        row = programmes.by_code(tenant.id, code)
        urn.fold(row, [Answer(marks={"overall": 1})] * 9, now=datetime(PAST, 4, 1, tzinfo=UTC))
    with hall(app):
        freeze = db.session.scalars(sa.select(ReportFreeze)).one()
        assert freezing.figures(freeze.rows) == before
        assert freezing.fingerprint(freeze.rows) == freeze.sha256
    with app.app_context():
        database.bind(NATION)
        said = CliRunner().invoke(commands.recompute, [SLUG, f"{PAST}-1"])
    assert said.exit_code == 0, said.output
    assert "12 ratings" in said.output
    assert "3.9167" in said.output or "4.0000" in said.output


def test_an_empty_period_and_one_that_runs(app: Flask, staff: dict[str, FlaskClient]) -> None:
    operator = staff["operator"]
    frozen(app, operator)
    assert "არაფერი შემოსულა" in page(operator.get(REPORT))
    assert operator.post(REPORT, data={"do": "freeze"}).status_code == 409
    operator.get(f"{BASE}/desk/reports?year={YEAR + 1}")
    ahead = operator.post(f"{BASE}/desk/reports/{YEAR + 1}-1", data={"do": "freeze"})
    assert ahead.status_code == 409


def test_only_the_mayor_charges_somebody_with_the_review(
    app: Flask, staff: dict[str, FlaskClient]
) -> None:
    with app.app_context():
        database.bind(NATION)
        account = by_email("operator@posta.example")
        assert account is not None
        form = {"person": str(account.id), "service": "სოციალური სამსახური"}
    assert staff["operator"].post(f"{BASE}/desk/reports", data=form).status_code == 403
    assert (
        staff["mayor"].post(f"{BASE}/desk/reports", data=form | {"service": ""}).status_code == 422
    )
    assert staff["mayor"].post(f"{BASE}/desk/reports", data=form).status_code == 303
    assert "სოციალური სამსახური" in page(staff["operator"].get(f"{BASE}/desk/reports"))


def test_a_late_report_is_seen_and_counted_once(app: Flask, staff: dict[str, FlaskClient]) -> None:
    with hall(app) as tenant:
        for _time in range(2):
            duties.do(tenant, today=date(YEAR, 3, 1))
    assert "ვადაგადაცილებულია" in page(staff["mayor"].get(f"{BASE}/desk/reports?year={PAST}"))
    with hall(app):
        due = sa.select(sa.func.sum(StatDelta.n)).where(StatDelta.measure == "reports_due")
        assert db.session.scalar(due) == 2


def need_of(app: Flask, word: str = "nino") -> str:
    citizen = person(app, word, number=NUMBER, born=date(1990, 1, 2), registered=39)
    form = {"title": "გაიწმინდოს სადრენაჟე არხი", "body": "წყალი გადმოდის.", "category": "water",
            "settlement": "წყალტუბო"}  # fmt: skip
    sent = citizen.post(f"{BASE}/needs/new", data=form)
    found = re.search(r"/cases/([A-Z]{3}-\d{4}-\d+-\d)", sent.location)
    assert found
    return found[1]


def grouped(app: Flask, operator: FlaskClient, **form: Any) -> str:
    with hall(app):
        newest = sa.select(Case.id).order_by(Case.opened_at.desc())
        ids = [str(db.session.scalars(newest).first())]
    sent = operator.post(f"{BASE}/desk/needs", data={"need": ids, **form})
    return str(sent.location.rpartition("/")[2])


def told(app: Flask) -> None:
    """Let the worker tell of every step that nobody was told of."""
    with hall(app) as tenant:
        events = db.session.scalars(sa.select(ChoiceEvent.id).order_by(ChoiceEvent.at)).all()
        telling.tell.func(tenant.id, str(events[-1]))


def followed(app: Flask, operator: FlaskClient, choice: Any) -> None:
    """Follow a chosen problem until it is solved; a step too far and one without words fail."""
    at = f"{BASE}/desk/choices/{choice}"
    assert operator.post(at, data={"state": "solved", "words": "x"}).status_code == 409
    assert operator.post(at, data={"state": "draft", "words": ""}).status_code == 422
    for state in ("draft", "adopted", "in_work", "solved"):
        done = operator.post(at, data={"state": state, "words": f"ნაბიჯი {state}"})
        assert done.status_code == 303
        told(app)


def test_the_mayor_chooses_two_explains_one_and_the_citizen_sees_it(
    app: Flask, client: FlaskClient, staff: dict[str, FlaskClient]
) -> None:
    operator, mayor = staff["operator"], staff["mayor"]
    number = need_of(app)
    problem = grouped(app, operator, title="არხები ამოვსებულია")
    budget = f"{BASE}/desk/budget/{YEAR + 1}"
    form = {"problem": problem, "line": "03 02 01 არხები", "amount": "140 000"}
    assert operator.post(budget, data=form).status_code == 403, "only the mayor chooses"
    assert mayor.post(budget, data=form | {"line": ""}).status_code == 422
    assert mayor.post(budget, data=form).status_code == 303
    assert mayor.post(budget, data=form).status_code == 409, "it is chosen already"
    told(app)
    assert "1" in page(mayor.get(budget))
    assert mayor.post(budget, data={"do": "explain", "explanation": " "}).status_code == 422
    mayor.post(budget, data={"do": "explain", "explanation": "მეორე პრობლემა უკვე მოგვარდა."})
    with hall(app):
        choice = db.session.scalars(sa.select(Choice.id)).one()
        assert db.session.scalars(sa.select(Case.state)).one() == "in_budget"
    followed(app, operator, choice)
    shown = page(client.get(f"{BASE}/became"))
    for expected in (
        "არხები ამოვსებულია",
        "140 000",
        "03 02 01 არხები",
        "ნაბიჯი in_work",
        "მოგვარდა.",
    ):
        assert expected in shown.replace("\xa0", " ")
    with hall(app):
        letters = db.session.scalars(
            sa.select(OutboxLetter.template).order_by(OutboxLetter.created_at)
        ).all()
        assert letters == ["need_receipt", "need_in_budget", "need_news", "need_news", "need_news",
                           "need_solved"]  # fmt: skip
        assert db.session.scalars(sa.select(Case.number)).one() == number


def test_a_need_that_joins_a_problem_in_a_budget_is_told_of_it(
    app: Flask, staff: dict[str, FlaskClient]
) -> None:
    need_of(app)
    problem = grouped(app, staff["operator"], title="არხები ამოვსებულია")
    form = {"problem": problem, "line": "03 02 01 არხები", "amount": "140000"}
    staff["mayor"].post(f"{BASE}/desk/budget/{YEAR + 1}", data=form)
    told(app)
    need_of(app, "gio")
    assert grouped(app, staff["operator"], problem=problem) == problem
    told(app)
    with hall(app):
        assert set(db.session.scalars(sa.select(Case.state))) == {"in_budget"}
        assert db.session.scalars(sa.select(Problem.needs)).one() == 2
    split = {"do": "split", "title": "ცალკე", "need": []}
    at = f"{BASE}/desk/problems/{problem}"
    assert staff["operator"].post(at, data=split).status_code == 409


def test_who_signed_a_rating_is_written_to(app: Flask, staff: dict[str, FlaskClient]) -> None:
    code = programme(app)
    (voucher,) = vouchers(app, code)
    marks = {
        "mark_overall": "1",
        "adult": "on",
        "named": "on",
        "name": "ნ",
        "email": "n@posta.example",
    }
    app.test_client().post(f"{BASE}/voucher/{voucher}", data=marks)
    made = staff["operator"].post(
        f"{BASE}/desk/problems/new", data={"title": "რიგი სასადილოში", "programme": code}
    )
    problem = made.location.rpartition("/")[2]
    form = {"problem": problem, "line": "06 02", "amount": "100"}
    staff["mayor"].post(f"{BASE}/desk/budget/{YEAR + 1}", data=form)
    told(app)
    with hall(app):
        assert "n@posta.example" in db.session.scalars(sa.select(NationalLetter.recipient)).all()


def test_the_mayor_is_reminded_once_before_15_november(
    app: Flask, staff: dict[str, FlaskClient]
) -> None:
    with hall(app) as tenant:
        due = date(YEAR, 11, 15)
        assert duties.remind(tenant, today=due - timedelta(days=40)) == 0
        assert duties.remind(tenant, today=due - timedelta(days=9)) == 1
        assert duties.remind(tenant, today=due - timedelta(days=8)) == 0
    with hall(app):
        assert (
            "mayor@posta.example" in db.session.scalars(sa.select(NationalLetter.recipient)).all()
        )
