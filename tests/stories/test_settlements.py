"""An operator brings the list of settlements; a renamed one keeps its ideas."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import cases, given, hall, person, turn
from openpyxl import load_workbook
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea

AT = "/zugdidi/desk/settlements/"
HEAD = "სახელი;ინგლისურად;ტიპი;განედი;გრძედი;კოდი;ძველი სახელი\n"
FILE = HEAD + (
    "ზუგდიდი;Zugdidi;town;42,5084;41,86796;;\n"
    "რუხი;;სოფელი;42.54845;41.8576;A1;\n"
    "ახალი ორსანტია;;village;;;;ორსანტია\n"
    "ჭალადიდი;;village;;;;\n"
)


@pytest.fixture
def operator(app: Flask) -> Iterator[FlaskClient]:
    turn(app, "on", publish="at_once")
    yield person(app, "operator@zugdidi.example", role="operator")
    with app.app_context():
        tenancy.forget()  # the next test reads the tables anew


def bring(client: FlaskClient, text: str, name: str = "list.csv") -> Any:
    file = (io.BytesIO(text.encode("utf-8-sig")), name)
    return client.post(AT, data={"file": file}, content_type="multipart/form-data")


def take_over(client: FlaskClient, shown: str, **more: str) -> Any:
    rows = re.search(r'name="rows" value="([^"]+)"', shown)
    assert rows
    return client.post(f"{AT}apply", data={"rows": html.unescape(rows[1])} | more)


def names(app: Flask) -> list[str]:
    with hall(app) as tenant:
        return [place["ka"] for place in tenant.settlements]


def test_from_the_template_to_the_form(app: Flask, operator: FlaskClient) -> None:
    sheet = load_workbook(io.BytesIO(operator.get(f"{AT}template.xlsx").data)).worksheets[0]
    listed = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(listed) == sorted(names(app)), "what is there can be filled in further"
    shown = page(bring(operator, FILE))
    assert "ორსანტია → ახალი ორსანტია" in shown
    assert "ჭალადიდი · Chaladidi" in shown, "the English name is written by rule"
    assert "ჭალადიდი" not in names(app), "nothing is changed by looking"
    assert take_over(operator, shown).status_code == 303
    assert "ჭალადიდი" in names(app)
    form = page(app.test_client().get("/zugdidi/ideas/new"))
    assert '<option value="ახალი ორსანტია">' in form
    assert '<option value="ორსანტია">' not in form
    again = page(bring(operator, FILE.replace(";ორსანტია\n", ";\n")))
    assert "→" not in again, "the same file once more changes nothing"


def test_a_rename_keeps_ideas_in_their_place(app: Flask, operator: FlaskClient) -> None:
    client = app.test_client()
    number = given(client, settlement="orsantia")
    with hall(app):
        assert db.session.scalars(select(Idea.settlement)).one() == "ორსანტია"
    take_over(operator, page(bring(operator, FILE)))
    with hall(app):
        assert db.session.scalars(select(Idea.settlement)).one() == "ახალი ორსანტია"
        assert db.session.scalars(select(Case.place)).one() == "ახალი ორსანტია"
    assert "ახალი ორსანტია" in page(client.get(f"/zugdidi/ideas/{number}"))
    later = given(client, settlement="ორსანტია", title="მეორე იდეა ორსანტიიდან")
    assert "ახალი ორსანტია" in page(client.get(f"/zugdidi/ideas/{later}")), "a form opened before"


def test_each_bad_line_is_told_by_its_number_and_the_others_go_on(
    app: Flask, operator: FlaskClient
) -> None:
    bad = HEAD + (
        "Rukhi;;village;;;;\n"
        "რუხი;;planet;;;;\n"
        "ჭალადიდი;;village;99;41;;\n"
        "ნარაზენი;;village;42.5;;;\n"
        "კახათი;;village;;;;არსადი\n"
        "ინგირი;;village;;;;\n"
        "ინგირი;;village;;;;\n"
    )
    shown = page(bring(operator, bad))
    assert [f"სტრიქონი {line}:" in shown for line in (2, 3, 4, 5, 6, 7, 8)] == (
        [True] * 5 + [False, True]
    )
    take_over(operator, shown)
    assert "ინგირი" in names(app)
    assert "კახათი" not in names(app)


@pytest.mark.parametrize("text", ["", "no;such;headings\n1;2;3\n", "PK\x03\x04broken"])
def test_a_file_that_is_no_table_is_refused_with_words(operator: FlaskClient, text: str) -> None:
    refused = bring(operator, text)
    assert refused.status_code == 422
    assert "mms-error" in page(refused)
    assert operator.post(f"{AT}apply", data={"rows": "[[1"}).status_code == 422


def test_a_retired_one_is_offered_no_more_and_keeps_its_ideas(
    app: Flask, operator: FlaskClient
) -> None:
    number = given(app.test_client(), settlement="რუხი")
    operator.post(f"{AT}retire", data={"name": "რუხი"})
    assert "რუხი" not in names(app)
    assert "რუხი" in page(app.test_client().get(f"/zugdidi/ideas/{number}"))
    assert "დააბრუნეთ სიაში" in page(operator.get(AT))
    operator.post(f"{AT}retire", data={"name": "რუხი", "back": "yes"})
    assert "რუხი" in names(app)
    take_over(operator, page(bring(operator, FILE)), retire_missing="true")
    assert set(names(app)) == {"ზუგდიდი", "რუხი", "ახალი ორსანტია", "ჭალადიდი"}


def test_it_is_the_halls_own_list(app: Flask, operator: FlaskClient) -> None:
    take_over(operator, page(bring(operator, FILE)))
    with hall(app, "tskaltubo") as tenant:
        assert "ჭალადიდი" not in [place["ka"] for place in tenant.settlements]
    assert operator.get("/tskaltubo/desk/settlements/").status_code == 403
    assert person(app, "nino@posta.example").get(AT).status_code == 403
    assert cases(app) == []


def test_an_english_reader_reads_the_place_in_english(app: Flask, operator: FlaskClient) -> None:
    """A street has no English name: it stays, and a screen reader is told whose letters it has."""
    known = given(app.test_client(), settlement="რუხი")
    bench = {"title": "სკამები ზღვის პირას", "body": "მოხუცებს დასასვენებელი არსად აქვთ."}
    street = given(app.test_client(), settlement="ზღვის ქუჩა", email="lia@posta.example", **bench)
    english, georgian = app.test_client(), app.test_client()
    english.set_cookie("mms_language", "en")
    operator.set_cookie("mms_language", "en")
    for there in ("", known):
        shown = page(english.get(f"/zugdidi/ideas/{there}"))
        assert "Rukhi" in shown
        assert ">რუხი<" not in shown
        assert ">რუხი<" in page(georgian.get(f"/zugdidi/ideas/{there}"))
    assert "Author: ნინო, Rukhi" in page(english.get(f"/zugdidi/ideas/{known}"))
    assert "ავტორი: ნინო, რუხი" in page(georgian.get(f"/zugdidi/ideas/{known}"))
    marked = '<span lang="ka">ზღვის ქუჩა</span>'
    assert f"Author: ნინო, {marked}" in page(english.get(f"/zugdidi/ideas/{street}"))
    assert marked in page(english.get(f"/zugdidi/ideas/{street}"))
    assert marked not in page(georgian.get(f"/zugdidi/ideas/{street}"))
    assert "Rukhi" in page(operator.get(f"/zugdidi/desk/{known}"))
    assert marked in page(operator.get(f"/zugdidi/desk/{street}"))
