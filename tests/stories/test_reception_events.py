"""The centre tells what is planned; people take seats, are told of changes, give seats back."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from reception_kit_day import BASE, WHO, ahead, hall, person, turn

from mms_core.db import db
from mms_core.messages.models import NationalLetter
from mms_core.testing import page
from plugins.citizen_reception import meetings
from plugins.citizen_reception.info_models import Meeting, MeetingSeat

MEETING = {
    "kind": "report",
    "title": "მერის ანგარიში მოსახლეობის წინაშე",
    "title_en": "The mayor reports to the residents",
    "text": "ყველას შეუძლია მოსვლა და კითხვის დასმა.",
    "place": "კულტურის სახლი",
    "day": ahead(20).date().isoformat(),
    "begins": "15:00",
    "ends": "17:00",
    "seats": "3",
}


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app)


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    return person(app, "operator", role="operator")


def planned(operator: FlaskClient, **changes: str) -> str:
    made = operator.post(f"{BASE}/desk/events/new", data=MEETING | changes)
    assert made.status_code == 303, page(made)
    operator.post(made.location, data={"do": "publish"})
    return str(made.location.rpartition("/")[2])


def take(app: Flask, code: str, word: str, people: int = 1) -> Any:
    data = {"people": str(people), "name": word, "email": f"{word}@posta.example"}
    return app.test_client().post(f"{BASE}/events/{code}", data=data)


def letters(app: Flask) -> list[tuple[str, str]]:
    with hall(app):
        from mms_core import db as database

        database.bind(database.NATION)
        rows = db.session.execute(sa.select(NationalLetter.recipient, NationalLetter.subject))
        return [(row.recipient, row.subject) for row in rows]


def test_what_is_planned_is_seen_in_a_list_a_calendar_and_a_feed(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    made = operator.post(f"{BASE}/desk/events/new", data=MEETING)
    assert MEETING["title"] not in page(client.get(f"{BASE}/events")), "a draft is the hall's"
    operator.post(made.location, data={"do": "publish"})
    code = made.location.rpartition("/")[2]
    assert MEETING["title"] in page(client.get(f"{BASE}/events"))
    assert MEETING["title"] in page(client.get(f"{BASE}/about"))
    entry = Calendar.from_ical(client.get(f"{BASE}/events.ics").data).walk("VEVENT")[0]
    assert entry["summary"] == MEETING["title"]
    assert entry.decoded("dtstart").hour == 11, "15:00 in Georgia"
    root = ET.fromstring(client.get(f"{BASE}/events.xml").data)  # noqa: S314 - our own answer
    assert root.findtext("./channel/item/title") == MEETING["title"]
    assert client.get(f"{BASE}/events/{code}.ics").mimetype == "text/calendar"


def test_seats_run_out_by_the_database_and_come_back(app: Flask, operator: FlaskClient) -> None:
    code = planned(operator)
    first = take(app, code, "nino", 2)
    assert first.status_code == 303
    many = take(app, code, "gio", 2)
    assert many.status_code == 422
    assert 'href="#field-people"' in page(many)
    assert take(app, code, "nino", 1).status_code == 409, "who asks twice has not two lots"
    assert take(app, code, "gio", 1).status_code == 303
    assert "ana@posta.example" not in page(operator.get(f"{BASE}/desk/events/{code}"))
    for _tap in range(2):  # the second tap gives nothing back
        assert app.test_client().post(first.location).status_code == 303
    assert take(app, code, "ana", 2).status_code == 303
    with hall(app):
        assert db.session.scalar(sa.select(Meeting.taken)) == 3
    assert ("nino@posta.example") in [to for to, _subject in letters(app)]


def test_the_table_itself_refuses_a_seat_too_many(app: Flask, operator: FlaskClient) -> None:
    planned(operator)
    with pytest.raises(sa.exc.IntegrityError), hall(app):
        db.session.execute(sa.update(Meeting).where(Meeting.tenant_id == 39).values(taken=4))


def test_everybody_who_comes_is_told_when_it_is_moved_or_cancelled(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    code = planned(operator)
    take(app, code, "nino", 1)
    few = operator.post(f"{BASE}/desk/events/{code}/edit", data=MEETING | {"seats": "0"})
    assert few.status_code == 422
    operator.post(f"{BASE}/desk/events/{code}/edit", data=MEETING | {"begins": "14:00"})
    assert len(letters(app)) == 2
    entry = Calendar.from_ical(client.get(f"{BASE}/events/{code}.ics").data).walk("VEVENT")[0]
    assert entry["sequence"] == 1
    no_reason = operator.post(f"{BASE}/desk/events/{code}", data={"do": "cancel", "why": " "})
    assert no_reason.status_code == 422
    operator.post(f"{BASE}/desk/events/{code}", data={"do": "cancel", "why": "დარბაზი დაზიანდა."})
    assert len(letters(app)) == 3
    assert "დარბაზი დაზიანდა." in page(client.get(f"{BASE}/events/{code}"))
    assert take(app, code, "gio", 1).status_code == 409


def test_a_stranger_cannot_open_anothers_seats(app: Flask, operator: FlaskClient) -> None:
    code = planned(operator)
    own = take(app, code, "nino", 1).location
    assert app.test_client().get(own).status_code == 200
    stolen = re.sub(r"key=\w+", "key=2222222222", own)
    assert app.test_client().get(stolen).status_code == 404
    assert app.test_client().post(stolen).status_code == 404


def test_materials_are_brought_downloaded_and_taken_off(
    client: FlaskClient, operator: FlaskClient
) -> None:
    none = operator.post(f"{BASE}/desk/materials", data={"title": "მოქალაქის გზამკვლევი"})
    assert none.status_code == 422
    file = {"files": (io.BytesIO("გზამკვლევი".encode()), "gzamkvlevi.txt")}
    sent = operator.post(f"{BASE}/desk/materials", data={"title": "მოქალაქის გზამკვლევი"} | file,
                         content_type="multipart/form-data")  # fmt: skip
    assert sent.status_code == 303, page(sent)
    shown = page(client.get(f"{BASE}/about"))
    found = re.search(r'href="([^"]+/materials/[^"]+)"', shown)
    assert found
    assert client.get(found[1]).data.decode() == "გზამკვლევი"
    operator.post(found[1].replace("/materials/", "/desk/materials/") + "/remove")
    assert client.get(found[1]).status_code == 404


def test_an_erased_person_leaves_no_name_on_the_seats(app: Flask, operator: FlaskClient) -> None:
    code = planned(operator)
    nino = person(app, "nino")
    assert nino.post(f"{BASE}/events/{code}", data={"people": "2"}).status_code == 303
    with hall(app) as tenant:
        from plugins.citizen_reception import meetings

        account = db.session.scalar(sa.select(MeetingSeat.account_id))
        meetings.forget(tenant.id, account)
    with hall(app):
        seat = db.session.scalars(sa.select(MeetingSeat)).one()
        assert (seat.name, seat.email, seat.people) == ("", "", 2)
    assert WHO["name"] not in page(operator.get(f"{BASE}/desk/events/{code}"))


def test_the_hall_s_list_goes_on_page_by_page(app: Flask, operator: FlaskClient) -> None:
    begins, codes = ahead(20), []
    values = {name: MEETING.get(name, "") for name in meetings.FIELDS} | {"seats": None}
    with hall(app) as tenant:
        for n in range(5):  # four of them at the same hour
            times = {"starts_at": begins - timedelta(days=n // 4), "ends_at": begins}
            codes.append(meetings.add(tenant.id, values | times, now=begins).code)
            db.session.flush()
        seen, after = [], ""
        while True:
            rows, after = meetings.of_hall(tenant.id, after=after, size=2)
            seen += [row.code for row in rows]
            if not after:
                break
    assert sorted(seen) == sorted(codes)
    assert seen[-1] == codes[-1], "the latest first"
    shown = page(operator.get(f"{BASE}/desk/events?after={seen[3]}"))
    assert f"events/{seen[4]}" in shown
    assert f"events/{seen[3]}" not in shown
