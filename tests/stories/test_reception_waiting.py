"""All times are taken: somebody waits, a freed time is held for them, and goes on to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from reception_kit import ABOUT, book, free
from reception_kit_day import BASE, WHO, hall, person, turn

from mms_core.clock import is_working_day, local_day
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.messages.models import OutboxLetter
from mms_core.messages.ready import ready
from mms_core.people import profile
from mms_core.testing import page
from plugins.citizen_reception import officials, waiting
from plugins.citizen_reception.booking_models import Hold, Seat, Visit
from plugins.citizen_reception.offer_time import lasting
from plugins.citizen_reception.settings import settings_now
from plugins.citizen_reception.waiting_models import Waiting

OTHERS = [{"name": f"{letter}. ნიმუშაძე", "email": f"{n}@posta.example"}
          for n, letter in enumerate("ლმგ")]  # fmt: skip


class Full:
    """A hall with one official, one time, and somebody who has it."""

    def __init__(self, app: Flask) -> None:
        turn(app, booking_ahead=60, booking_cutoff=0)
        self.app, self.first = app, app.test_client()
        today = local_day(datetime.now(UTC))
        ahead = (today + timedelta(days=n) for n in range(12, 40))
        self.day: date = next(day for day in ahead if is_working_day(day, ()))
        with hall(app) as tenant:
            kind = officials.add_kind(tenant.id, {"name": "მიღება", "minutes": 30, "capacity": 1})
            one = officials.add(
                tenant.id, {"name": "ა. ნიმუშაძე", "post": "mayor", "place": "მერია"}
            )
            self.official = str(one.id)
            officials.add_hours(one, self.hours(10) | {"kind_id": None})
            self.kind = str(kind.id)
        self.slot = free(self.first, self.kind)[0]
        self.number = book(self.first, self.kind, self.slot)

    def hours(self, opens: int) -> dict[str, Any]:
        return {"weekday": self.day.isoweekday(), "opens": time(opens), "closes": time(opens, 30),
                "break_from": None, "break_to": None,
                "valid_from": self.day, "valid_to": self.day}  # fmt: skip

    def wait(self, client: FlaskClient, **who: str) -> Any:
        until = (self.day + timedelta(days=1)).isoformat()
        asked = {"about": ABOUT, "kind": self.kind, "matters": "1", "official": ""}
        return client.post(f"{BASE}/book/wait", data=asked | {"until": until} | who)

    def cancel(self) -> None:
        self.first.post(f"{BASE}/visits/{self.number}", data={"go": "cancel"})

    def tick(self, at: datetime) -> int:
        with hall(self.app) as tenant:
            return waiting.tick(tenant.id, settings_now(tenant.id), now=at)

    def states(self) -> Sequence[str]:
        with hall(self.app):
            return db.session.scalars(sa.select(Waiting.state).order_by(Waiting.email)).all()

    def letters(self, template: str) -> list[tuple[str, str]]:
        with hall(self.app):
            mine = sa.select(OutboxLetter).where(OutboxLetter.template == template)
            found = db.session.scalars(mine.order_by(OutboxLetter.created_at, OutboxLetter.id))
            return [(one.recipient, str(one.context["link"])) for one in found]


@pytest.fixture
def full(app: Flask) -> Full:
    return Full(app)


def test_a_freed_time_is_held_for_who_waits_and_is_taken_by_the_letter(full: Full) -> None:
    guest = full.app.test_client()
    said = guest.post(f"{BASE}/book", data={"about": ABOUT, "kind": full.kind})
    assert "შემატყობინეთ" in page(guest.get(said.location))
    assert ABOUT in page(guest.get(said.location.replace("/times", "/wait")))
    assert full.wait(guest, **OTHERS[0]).status_code == 303
    assert full.wait(guest, **OTHERS[0]).status_code == 422, "the same address waits once"
    assert [to for to, _link in full.letters("waiting_joined")] == [OTHERS[0]["email"]]
    officer = person(full.app, "secretary", role="operator")
    assert "მოლოდინის სია" in page(officer.get(f"{BASE}/desk/officials"))

    full.cancel()
    assert free(guest, full.kind) == [], "held: nobody else is offered it"
    [(to, link)] = full.letters("waiting_offer")
    with hall(full.app):
        letters = db.session.scalars(sa.select(OutboxLetter).where(OutboxLetter.case_id.is_(None)))
        texts = [ready(letter, None).message.text for letter in letters]
    assert all(ABOUT in text and "/reception/waiting/" in text for text in texts)
    assert to == OTHERS[0]["email"]
    path = link.removeprefix("http://localhost")
    assert guest.get(path.partition("?")[0]).status_code == 404, "the key is needed"
    assert "ინახება" in page(guest.get(path))
    done = guest.post(path, data={"go": "take"})
    assert re.search(r"/visits/", done.location)
    guest.post(path, data={"go": "take"})  # the link used twice
    guest.post(path, data={"go": "leave"})
    assert full.states() == ["taken"]
    with hall(full.app):
        stands = sa.select(sa.func.count()).where(Visit.holds)
        assert (db.session.scalar(stands), db.session.scalar(sa.select(sa.func.count(Hold.id)))) \
            == (1, 0)  # fmt: skip


def test_an_offer_that_nobody_takes_goes_to_the_next_and_comes_to_no_one_twice(full: Full) -> None:
    guest, now = full.app.test_client(), datetime.now(UTC)
    for who in OTHERS:
        full.wait(guest, **who)
    full.cancel()
    assert full.states() == ["offered", "waits", "waits"]
    with hall(full.app):
        ends = db.session.scalars(sa.select(Waiting.offered_until)).first()
    assert ends is not None
    assert ends > now
    full.tick(ends - timedelta(minutes=1))
    assert full.states() == ["offered", "waits", "waits"]
    full.tick(ends)
    assert full.states() == ["waits", "offered", "waits"]
    second = full.letters("waiting_offer")[1][1].removeprefix("http://localhost")
    guest.post(second, data={"go": "pass"})  # it does not suit: the third has it at once
    assert full.states() == ["waits", "waits", "offered"]
    third = full.letters("waiting_offer")[2][1].removeprefix("http://localhost")
    guest.post(third, data={"go": "leave"})
    assert full.states() == ["waits", "waits", "gone"], "the same time is offered to nobody twice"
    assert free(guest, full.kind) == [full.slot], "now it is everybody's"


def test_hours_that_are_added_are_offered_to_who_waits(full: Full) -> None:
    full.wait(full.app.test_client(), **OTHERS[0])
    officer = person(full.app, "secretary", role="operator")
    more = {"go": "hours", "weekday": str(full.day.isoweekday()), "opens": "11:00",
            "closes": "11:30", "valid_from": full.day.isoformat(),
            "valid_to": full.day.isoformat()}  # fmt: skip
    desk = f"{BASE}/desk/officials/{full.official}"
    assert officer.post(desk, data=more).status_code == 303
    assert full.states() == ["offered"]


def test_who_has_an_account_finds_the_place_under_my_and_erasing_leaves_nothing(full: Full) -> None:
    nino = person(full.app, "nino")
    assert full.wait(nino).status_code == 303
    full.cancel()
    shown = page(nino.get("/my/"))
    assert ABOUT in shown
    assert "/reception/waiting/" in shown
    assert "/reception/waiting/" not in page(person(full.app, "luka").get("/my/"))
    with hall(full.app):
        account_id = db.session.scalars(sa.select(Waiting.account_id)).one()
        profile.erase_account(account_id)
    with hall(full.app):
        left = [db.session.scalar(sa.select(sa.func.count()).select_from(table))
                for table in (Waiting, Hold, Seat)]  # fmt: skip
        assert left == [0, 0, 0]


def test_who_finds_a_time_free_is_led_to_it_and_does_not_wait(full: Full) -> None:
    full.cancel()
    answer = full.wait(full.app.test_client(), **WHO)
    assert "/book/times" in answer.location
    assert full.states() == []


@pytest.mark.parametrize(
    ("asked", "leaves", "ends"),
    [
        ("2026-03-10 10:00", "2026-03-10 10:00", "2026-03-10 14:00"),
        ("2026-03-10 16:00", "2026-03-10 16:00", "2026-03-11 11:00"),
        ("2026-03-13 23:00", "2026-03-16 09:00", "2026-03-16 13:00"),
        ("2028-02-28 17:00", "2028-02-28 17:00", "2028-02-29 12:00"),
    ],
)
def test_no_night_and_no_day_off_runs_an_offer_out(asked: str, leaves: str, ends: str) -> None:
    def moment(said: str) -> datetime:
        return datetime.fromisoformat(said).replace(tzinfo=TBILISI)

    found = lasting(moment(asked), timedelta(hours=4))
    assert found == (moment(leaves), moment(ends))
