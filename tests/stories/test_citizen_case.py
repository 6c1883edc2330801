"""A citizen follows a case: by account, by number and key, or by what the hall has published."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases.keys import key_of
from mms_core.cases.rules import by_number
from mms_core.testing import page
from tests.stories.idea_kit import TITLE, answer, given, hall, person, turn

DOOR = "/zugdidi/cases/"


@pytest.fixture
def number(app: Flask) -> str:
    """Give the number of an idea sent without an account."""
    turn(app, "on")
    return given(app.test_client())


def key(app: Flask, number: str) -> str:
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        return key_of(app.extensions["mms_settings"], tenant.id, case.id)


def test_the_letters_link_opens_the_case_and_the_key_leaves_the_address(
    app: Flask, client: FlaskClient, number: str
) -> None:
    first = client.get(f"{DOOR}{number}?key={key(app, number)}")
    assert first.status_code == 303
    assert "key" not in first.location
    assert TITLE in page(client.get(first.location))


def test_number_and_key_may_be_typed_with_spaces_and_small_letters(
    app: Flask, client: FlaskClient, number: str
) -> None:
    secret = key(app, number)
    typed = {"number": number.lower().replace("-", " "), "key": f"{secret[:5]} {secret[5:]}"}
    opened = client.post(DOOR, data=typed, follow_redirects=True)
    assert TITLE in page(opened)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{wrong}", "ბოლო ციფრი დანარჩენებს არ შეესაბამება"),
        ("12345", "საქმის ნომერს არ ჰგავს"),
        ("", "ჩაწერეთ საქმის ნომერი"),
    ],
)
def test_a_wrong_number_is_told_clearly(
    client: FlaskClient, number: str, typed: str, said: str
) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    shown = client.post(DOOR, data={"number": typed.format(wrong=wrong), "key": ""})
    assert shown.status_code == 422
    assert said in page(shown)


def test_a_wrong_key_and_a_number_that_nobody_has_are_answered_alike(
    client: FlaskClient, number: str
) -> None:
    wrong = client.post(DOOR, data={"number": number, "key": "aaaaaaaaaa"})
    nobody = client.post(DOOR, data={"number": "ZUG-2026-999999-0", "key": "aaaaaaaaaa"})
    assert wrong.status_code == 422
    assert "საქმე არ იხსნება" in page(wrong)
    assert TITLE not in page(wrong)
    assert nobody.status_code == 422


def test_a_stranger_with_the_bare_address_meets_the_door(client: FlaskClient, number: str) -> None:
    shown = client.get(f"{DOOR}{number}")
    assert shown.status_code == 404
    assert TITLE not in page(shown)
    assert number in page(shown)  # the number stands in the field already


def test_what_is_published_is_read_on_its_public_page(
    app: Flask, client: FlaskClient, number: str
) -> None:
    answer(app, number, "review")
    assert client.get(f"{DOOR}{number}").location.endswith(f"/zugdidi/ideas/{number}")


def test_the_author_reads_the_answer_on_top_of_their_page(app: Flask, number: str) -> None:
    author = person(app, "eka@posta.example")
    mine = given(author)
    assert "პასუხის ვადა" in page(author.get(f"{DOOR}{mine}"))
    answer(app, mine, "accept", "დიახ, მარტში.")
    assert "დიახ, მარტში." in page(author.get(f"{DOOR}{mine}"))
    other = person(app, "vano@posta.example")
    answer(app, mine, "reopen", role="head")
    answer(app, mine, "block", "მეორდება.")
    assert other.get(f"{DOOR}{mine}").status_code == 404
    assert "მეორდება." in page(author.get(f"{DOOR}{mine}"))


def test_the_module_off_does_not_take_the_case_from_its_citizen(app: Flask, number: str) -> None:
    author = person(app, "eka@posta.example")
    mine = given(author)
    turn(app, "off")
    assert TITLE in page(author.get(f"{DOOR}{mine}"))
