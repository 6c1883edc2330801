"""A module closes, or a setting touches what is open: the card first, then what becomes of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from lamp_town import DESK, people, report, signed_in
from sqlalchemy import select

from mms_core import db as database
from mms_core.batches.running import run
from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.people.rules import account, staff_of
from mms_core.tenancy import rules as tenancy
from mms_core.testing import clean, page

OFF = f"{DESK}/off"


@pytest.fixture
def town(lamps: Flask, settings: Settings) -> Iterator[Flask]:
    people(lamps, settings)
    signed_in(lamps, "head").post(f"{DESK}/switch", data={"state": "on"})
    for number in range(3):
        report(lamps, "tskaltubo", title=f"Rustaveli {number}")
    yield lamps
    clean(settings)


def worked(town: Flask, address: str) -> list[Case]:
    """Let the worker do the batch; gives the cases as they stand then."""
    found = re.search(r"batches/([0-9a-f-]{36})", address)
    assert found, address
    with town.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall
        database.bind(hall.id)
        run(hall.id, uuid.UUID(found[1]))
        return list(db.session.scalars(select(Case).where(Case.tenant_id == hall.id)))


def test_the_card_counts_what_is_touched_and_who_learns_of_it(town: Flask) -> None:
    head = signed_in(town, "head")
    card = page(head.get(OFF))
    assert re.search(r"<b>3</b>\s*<a [^>]*>Open cases</a>", card)
    assert re.search(r"<b>3</b>\s*of them without an answer", card)
    assert re.search(r"<b>3</b>\s*Dark lamps", card), "the module's own line"
    assert "3 open cases get their own answers." in card
    assert "0 colleagues have such cases now; 3 cases are with nobody" in card
    assert "0 of the 3 open cases have an address or an account." in card
    assert "1 colleague gets a letter of the decision:" in card


def test_officers_get_one_letter_in_their_language_when_it_closes(town: Flask) -> None:
    head = signed_in(town, "head")
    with town.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall
        officer = next(one for one in staff_of(hall.id) if "operator" in one.roles)
        account(officer.id).language = "en"
        database.commit()
    for state in ("trial", "on"):
        head.post(f"{DESK}/switch", data={"state": state})
    head.post(OFF, data={"fate": "closing", "reason": "No electrician."})
    with town.app_context():
        database.bind(hall.id)
        rows = db.session.scalars(select(OutboxLetter).where(OutboxLetter.tenant_id == hall.id))
        letters = [row for row in rows if row.template == "switched"]
        said = [(row.recipient, row.language, row.context["state"]) for row in letters]
        own = ("operator@mms.example", "en", "Closing")
        assert said.count(own) == 1
        assert own not in {(to, language, "On trial") for to, language, _state in said}
        assert not [to for to, _language, _state in said if to == "head@mms.example"], "who decides"
        last = next(row for row in letters if row.context["state"] == "Closing")
        written = last.context
    assert written["reason"] == "No electrician."
    assert written["desk"].endswith("/tskaltubo/desk/")


def test_open_cases_are_answered_with_one_text(town: Flask) -> None:
    head = signed_in(town, "head")
    done = head.post(OFF, data={"fate": "answer", "reason": "No electrician."})
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 200, "it is closing"
    asked = page(head.get(done.location))
    assert "3 chosen cases" in asked
    assert "მერია ხურავს სერვისს" in asked, "a text is proposed in the hall's language"
    typed = {"do": "letters", "step": "answer", "text_step": "The network lights it in March."}
    shown = page(head.get(head.post(done.location, data=typed).location))
    numbers = set(re.findall(r"[A-Z]{3}-\d{4}-\d{6}-\d", shown))
    assert len(numbers) == 3, "each is looked at before it goes"
    head.post(done.location, data={"do": "step"})
    assert {case.state for case in worked(town, done.location)} == {"lit"}
    card = page(head.get(OFF))
    assert "Nothing is open in this module." in card
    assert 'value="answer"' not in card


def test_open_cases_are_handed_to_a_colleague(town: Flask) -> None:
    head = signed_in(town, "head")
    head.post(OFF, data={"fate": "closing"})
    card = page(head.get(OFF))
    assert 'value="closing"' not in card, "it is closing already"
    done = head.post(OFF, data={"fate": "hand_over"})
    told = page(head.get(f"{DESK}/"))
    assert told.count("Closing") >= 1
    assert "Settings changed" not in told, "no second decision where nothing is decided"
    to = re.search(r'<option value="([0-9a-f-]{36})"', page(head.get(done.location)))
    assert to
    head.post(done.location, data={"do": "assign", "to": to[1]})
    assert {str(case.assignee_id) for case in worked(town, done.location)} == {to[1]}
    assert "1 colleague has such cases now" in page(head.get(OFF))


def test_a_setting_that_touches_open_cases_shows_its_card_first(town: Flask) -> None:
    head = signed_in(town, "head")
    typed = {"answer_days": "12", "electrician": "Firm"}
    card = head.post(f"{DESK}/settings", data=typed)
    assert card.status_code == 409
    assert "3 open cases go on under the new setting at once" in page(card)
    assert 'value="Firm"' in page(card), "nothing typed is lost"
    assert "Firm" not in page(head.get(f"{DESK}/settings")), "nothing is kept yet"
    assert head.post(f"{DESK}/settings", data=typed | {"sure": "true"}).status_code == 303
    silent = head.post(f"{DESK}/settings", data=typed | {"answer_days": "13"})
    assert silent.status_code == 303, "what holds for new cases only needs no card"
