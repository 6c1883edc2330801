"""A city's own portal is registered, its proposals come over, and it can be closed for good."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import hall, person, turn
from sqlalchemy import select, update

from mms_core.cases import importing, seals
from mms_core.cases.log import Entry
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.jobs import use_app
from mms_core.monitoring.models import StatDelta
from mms_core.monitoring.recount import recount
from mms_core.platforms.importing import run_import
from mms_core.platforms.models import PlatformImport, PlatformRow
from mms_core.testing import make_person, page, sign_in

CHOSEN = re.compile(
    r'<select[^>]* name="(\w+)"(?:(?!</select>).)*?value="([^"]+)" selected', re.DOTALL
)
DESK = "/zugdidi/desk/platforms/"
FORM = {
    "name": "ძველი პორტალი",
    "service": "იდეების მიღება",
    "yearly_cost": "18400",
    "since": "2019-06-01",
    "replaced_by": "your_idea_to_mayor",
}
TABLE = """ნომერი;სათაური;ტექსტი;თარიღი;თემა;დასახლება;ავტორი;ელფოსტა;პასუხი;პასუხის თარიღი
1;განათება;ქუჩაში ბნელა.;12.06.2019;lighting;სოფელი რუხი;ნინო;;შევცვალეთ.;01.07.2019
2;სკამები;სკამი არ არის.;2019-06-19;უცნობი;;გიორგი;giorgi@posta.example;;
3;ცუდი დღე;ტექსტი.;31.02.2019;;;;;;
1;ორჯერ;ისევ.;12.06.2019;;;;;;
;უნომრო;ტექსტი.;12.06.2019;;;;;;
"""
OPEN311 = [
    {
        "service_request_id": "638344",
        "status": "closed",
        "status_notes": "Mended.",
        "service_name": "Lamp",
        "service_code": "lighting",
        "description": "The lamp is out",
        "requested_datetime": "2019-04-14T06:37:38-08:00",
        "updated_datetime": "2019-04-15T06:37:38-08:00",
        "lat": 42.5,
        "address": None,
    },
    {
        "service_request_id": "2",
        "status": "open",
        "status_notes": "We look",
        "description": "A hole",
        "requested_datetime": "2019-04-19T06:37:38Z",
    },
]


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    turn(app, "on")
    browser = person(app, "levan@hall.example", role="operator")
    browser.set_cookie("mms_language", "en")
    return browser


def register(officer: FlaskClient, **changes: str) -> str:
    answer = officer.post(f"{DESK}new", data=FORM | changes)
    assert answer.status_code == 303, page(answer)
    return str(answer.location)


def bring(officer: FlaskClient, platform: str, content: str) -> str:
    file = (io.BytesIO(content.encode()), "records.csv")
    answer = officer.post(f"{platform}/bring", data={"file": file})
    assert answer.status_code == 303, page(answer)
    return str(answer.location)


def take(app: Flask, officer: FlaskClient, address: str, **typed: str) -> str:
    """Begin with the columns as they were guessed, and let the worker do it."""
    shown = page(officer.get(address))
    chosen = dict(CHOSEN.findall(shown))
    answer = officer.post(address, data=chosen | typed | {"do": "start"})
    assert answer.status_code == 303, page(answer)
    use_app(app)
    with hall(app):
        made = db.session.scalars(select(PlatformImport.id).order_by(PlatformImport.at.desc()))
        import_id = made.first()
    run_import(46, str(import_id))
    return page(officer.get(address))


def cases(app: Flask) -> list[Case]:
    with hall(app):
        found = list(db.session.scalars(select(Case).order_by(Case.opened_at)))
        db.session.expunge_all()
        return found


def test_proposals_come_once_with_each_bad_line_told(app: Flask, officer: FlaskClient) -> None:
    platform = register(officer)
    address = bring(officer, platform, TABLE)
    looked = page(officer.get(address))
    assert "Line 4: “31.02.2019” is no date." in looked
    assert "Line 5: The number 1 stands in the file twice." in looked
    assert "Line 6: “Number there” is empty." in looked
    assert cases(app) == [], "nothing comes before somebody says so"
    assert "Line" in take(app, officer, address)
    old, new = cases(app)
    assert (old.title, old.state) == ("განათება", "answered")
    assert (old.topic, old.place) == ("lighting", "რუხი")
    assert (old.answer, old.due_on, old.opened_at.year) == ("შევცვალეთ.", None, 2019)
    assert (new.title, new.state, new.answer) == ("სკამები", "received", "")
    assert new.due_on, "what still waits gets a date of its own"
    assert new.due_on > date(2025, 1, 1)
    again = take(app, officer, bring(officer, platform, TABLE))
    assert re.search(r"Known before</dt>\s*<dd>3", again), "lines, the one that stands twice too"
    assert len(cases(app)) == 2
    with hall(app):
        kept = db.session.scalars(select(PlatformRow)).all()
        assert all(row.values == {} for row in kept), "the words are not kept twice"


def test_the_log_of_what_was_taken_over_is_sound(app: Flask, officer: FlaskClient) -> None:
    take(app, officer, bring(officer, register(officer), TABLE))
    old, new = cases(app)
    with hall(app) as tenant:
        assert list(seals.verify(tenant.id)) == []
        for one, state in ((old, "rejected"), (new, "answered")):
            own = (Case.tenant_id == one.tenant_id, Case.id == one.id)
            db.session.execute(update(Case).where(*own).values(state=state))
        assert set(seals.verify(tenant.id)) == {
            f"{old.number}: its state is rejected, but the log says answered.",
            f"{new.number}: its state is answered, but the log says received.",
        }
        db.session.rollback()


@pytest.mark.parametrize(("kind", "sound"), [("imported", True), ("note", False)])
def test_only_what_was_taken_over_need_not_have_said_its_state(
    app: Flask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch, *, kind: str, sound: bool
) -> None:
    append = importing.append

    def silent(case: Case, entry: Entry, *, at: datetime) -> None:
        append(case, replace(entry, kind=kind, after=""), at=at)

    monkeypatch.setattr(importing, "append", silent)
    take(app, officer, bring(officer, register(officer), TABLE))
    number = cases(app)[0].number
    with hall(app) as tenant:
        wrong = [f"{number}: its state is answered, but the log says ."]
        assert list(seals.verify(tenant.id)) == ([] if sound else wrong)


def test_what_was_answered_there_is_no_merit_of_ours(app: Flask, officer: FlaskClient) -> None:
    take(app, officer, bring(officer, register(officer), TABLE))
    with hall(app) as tenant:
        rows = db.session.execute(select(StatDelta.measure, StatDelta.n, StatDelta.day)).all()
        figures: dict[str, int] = {}
        for measure, n, _day in rows:
            figures[measure] = figures.get(measure, 0) + n
        assert figures == {"imported": 2, "opened": 1, "by.import.ka.0": 1, "due": 1}
        days = {day for _measure, _n, day in rows}
        number = tenant.id
    for day in days:
        with app.app_context():
            from mms_core import db as database

            database.bind(number)
            drifts = recount(app.extensions["mms_modules"], number, day=day)
            database.rollback()
            assert drifts == [], "the log says the same"


def test_the_public_reads_at_once_only_what_was_public_there(
    app: Flask, officer: FlaskClient
) -> None:
    platform = register(officer)
    take(app, officer, bring(officer, platform, TABLE), published="on")
    old = cases(app)[0]
    shown = page(app.test_client().get(f"/zugdidi/ideas/{old.number}"))
    assert "შევცვალეთ." in shown
    assert "რა მოხდა" not in shown, "what happened there is not known, so nothing is headed so"
    desk = page(officer.get(f"/zugdidi/desk/{old.number}"))
    assert "Taken over from ძველი პორტალი, number there 1" in desk


def test_open311_comes_as_its_servers_give_it(app: Flask, officer: FlaskClient) -> None:
    shown = take(app, officer, bring(officer, register(officer), json.dumps(OPEN311)))
    assert re.search(r"Taken over</dt>\s*<dd>2", shown)
    closed, waits = cases(app)
    assert (closed.title, closed.answer, closed.is_open) == ("Lamp", "Mended.", False)
    assert (waits.title, waits.answer, waits.is_open) == ("A hole", "", True)


def test_a_file_that_is_none_and_a_platform_without_a_module_are_told(
    app: Flask, officer: FlaskClient
) -> None:
    platform = register(officer)
    for content in ("", "{broken", "[]", "one line without records\n"):
        file = (io.BytesIO(content.encode()), "x.csv")
        assert officer.post(f"{platform}/bring", data={"file": file}).status_code == 422
    other = register(officer, replaced_by="", name="სხვა")
    assert "Say first which module replaces it" in page(officer.get(other))
    assert officer.get(f"{other}/bring").status_code == 409
    wrong = officer.post(f"{DESK}new", data=FORM | {"closed_on": "2018-01-01"})
    assert "It cannot have been closed before it began." in page(wrong)


def test_the_ministry_sees_what_is_left_and_what_it_costs(app: Flask, officer: FlaskClient) -> None:
    register(officer)
    register(officer, name="დახურული", yearly_cost="600", closed_on="2021-01-01")
    make_person(app, "ministry", ("ministry", 0))
    ministry = sign_in(app, "ministry")
    ministry.set_cookie("mms_language", "en")
    typed = FORM | {"hall": "tskaltubo", "name": "სხვა პორტალი", "yearly_cost": ""}
    assert ministry.post("/ministry/platforms/new", data=typed).status_code == 303
    shown = page(ministry.get("/ministry/platforms/"))
    assert "<b>2</b><span>platforms still run" in shown
    assert "<b>18,400 ₾</b><span>they cost a year" in shown
    assert "The cost of 1 is not known." in shown
    assert "They had cost 600 ₾ a year." in shown
    table = ministry.get("/ministry/platforms/platforms.csv")
    assert "tskaltubo,სხვა პორტალი" in page(table)
    assert officer.get("/ministry/platforms/").status_code == 403
