"""A hall with a host of its own needs no slug in its addresses there."""

import pytest
from flask import Flask, g, request, url_for
from flask.testing import FlaskClient

from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.tenancy import hosts, rules, schemas
from mms_core.testing import page

OWN = "http://idea.tskaltubo.gov.ge"


@pytest.fixture(scope="module")
def pages(mms_app: Flask, settings: Settings) -> Flask:
    """Give an application in which each hall has a page of its own to link to."""
    app = create_app(settings)
    app.add_url_rule("/<slug>/try/", "try", lambda: url_for("try", word="ა"))
    return app


def ask(app: Flask, path: str, base: str) -> tuple[str | None, str]:
    """Route a path as a request would, and give the hall's slug and the path that was routed."""
    with app.test_request_context(path, base_url=base):
        arguments = request.view_args or {}
        return arguments.get("slug"), request.path


def test_the_host_stands_for_the_slug(pages: Flask) -> None:
    assert ask(pages, "/ideas/", OWN)[1] == "/tskaltubo/ideas/"
    assert ask(pages, "/", OWN)[1] == "/tskaltubo/"
    assert ask(pages, "/tskaltubo/ideas/", OWN)[1] == "/tskaltubo/ideas/"


def test_a_port_and_capitals_change_nothing(pages: Flask) -> None:
    assert ask(pages, "/ideas/", "http://IDEA.tskaltubo.gov.ge:8000")[1] == "/tskaltubo/ideas/"


def test_pages_of_the_country_stay_where_they_are(pages: Flask) -> None:
    assert ask(pages, "/sign-in", OWN)[1] == "/sign-in"


def test_another_hall_is_not_reached_through_this_host(client: FlaskClient) -> None:
    assert client.get("/zugdidi/", base_url=OWN).status_code == 404


def test_addresses_leave_the_slug_out_on_the_own_host(pages: Flask) -> None:
    with pages.test_request_context("/try/", base_url=OWN):
        pages.preprocess_request()
        assert g.tenant.slug == "tskaltubo"
        assert url_for("try") == "/try/"
        assert url_for("try", _external=True) == f"{OWN}/try/"
        assert hosts.home_url() == "/"
        assert hosts.country_url() == "http://localhost/"
        assert url_for("tenancy.front") == "http://localhost/"


@pytest.mark.parametrize(
    "base", ["http://localhost", "https://localhost", "http://localhost:8000", "https://a.ge/below"]
)
def test_a_whole_address_is_what_flask_would_make(pages: Flask, base: str) -> None:
    for more in ({}, {"word": "ა b"}, {"_anchor": "part"}, {"_scheme": "ftp"}):
        with pages.test_request_context("/tskaltubo/try/", base_url=base):
            pages.preprocess_request()
            own = Flask.url_for(pages, "try", _external=True, **more)
            for _again in range(2):
                assert url_for("try", _external=True, **more) == own
    with pages.app_context(), pytest.raises(RuntimeError):
        url_for("try", slug="tskaltubo", _external=True)  # there is no request to tell the host


def test_elsewhere_the_slug_stays(pages: Flask) -> None:
    with pages.test_request_context("/tskaltubo/try/"):
        pages.preprocess_request()
        assert url_for("try") == "/tskaltubo/try/"
        assert hosts.home_url() == "/tskaltubo/"
        assert url_for("tenancy.front") == "/"


def test_an_address_that_is_kept_is_never_another_pages(pages: Flask) -> None:
    for _again in range(2):
        with pages.test_request_context("/try/", base_url=OWN):
            pages.preprocess_request()
            assert url_for("try", n=1) == "/try/?n=1"
        for slug in ("tskaltubo", "zugdidi"):
            with pages.test_request_context(f"/{slug}/try/"):
                pages.preprocess_request()
                assert url_for("try", n=1) == f"/{slug}/try/?n=1"
                assert url_for("try", n="1", more=None) == f"/{slug}/try/?n=1"
                assert url_for("try", n=True) == f"/{slug}/try/?n=True"
                assert url_for("try", n=1, slug="mestia") == "/mestia/try/?n=1"
                assert url_for("try", n=["1", "2"]) == f"/{slug}/try/?n=1&n=2"
        with pages.test_request_context(base_url="http://localhost/below/", path="/zugdidi/try/"):
            pages.preprocess_request()
            assert url_for("try", n=1) == "/below/zugdidi/try/?n=1"


def test_a_page_that_turns_to_another_hall_links_to_that_one(pages: Flask) -> None:
    with pages.test_request_context("/tskaltubo/try/"):
        pages.preprocess_request()
        assert url_for("try", n=2) == "/tskaltubo/try/?n=2"
        g.tenant = rules.by_slug("zugdidi")
        assert url_for("try", n=2) == "/zugdidi/try/?n=2"


def test_a_page_on_the_own_host_links_within_it(pages: Flask) -> None:
    answer = pages.test_client().get("/try/", base_url=OWN)
    assert page(answer) == "/try/?word=%E1%83%90"


def test_an_unknown_host_is_the_country(client: FlaskClient) -> None:
    client.set_cookie("mms_language", "en", domain="elsewhere.example")
    text = page(client.get("/", base_url="http://elsewhere.example"))
    assert "Find your city hall" in text


def test_no_hall_can_be_called_like_a_page_of_the_country(pages: Flask) -> None:
    firsts = {rule.rule.split("/", 2)[1] for rule in pages.url_map.iter_rules()}
    taken = {first for first in firsts if first and not first.startswith("<")}
    assert taken <= set(schemas.RESERVED)
