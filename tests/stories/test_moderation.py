"""An officer hides an idea by a rule; readers see a stub, the author appeals to a colleague."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.messages.words import compose
from mms_core.moderation.models import Hiding, Waiting
from mms_core.testing import page
from tests.stories.idea_kit import BODY, TITLE, answer, given, hall, person, turn

REASON = "ტექსტში სხვა ადამიანის ტელეფონია."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on", publish="at_once")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def number(app: Flask, desk: FlaskClient) -> str:
    """Give the number of a public idea, sent without an account."""
    return given(app.test_client())


def ref(app: Flask, number: str) -> uuid.UUID:
    with hall(app) as tenant:
        return by_number(tenant.id, number).id


def act(client: FlaskClient, idea: uuid.UUID, what: str, **typed: str) -> Any:
    address = f"/zugdidi/desk/moderation/your_idea_to_mayor/idea/{idea}"
    return client.post(address, data={"do": what, **typed})


def hide(client: FlaskClient, idea: uuid.UUID) -> Any:
    return act(client, idea, "hide", rule="personal_data", reason=REASON)


def own_page(app: Flask) -> tuple[str, str]:
    """Give the address of the author's page and the key that the letter carries."""
    with hall(app) as tenant:
        row = db.session.scalars(select(Hiding)).one()
        key = key_of(app.extensions["mms_settings"], tenant.id, row.id)
        return f"/zugdidi/moderation/{row.id}", key


def test_a_hidden_idea_leaves_a_stub_and_its_author_is_told(
    app: Flask, client: FlaskClient, desk: FlaskClient, number: str
) -> None:
    idea = ref(app, number)
    assert hide(desk, idea).status_code == 303
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert REASON in shown
    assert "სხვისი პერსონალური მონაცემები" in shown
    assert BODY not in shown
    assert TITLE not in shown
    assert TITLE not in page(client.get("/zugdidi/ideas/"))
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        letter = reading.letters(case)[0]
        address, key = own_page(app)
        assert f"{address}?key={key}" in compose(letter, case).text
        assert [e.data["what"] for e in reading.events(case) if e.kind == "moderation"] == [
            "hidden"
        ]


def test_a_step_of_the_hall_does_not_publish_what_is_hidden(
    app: Flask, client: FlaskClient, desk: FlaskClient, number: str
) -> None:
    hide(desk, ref(app, number))
    answer(app, number, "review")
    assert BODY not in page(client.get(f"/zugdidi/ideas/{number}"))


