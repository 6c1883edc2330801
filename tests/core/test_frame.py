"""The kept header and footer never show another page's, hall's or reader's."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import g, render_template_string, request
from flask.testing import FlaskClient

PART = """{% macro part() -%}
{{ note() or "" }}<b>{{ given[0][1] }} {{ _("Skip to the content") }}</b>
{%- endmacro %}
{{- kept(part, given) }}"""
E2E = str(Path(__file__).parents[1] / "e2e")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.syspath_prepend(E2E)
    import look_app

    return look_app.make_app().test_client()


def test_the_switches_come_back_to_the_page_they_stand_on(client: FlaskClient) -> None:
    for path in ("/zugdidi/front", "/zugdidi/front?q=1&a=%22x", "/zugdidi/form"):
        page = client.get(path).text
        assert "%EE%80%80" not in page
        back = path.replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
        assert f"/language/en?next={back.replace('%22', '%2522')}" in page
        assert page.count('aria-hidden="true"><path d="m10 17') == 2


def test_feedback_names_the_page_it_is_about(client: FlaskClient) -> None:
    for path in ("/zugdidi/front", "/zugdidi/form"):
        page = client.get(path).text
        assert f'href="/page-feedback?page={path}"' in page
        assert "\ue001" not in page
    kept = client.application.extensions["mms_frame"]
    assert len([key for key in kept if key[0] == "site_footer"]) == 1


def test_a_module_on_trial_says_so(client: FlaskClient) -> None:
    words, states = "საიტი მუშაობს სატესტო რეჟიმში", {"ideas": SimpleNamespace(state="on")}

    @client.application.before_request
    def enter() -> None:
        g.module, g.tenant_modules = "ideas", states

    assert words not in client.get("/zugdidi/front").text
    states["ideas"].state = "trial"
    assert words in client.get("/zugdidi/front").text


def test_each_hall_mode_and_language_has_its_own(client: FlaskClient) -> None:
    first = client.get("/zugdidi/front").text
    assert "ზუგდიდის მუნიციპალიტეტი" in first
    assert "წყალტუბოს მუნიციპალიტეტი" in client.get("/tskaltubo/front").text
    assert "Skip to the content" in client.get("/zugdidi/front?lang=en").text
    assert ">Large text<" in client.get("/zugdidi/front?lang=en").text
    client.set_cookie("mms_mode", "t")
    assert "ჩვეულებრივი ტექსტი" in client.get("/zugdidi/front").text


def test_a_changed_hall_is_shown_at_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_app = sys.modules["look_app"]
    assert "#b7791f" not in client.get("/zugdidi/front").text
    changed = replace(look_app.THEMES["zugdidi"], band="waves")
    before = client.get("/zugdidi/front").text
    monkeypatch.setitem(look_app.THEMES, "zugdidi", changed)
    assert client.get("/zugdidi/front").text != before


def test_the_present_line_is_marked_on_its_own_page_only(client: FlaskClient) -> None:
    assert client.get("/zugdidi/front").text.count('aria-current="page"') == 0
    home = client.get("/zugdidi/form").text
    assert home.count('aria-current="page"') == 1  # the breadcrumb


def test_a_kept_part_shows_what_it_is_asked_to_in_the_readers_language(client: FlaskClient) -> None:
    app, drawn = client.application, []

    @app.get("/<slug>/part")
    def part(slug: str) -> str:
        g.tenant, g.language = SimpleNamespace(slug=slug), request.args.get("lang", "ka")
        given = [("roads", request.args.get("word", "გზები"))]
        return render_template_string(PART, given=given, note=lambda: drawn.append(1))

    said = [client.get(f"/{path}").text for path in ("zugdidi/part", "zugdidi/part")]
    assert said == ["<b>გზები გადადით შინაარსზე</b>"] * 2
    assert len(drawn) == 1, "the second page drew nothing"
    assert client.get("/zugdidi/part?lang=en").text == "<b>გზები Skip to the content</b>"
    assert client.get("/zugdidi/part?word=<i>").text == "<b>&lt;i&gt; გადადით შინაარსზე</b>"
    client.get("/mestia/part")
    assert len(drawn) == 4, "another language, another value and another hall are drawn anew"
