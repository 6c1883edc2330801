"""A resident gives an idea in Georgian; nothing they type is ever lost."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import (
    BODY,
    FORM,
    MODULE,
    TITLE,
    cases,
    followed,
    give,
    given,
    hall,
    person,
    picture,
    turn,
)
from sqlalchemy import func, select

from mms_core.cases.models import Attachment, CaseContact
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.messages.words import compose
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def test_signed_out_in_georgian(app: Flask, client: FlaskClient) -> None:
    form = page(client.get("/zugdidi/ideas/new"))
    assert "გაგზავნეთ იდეა" in form
    sent = give(client)
    assert sent.status_code == 303
    receipt = client.get(sent.location)
    words = page(receipt)
    number = cases(app)[0]
    assert number in words
    assert "სამუშაო დღე" in words, "the date explains itself"
    assert receipt.headers["Cache-Control"] == "private, no-store"
    follow = re.search(r'href="(/zugdidi/cases/[^"]+key=[^"]+)"', words)
    assert follow
    opened = client.get(follow.group(1), follow_redirects=True)
    assert TITLE in page(opened)
    assert "key=" not in opened.request.url, "the key does not stay in the address"
    assert TITLE not in page(client.get("/zugdidi/ideas/")), "a stranger's idea waits for a look"
    assert client.get(f"/zugdidi/ideas/{number}").status_code == 404


def test_the_receipt_needs_its_key(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    for key in ("", "?key=", "?key=wrongwrong"):
        assert client.get(f"/zugdidi/ideas/{number}/receipt{key}").status_code == 404


def test_the_letter_says_number_date_and_link(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    with hall(app) as tenant:
        letter = db.session.scalars(select(OutboxLetter)).one()
        words = compose(letter, by_number(tenant.id, number))
        assert (letter.recipient, letter.template) == ("nino@posta.example", "receipt")
    assert number in words.subject
    assert TITLE in words.text
    assert f"/zugdidi/cases/{number}?key=" in words.text


def test_a_signed_in_person_types_no_contact_and_is_shown_at_once(app: Flask) -> None:
    client = person(app, "davit@posta.example")
    form = page(client.get("/zugdidi/ideas/new"))
    assert 'name="email"' not in form
    assert "davit@posta.example" in form
    plain = dict.fromkeys(("name", "email"), "")
    number = given(client, **plain, shown="first")
    listed = page(app.test_client().get("/zugdidi/ideas/"))
    assert TITLE in listed
    shown = page(app.test_client().get(f"/zugdidi/ideas/{number}"))
    assert "დავით" in shown
    assert "ნიმუშაძე" not in shown, "the first name only, as chosen"


def test_the_hall_decides_what_is_published_when(app: Flask, client: FlaskClient) -> None:
    turn(app, "on", publish="at_once")
    number = given(client, shown="full")
    assert "ნინო ნიმუშაძე" in page(client.get(f"/zugdidi/ideas/{number}"))
    turn(app, "on", publish="after_review")
    hidden = given(person(app, "davit@posta.example"))
    assert client.get(f"/zugdidi/ideas/{hidden}").status_code == 404


def test_what_is_there_already_is_shown_before_an_idea_is_sent(
    app: Flask, client: FlaskClient
) -> None:
    """Also when it is typed with Latin letters, and when an idea that is no less like is hidden."""
    turn(app, "on", publish="at_once")
    number = given(client, body="ღამით აქ ბნელა, და მანქანები ბავშვებს ვერ ხედავენ.")
    turn(app, "on", publish="after_review")
    given(client)  # nobody may see it yet
    followed(app)
    typed = {"title": "gzis ganateba skolastan chaladidshi", "files": [picture()], "seen": ""}
    shown = give(client, **typed)
    assert shown.status_code == 422
    said = page(shown)
    assert said.count(f"/zugdidi/ideas/{number}#support") == 1
    assert typed["title"] in said
    kept = re.findall(r'name="kept_file" value="([^"]+)"', said)
    assert kept, "the picture need not be chosen again"
    assert 'name="seen" value="yes"' in said
    assert "თქვენი იდეა ჯერ არ გაგზავნილა." in said
    assert 'form="give-idea"' in said, "one tap sends it all the same"
    assert given(client, title=typed["title"], kept_file=kept)
    with hall(app):
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "სათაური"),
        ({"title": "მოკლე"}, "10"),
        ({"title": "ა" * 121}, "120"),
        ({"body": "ცოტა"}, "20"),
        ({"body": "გ" * 4001}, "4001"),
        ({"category": ""}, "აირჩიეთ"),
        ({"category": "no-such"}, "აირჩიეთ"),
        ({"name": ""}, "სახელი"),
        ({"email": "", "phone": ""}, "ელ. ფოსტა"),
        ({"email": "nino"}, "ელ. ფოსტა"),
        ({"phone": "0100200300a"}, "599 12 34 56"),
        ({"phone": "12345678901"}, "599 12 34 56"),
    ],
)
def test_a_mistake_is_named_and_every_word_is_kept(
    app: Flask, client: FlaskClient, changes: dict[str, str], said: str
) -> None:
    refused = give(client, **changes)
    words = page(refused)
    assert refused.status_code == 422
    assert 'id="error-summary"' in words
    name = next(iter(changes))
    assert f'href="#field-{name}"' in words
    assert said in words[words.index('id="error-summary"') : words.index("<h1")]
    kept = FORM | changes
    assert kept["body"] in words
    assert f'value="{kept["title"]}"' in words
    assert kept["settlement"] in words
    assert cases(app) == []


def test_a_telephone_is_enough(app: Flask, client: FlaskClient) -> None:
    given(client, email="", phone="599 12-34-56")
    with hall(app):
        assert db.session.scalars(select(CaseContact)).one().phone == "+995599123456"


def test_script_is_shown_as_text(app: Flask, client: FlaskClient) -> None:
    turn(app, "on", publish="at_once")
    number = given(
        client, title="<script>alert(1)</script> იდეა", body=f"{BODY}<img src=x onerror=a>"
    )
    for address in ("/zugdidi/ideas/", f"/zugdidi/ideas/{number}"):
        words = page(client.get(address))
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in words
        assert "<script>alert" not in words
        assert "<img src=x" not in words


def test_a_picture_comes_along(app: Flask, client: FlaskClient) -> None:
    given(client, files=[picture(), picture("second.jpg")])
    with hall(app):
        rows = db.session.scalars(select(Attachment)).all()
        assert [row.content_type for row in rows] == ["image/jpeg", "image/jpeg"]
        assert not any(row.public for row in rows)


def test_a_huge_picture_is_refused_with_words(app: Flask, client: FlaskClient) -> None:
    huge = (io.BytesIO(b"\xff\xd8\xff\xe0" + b"\0" * 20_000_000), "huge.jpg")
    refused = give(client, files=[huge, picture("small.jpg")])
    words = page(refused)
    assert refused.status_code == 422
    assert "huge.jpg" in words
    assert "20" in words
    assert BODY in words
    token = re.search(r'name="kept_file" value="([^"]+)"', words)
    assert token, "the good picture is kept"
    given(client, kept_file=token.group(1))
    with hall(app):
        assert db.session.scalars(select(Attachment.name)).all() == ["small.jpg"]


def test_a_program_called_a_picture_is_refused(app: Flask, client: FlaskClient) -> None:
    program = (io.BytesIO(b"MZ\x90\x00" + b"\0" * 4000), "photo.jpg")
    refused = give(client, files=[program])
    assert refused.status_code == 422
    assert "photo.jpg" in page(refused)
    assert BODY in page(refused)
    assert cases(app) == []


def test_the_same_form_sent_twice_is_one_idea(app: Flask, client: FlaskClient) -> None:
    first = give(client, _key="0190-the-same")
    second = give(client, _key="0190-the-same")
    assert first.status_code == second.status_code == 303
    assert second.location == first.location
    assert len(cases(app)) == 1
    with hall(app):
        assert db.session.scalar(select(func.count()).select_from(Idea)) == 1


def test_a_refused_form_can_be_sent_again_with_its_key(app: Flask, client: FlaskClient) -> None:
    assert give(client, _key="once", title="").status_code == 422
    assert give(client, _key="once").status_code == 303
    assert len(cases(app)) == 1


def test_the_module_is_sound(app: Flask) -> None:
    from mms_core.contract import check_contributions

    loaded = app.extensions["mms_modules"].loaded[MODULE]
    assert check_contributions(loaded) == []