def test_hiding_needs_a_rule_and_a_reason_and_is_done_once(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    idea = ref(app, number)
    assert act(desk, idea, "hide", rule="anger", reason=REASON).status_code == 422
    assert act(desk, idea, "hide", rule="insult", reason=" ").status_code == 422
    assert hide(desk, idea).status_code == 303
    again = hide(desk, idea)
    assert again.status_code == 409
    assert act(desk, uuid.uuid4(), "hide", rule="insult", reason=REASON).status_code == 404


def test_an_appeal_is_decided_by_another_officer_and_won(
    app: Flask, client: FlaskClient, desk: FlaskClient, number: str
) -> None:
    idea = ref(app, number)
    hide(desk, idea)
    address, key = own_page(app)
    assert client.get(address).status_code == 404
    client.get(f"{address}?key={key}")
    assert BODY in page(client.get(address))
    sent = client.post(address, data={"text": "ტელეფონი ჩემია."})
    assert sent.status_code == 303
    assert client.post(address, data={"text": "კიდევ ერთხელ."}).status_code == 409
    assert act(desk, idea, "decide", won="no", text_appeal="არა.").status_code == 403
    head = person(app, "nana@hall.example", role="head")
    assert "ტელეფონი ჩემია." in page(
        head.get(f"/zugdidi/desk/moderation/your_idea_to_mayor/idea/{idea}")
    )
    assert act(head, idea, "decide", text_appeal="კარგი.").status_code == 422
    assert act(head, idea, "decide", won="yes", text_appeal="ავტორი მართალია.").status_code == 303
    assert BODY in page(client.get(f"/zugdidi/ideas/{number}?fresh"))
    ledger = page(client.get("/zugdidi/moderation/"))
    assert re.search(r"<b>1</b><span>მოგებული საჩივარი", ledger)


def test_an_appeal_that_is_lost_is_final(
    app: Flask, client: FlaskClient, desk: FlaskClient, number: str
) -> None:
    idea = ref(app, number)
    hide(desk, idea)
    address, key = own_page(app)
    client.get(f"{address}?key={key}")
    client.post(address, data={"text": "გთხოვთ, აღადგინოთ."})
    head = person(app, "nana@hall.example", role="head")
    act(head, idea, "decide", won="no", text_appeal="ნომერი სხვისია.")
    assert "ნომერი სხვისია." in page(client.get(address))
    assert client.post(address, data={"text": "ისევ."}).status_code == 409
    with hall(app) as tenant:
        templates = [letter.template for letter in reading.letters(by_number(tenant.id, number))]
        assert templates[0] == "upheld"


def test_readers_report_without_an_account_and_a_storm_makes_one_line(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    idea = ref(app, number)
    address = f"/zugdidi/moderation/report/your_idea_to_mayor/idea/{idea}"
    for i in range(12):
        reader = app.test_client()
        typed = {"rule": "insult", "words": f"ნახეთ {i}"}
        sent = reader.post(address, data=typed, environ_base={"REMOTE_ADDR": f"10.0.0.{i % 6}"})
        assert sent.status_code == 303
    assert app.test_client().post(address, data={"rule": "other", "words": ""}).status_code == 422
    with hall(app):
        row = db.session.scalars(select(Waiting)).one()
        assert (row.reports, row.waits) == (6, True)  # one voice for each reader
    queue = page(desk.get("/zugdidi/desk/moderation/"))
    assert queue.count(TITLE) == 1
    assert act(desk, idea, "keep").status_code == 303
    assert act(desk, idea, "keep").status_code == 409
    assert TITLE not in page(desk.get("/zugdidi/desk/moderation/"))
    for i in range(10, 13):  # a thing that was kept comes back after several new voices only
        with hall(app):
            assert db.session.scalars(select(Waiting.waits)).one() is False
        app.test_client().post(
            address, data={"rule": "insult"}, environ_base={"REMOTE_ADDR": f"10.0.1.{i}"}
        )
    with hall(app):
        assert db.session.scalars(select(Waiting.waits)).one() is True


def test_what_is_not_public_cannot_be_reported_and_another_hall_sees_nothing(
    app: Flask, client: FlaskClient, desk: FlaskClient, number: str
) -> None:
    idea = ref(app, number)
    hide(desk, idea)
    address = f"moderation/report/your_idea_to_mayor/idea/{idea}"
    assert client.get(f"/zugdidi/{address}").status_code == 404
    turn(app, "on", "tskaltubo")
    assert client.get(f"/tskaltubo/{address}").status_code == 404
    elsewhere = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    assert elsewhere.get("/zugdidi/desk/moderation/").status_code == 403
    other = elsewhere.get(f"/tskaltubo/desk/moderation/your_idea_to_mayor/idea/{idea}")
    assert other.status_code == 404


def test_a_hall_sets_its_rules_and_what_was_decided_by_former_ones_stays(
    app: Flask, client: FlaskClient, desk: FlaskClient, number: str
) -> None:
    hide(desk, ref(app, number))
    address = "/zugdidi/desk/moderation/rules"
    assert desk.get(address).status_code == 403
    head = person(app, "nana@hall.example", role="head")
    assert "personal_data" in page(head.get(address))
    own = "ქეთილსინდისიერება | Good faith | მოტყუება არ ქვეყნდება. | Deceit is not published."
    typed = {"in_force": ["insult"], "legal_act": "დადგენილება № 7, 02.03.2026"}
    assert head.post(address, data={**typed, "own": "ნახევარი | წესი"}).status_code == 422
    assert head.post(address, data={"own": "", "legal_act": ""}).status_code == 422
    assert head.post(address, data={**typed, "own": own}).status_code == 303
    ledger = page(client.get("/zugdidi/moderation/"))
    assert "მოტყუება არ ქვეყნდება." in ledger
    assert "დადგენილება № 7" in ledger
    assert "სხვისი პერსონალური მონაცემები" in ledger  # by this one it was hidden
    other = ref(app, given(app.test_client(), title="ახალი ხიდი სოფელთან"))
    assert act(desk, other, "hide", rule="personal_data", reason=REASON).status_code == 422
    assert act(desk, other, "hide", rule="own_good-faith", reason=REASON).status_code == 303


def test_an_erased_author_leaves_the_trace_but_no_words(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    author = person(app, "eka@posta.example")
    number = given(author)
    hide(desk, ref(app, number))
    address, _key = own_page(app)
    assert author.post(address, data={"text": "გთხოვთ, აღადგინოთ."}).status_code == 303
    assert author.post("/my/erase", data={"sure": "true"}).status_code == 303
    with hall(app):
        row = db.session.scalars(select(Hiding)).one()
        assert (row.author_id, row.appeal_text, row.appeal) == (None, "", "open")
    assert REASON in page(client.get("/zugdidi/moderation/"))
    head = person(app, "nana@hall.example", role="head")
    decided = act(head, ref(app, number), "decide", won="no", text_appeal="რჩება.")
    assert decided.status_code == 303
