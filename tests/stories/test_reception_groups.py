"""A school asks to see the building; the hall expects it, receives it, and says what came of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from reception_kit_day import BASE, SLUG, WHO, hall, number_in, person, state_of, step, turn

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page
from plugins.citizen_reception.group_models import Tour

FORM = WHO | {
    "organisation": "გეგუთის საჯარო სკოლა, მე-9 კლასი",
    "size": "24",
    "age": "school_7_12",
    "language": "ka",
    "access": "ეტლით მოსარგებლე ერთი მოსწავლე",
}


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app, tour_days="1 2 3 4 5", tour_room=25)


def free(client: FlaskClient) -> list[str]:
    shown = page(client.get(f"{BASE}/groups"))
    return re.findall(r'name="slot" value="([^"]+)"', shown)


def ask(client: FlaskClient, slot: str, **changes: str) -> Any:
    return client.post(f"{BASE}/groups", data=FORM | {"slot": slot} | changes)


def test_a_school_visits_and_what_came_of_it_is_kept(app: Flask, client: FlaskClient) -> None:
    slot = free(client)[0]
    number = number_in(ask(client, slot))
    operator = person(app, "operator", role="operator")
    desk = page(operator.get(f"/{SLUG}/desk/{number}"))
    assert "ეტლით მოსარგებლე" in desk
    step(operator, app, number, "confirm", guide="ლ. მაგალითაძე")
    assert state_of(app, number) == "expected"
    assert "გეგუთის საჯარო სკოლა" in page(operator.get(f"{BASE}/desk/groups"))
    refused = step(operator, app, number, "received", came="22")
    assert refused.status_code == 422, "it cannot be closed without what came of it"
    assert state_of(app, number) == "expected"
    step(operator, app, number, "received", came="22", text_step="ნახეს სხდომათა დარბაზი.")
    assert state_of(app, number) == "received"
    with hall(app):
        assert db.session.execute(sa.select(Tour.guide, Tour.came)).one() == ("ლ. მაგალითაძე", 22)
        written = db.session.scalars(sa.select(OutboxLetter.template)).all()
    assert sorted(written) == ["tour_confirmed", "tour_receipt", "tour_received"]


def test_a_group_larger_than_the_room_is_told_so_at_the_field(
    app: Flask, client: FlaskClient
) -> None:
    refused = ask(client, free(client)[0], size="60")
    assert refused.status_code == 422
    assert 'href="#field-size"' in page(refused)
    assert "3" in page(refused), "it says in how many parts"
    assert "ეტლით მოსარგებლე" in page(refused), "nothing typed is lost"


def test_of_two_schools_at_one_hour_the_second_is_told_what_is_free(
    app: Flask, client: FlaskClient
) -> None:
    first, other = free(client)[:2]
    number_in(ask(client, first))
    refused = ask(app.test_client(), first, email="gio@posta.example")
    assert refused.status_code == 422
    assert 'href="#field-slot"' in page(refused)
    assert first not in free(client)
    assert other in page(refused)
    with hall(app):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Tour)) == 1


def test_an_hour_that_is_called_off_is_free_again_and_a_second_tap_does_nothing(
    app: Flask, client: FlaskClient
) -> None:
    slot = free(client)[0]
    sent = ask(client, slot)
    number = number_in(sent)
    client.get(sent.location)  # the browser remembers the key
    for _tap in range(2):
        assert client.post(f"{BASE}/groups/{number}/own").status_code == 303
    assert state_of(app, number) == "cancelled"
    assert slot in free(client)


@pytest.mark.parametrize(
    "slot", ["", "yesterday", "2026-02-29T09:00:00+00:00", "2020-01-01T07:00:00+00:00"]
)
def test_no_visit_begins_when_none_is_offered(app: Flask, client: FlaskClient, slot: str) -> None:
    refused = ask(client, slot)
    assert refused.status_code == 422
    assert 'href="#field-slot"' in page(refused)


def test_a_clerk_asks_for_a_group_of_another_municipality(app: Flask, client: FlaskClient) -> None:
    clerk = person(app, "clerk", role="clerk")
    slot = free(client)[0]
    citizen = {"first_name": "ელენე", "last_name": "ნიმუშაძე", "identified_by": "none",
               "received_on": slot[:10], "consent": "on", "phone": "599 12 34 56"}  # fmt: skip
    given = {n: v for n, v in FORM.items() if n not in WHO} | {"slot": slot}
    wrong = clerk.post(f"{BASE}/groups/intake", data=given | citizen)
    assert wrong.status_code == 422, "the day of the visit has not come yet"
    today = local_day(datetime.now(UTC)).isoformat()
    filed = clerk.post(f"{BASE}/groups/intake", data=given | citizen | {"received_on": today})
    assert state_of(app, number_in(filed)) == "asked"
