"""A person looks for a municipality and reaches its page, whatever they type."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.testing import page


def first_hit(client: FlaskClient, query: str) -> str:
    """Search the front page and give the address of the first result."""
    text = page(client.get("/", query_string={"q": query}))
    results = text[text.index('id="found"') : text.index('id="regions"')]
    found = re.search(r'<a href="(/[^"]+)"', results)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("წყალტუბო", "/tskaltubo/"),
        ("ᲬᲧᲐᲚᲢᲣᲑᲝ", "/tskaltubo/"),
        ("tskaltubo", "/tskaltubo/"),
        ("Tskaltubo Municipality", "/tskaltubo/"),
        ("წყალტუბოს მუნიციპალიტეტი", "/tskaltubo/"),
        ("წყალტუბოს\u00a0მუნიციპალიტეტი", "/tskaltubo/"),
        ("wyaltubo", "/tskaltubo/"),
        ("tsqaltubo", "/tskaltubo/"),
        ("ts'q'alt'ubo", "/tskaltubo/"),
        ("tskhaltubo", "/tskaltubo/"),
        ("Цхалтубский", "/tskaltubo/"),
        ("წყალტუბოში", "/tskaltubo/"),
        ("WiaTura", "/chiatura/"),
        ("wiatura", "/chiatura/"),
        ("signagi", "/sighnaghi/"),
        ("qvareli", "/kvareli/"),
        ("yvareli", "/kvareli/"),
        ("სტეფანწმინდა", "/kazbegi/"),
        ("geguti", "/tskaltubo/"),
        ("Axalkalaki", "/akhalkalaki/"),
        ("Ախալքալաք", "/akhalkalaki/"),
        ("gori", "/gori/"),
        ("gori-city", "/gori-city/"),
        ("batumi", "/batumi/"),
    ],
)
def test_a_person_finds_the_hall_however_they_type(
    client: FlaskClient, typed: str, reached: str
) -> None:
    assert first_hit(client, typed) == reached


def test_a_region_lists_its_municipalities(client: FlaskClient) -> None:
    text = page(client.get("/", query_string={"q": "გურია"}))
    results = text[text.index('id="found"') : text.index('id="regions"')]
    assert re.findall(r'<a href="(/[^"]+)"', results) == ["/chokhatauri/"]


def test_the_list_by_region_holds_every_municipality(client: FlaskClient) -> None:
    text = page(client.get("/"))
    listed = re.findall(r'<a href="/([a-z-]+)/"', text[text.index('id="regions"') :])
    assert (
        len(
            {
                slug
                for slug in listed
                if slug not in {"my", "ministry", "centre", "figures", "open-data"}
            }
        )
        == 51
    )
    assert text.index('id="GE-AJ"') < text.index('id="GE-GU"') < text.index('id="GE-IM"')


@pytest.mark.parametrize("typed", ["qqqqq", "🙂", "<script>alert(1)</script>", "a" * 5000, "%00"])
def test_nothing_found_says_so_and_shows_the_regions(client: FlaskClient, typed: str) -> None:
    answer = client.get("/", query_string={"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in page(answer)
    assert 'id="GE-IM"' in page(answer)


def test_the_front_page_speaks_the_chosen_language(client: FlaskClient) -> None:
    assert "იპოვეთ თქვენი მერია" in page(client.get("/"))
    client.set_cookie("mms_language", "en")
    text = page(client.get("/"))
    assert "Find your city hall" in text
    assert "Imereti" in text


@pytest.mark.parametrize(
    ("language", "said"), [("ka", "ნაპოვნია 2 მუნიციპალიტეტი"), ("en", "2 municipalities found")]
)
def test_the_page_says_how_many_were_found(client: FlaskClient, language: str, said: str) -> None:
    client.set_cookie("mms_language", language)
    assert said in page(client.get("/?q=ambrolauri"))


def test_a_merged_city_points_to_what_it_became(mms_app: Flask, settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/<slug>/", "a_hall", lambda: "a hall")
    client = app.test_client()
    client.set_cookie("mms_language", "en")
    answer = client.get("/gori-city/")
    assert answer.status_code == 200
    assert "City of Gori Municipality is now part of Gori Municipality" in page(answer)
    assert 'href="/gori/"' in page(answer)


def test_an_unknown_municipality_is_not_found(client: FlaskClient) -> None:
    assert client.get("/atlantis/").status_code == 404
