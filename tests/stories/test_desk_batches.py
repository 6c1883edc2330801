"""Officers work on many cases: hand over, answer with a look at each letter, export, archive."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.batches import trimming
from mms_core.batches.models import Batch
from mms_core.batches.running import run
from mms_core.cases import reading
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.people.rules import staff_of
from mms_core.testing import page
from tests.stories.idea_kit import answer, given, hall, person, turn

DESK = "/zugdidi/desk/"
ANSWER = "გმადლობთ. განათება მარტში დაიდგმება."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


def begun(client: FlaskClient, address: str, **form: Any) -> str:
    """Send a form that begins some work; gives the address of its page."""
    done = client.post(address, data=form)
    assert done.status_code == 303, page(done)
    assert "/desk/batches/" in done.location, done.location
    return str(done.location)


def work(app: Flask, address: str) -> None:
    """Let the worker do it, as it does when its time has come."""
    found = re.search(r"batches/([0-9a-f-]{36})", address)
    assert found
    with hall(app) as tenant:
        run(tenant.id, uuid.UUID(found[1]))


def test_chosen_cases_are_answered_after_a_look_at_each_letter(
    app: Flask, desk: FlaskClient
) -> None:
    numbers = [given(app.test_client()) for _place in range(3)]
    answer(app, numbers[2], "reject", "ბიუჯეტში თანხა არ არის.")
    address = begun(desk, f"{DESK}batches/", case=numbers)
    wrong = desk.post(address, data={"do": "letters", "step": "accept", "text_step": ""})
    assert wrong.status_code == 422
    typed = {"do": "letters", "step": "accept", "text_step": ANSWER}
    shown = page(desk.get(desk.post(address, data=typed).location))
    assert shown.count(ANSWER) == 2
    assert "ვერ შესრულდება" in shown
    assert ANSWER in page(desk.get(address))  # kept for a change
    assert desk.post(address, data={"do": "step"}).status_code == 303
    waiting = page(desk.get(address))
    assert "მანამდე შეგიძლიათ გააუქმოთ" in waiting
    with hall(app) as tenant:
        assert by_number(tenant.id, numbers[0]).state == "received"
    work(app, address)
    done = page(desk.get(address))
    assert numbers[2] in done
    assert numbers[0] not in done
    with hall(app) as tenant:
        case = by_number(tenant.id, numbers[0])
        assert (case.state, case.answer) == ("accepted", ANSWER)
        assert [e.actor_name for e in reading.events(case)][-1] == "დავით ნიმუშაძე"
    late = page(desk.post(f"{address}/call-off", follow_redirects=True))
    assert "უკვე გვიანია" in late


def test_a_minute_is_enough_to_call_it_off(app: Flask, desk: FlaskClient) -> None:
    number = given(app.test_client())
    head = person(app, "tamar@hall.example", role="head")
    address = begun(desk, f"{DESK}batches/?due=owed", all="true")
    to = re.search(r'value="([0-9a-f-]{36})"', page(desk.get(address)))
    assert to
    assert desk.post(address, data={"do": "assign", "to": "nobody"}).status_code == 422
    assert head.post(address, data={"do": "assign", "to": to[1]}).status_code == 403
    desk.post(address, data={"do": "assign", "to": to[1]})
    assert head.post(f"{address}/call-off").status_code == 403
    assert "არაფერი შესრულებულა" in page(desk.post(f"{address}/call-off", follow_redirects=True))
    work(app, address)
    with hall(app) as tenant:
        assert by_number(tenant.id, number).assignee_id is None
        assert db.session.query(OutboxLetter).count() == 1  # the receipt


def test_nothing_ticked_leads_back_to_the_inbox(desk: FlaskClient) -> None:
    done = desk.post(f"{DESK}batches/?due=owed", data={}, follow_redirects=True)
    assert "აირჩიეთ ერთი საქმე მაინც" in page(done)
    assert "ჯერ არაფერია" in page(desk.get(f"{DESK}batches/"))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_is_exported_without_personal_data_and_the_file_expires(
    app: Flask, desk: FlaskClient, form: str
) -> None:
    numbers = [given(app.test_client(), title=f"=1+{n} გზის განათება") for n in range(3)]
    address = begun(desk, f"{DESK}batches/export?state=all", form=form)
    work(app, address)
    assert "ფაილის ჩამოტვირთვა" in page(desk.get(address))
    file = desk.get(f"{address}/file")
    assert "attachment" in file.headers["Content-Disposition"]
    lines = table(file.data, form)
    assert [line[0] for line in lines[1:]] == numbers[::-1]
    assert lines[1][2] == "'=1+2 გზის განათება"
    assert "nino@posta.example" not in str(lines)
    assert "ნიმუშაძე" not in str(lines)
    elsewhere = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    assert elsewhere.get(f"{address}/file").status_code == 403
    assert elsewhere.get(f"{address}/file".replace("zugdidi", "tskaltubo")).status_code == 404
    with hall(app) as tenant:
        batch = db.session.query(Batch).one()
        assert batch.expires_at is not None
        assert trimming.trim(tenant.id, now=batch.expires_at) == 0
        batch.expires_at = batch.at
        assert trimming.trim(tenant.id, now=batch.at.replace(year=2100)) == 1
    assert desk.get(f"{address}/file").status_code == 404
    assert "ფაილი წაშლილია" in page(desk.get(address))


def table(raw: bytes, form: str) -> list[list[Any]]:
    if form == "csv":
        return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(raw), read_only=True).worksheets[0]
    return [list(cells) for cells in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("personal", [True, False])
def test_a_case_becomes_a_paper_for_the_archive(
    app: Flask, desk: FlaskClient, personal: bool
) -> None:
    citizen = person(app, "eka@posta.example")
    number = given(citizen)
    answer(app, number, "accept", ANSWER)
    typed = {"number": number} | ({"personal": "true"} if personal else {})
    address = begun(desk, f"{DESK}batches/paper", **typed)
    work(app, address)
    raw = desk.get(f"{address}/file").data
    words = text_of(raw)
    with hall(app) as tenant:
        head = by_number(tenant.id, number).head
    assert number in words
    assert "მარტში დაიდგმება" in words
    assert head in words
    assert ("eka@posta.example" in words) is personal
    assert (number in page(citizen.get("/my/looked-at"))) is personal
    colleague = person(app, "nana@hall.example", role="head")
    assert colleague.get(f"{address}/file").status_code == 403


def text_of(raw: bytes) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(raw)).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


def test_the_case_of_somebody_who_is_away_goes_to_who_stands_in(
    app: Flask, desk: FlaskClient
) -> None:
    number = given(app.test_client())
    head = person(app, "tamar@hall.example", role="head")
    with hall(app) as tenant:
        levan, tamar = sorted(staff_of(tenant.id), key=lambda one: "head" in one.roles)
    day = local_day(datetime.now(UTC))
    days = {"from_on": f"{day}", "until_on": f"{day + timedelta(days=9)}"}
    gone = {"who": str(levan.id), "deputy": str(tamar.id), **days}
    assert desk.post(f"{DESK}away/", data={**days, "deputy": str(levan.id)}).status_code == 422
    assert desk.post(f"{DESK}away/", data={**gone, "who": str(tamar.id)}).status_code == 403
    assert head.post(f"{DESK}away/", data=gone).status_code == 303
    done = head.post(f"{DESK}{number}", data={"do": "assign", "to": str(levan.id)})
    assert done.status_code == 303
    assert "ადგილზე არ არის" in page(head.get(done.location))
    with hall(app) as tenant:
        assert by_number(tenant.id, number).assignee_id == tamar.id
    row = re.search(r"/desk/away/([0-9a-f-]{36})/end", page(desk.get(f"{DESK}away/")))
    assert row
    assert desk.post(f"{DESK}away/{row[1]}/end").status_code == 303
    assert "ყველა ადგილზეა" in page(head.get(f"{DESK}away/"))
