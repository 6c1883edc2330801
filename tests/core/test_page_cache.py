"""A kept page is answered without rendering, and is never older than what has been committed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, g
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.app import create_app
from mms_core.changes import changed
from mms_core.config import Settings
from mms_core.page_cache import keep
from mms_core.tracking import forget_marks

rendered: list[str] = []
probe = Blueprint("probe", __name__)


@probe.get("/probe")
def page() -> str:
    keep()
    rendered.append(g.tenant.slug)
    return f"<p>{len(rendered)}</p>"


@pytest.fixture(scope="module")
def probed(mms_app: Flask, settings: Settings) -> Flask:
    made = create_app(settings)
    made.register_blueprint(probe, url_prefix="/<slug>")
    return made


@pytest.fixture
def visitor(probed: Flask, app: Flask) -> Iterator[FlaskClient]:
    rendered.clear()
    probed.extensions["mms_page_cache"].pages.clear()
    return probed.test_client()


def change(app: Flask, tenant_id: int) -> None:
    with app.app_context():
        database.bind(tenant_id)
        changed(tenant_id, "anything")
        database.commit()


def test_a_second_visit_is_not_rendered(visitor: FlaskClient) -> None:
    first = visitor.get("/zugdidi/probe")
    second = visitor.get("/zugdidi/probe")
    assert (first.text, second.text, len(rendered)) == ("<p>1</p>", "<p>1</p>", 1)
    assert second.headers["Content-Security-Policy"]


def test_a_browser_that_has_it_gets_no_body(visitor: FlaskClient) -> None:
    tag = visitor.get("/zugdidi/probe").headers["ETag"]
    again = visitor.get("/zugdidi/probe", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_committed_change_is_seen_at_once(visitor: FlaskClient, app: Flask) -> None:
    visitor.get("/zugdidi/probe")
    change(app, 46)
    assert visitor.get("/zugdidi/probe").text == "<p>2</p>"
    change(app, 39)
    assert visitor.get("/zugdidi/probe").text == "<p>2</p>"


def test_a_transaction_that_commits_late_changes_the_version_too(
    visitor: FlaskClient, app: Flask
) -> None:
    with app.app_context():
        database.bind(46)
        changed(46, "slow")  # takes its number first, commits last
        change(app, 46)
        visitor.get("/zugdidi/probe")
        database.commit()
    assert visitor.get("/zugdidi/probe").text == "<p>2</p>"


def test_languages_and_municipalities_are_kept_apart(visitor: FlaskClient) -> None:
    visitor.get("/zugdidi/probe")
    assert visitor.get("/tskaltubo/probe").text == "<p>2</p>"
    visitor.set_cookie("mms_language", "en")
    assert visitor.get("/zugdidi/probe").text == "<p>3</p>"


def test_people_signed_in_are_never_given_a_kept_page(visitor: FlaskClient) -> None:
    visitor.get("/zugdidi/probe")
    visitor.set_cookie("mms_session", "anything")
    assert visitor.get("/zugdidi/probe").text == "<p>2</p>"


def test_the_packed_page_is_the_same_page(visitor: FlaskClient) -> None:
    import gzip

    visitor.get("/zugdidi/probe")
    packed = visitor.get("/zugdidi/probe", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == b"<p>1</p>"


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("fbclid=IwAR0x_y-Z", ""),
        ("q=a&fbclid=1&sort=new", "q=a&sort=new"),
        ("utm_source=f&utm_medium=m&q=a", "q=a"),
        ("UTM_Source=f&gclid=", ""),
        ("my_fbclid=1&q=fbclid=2", "my_fbclid=1&q=fbclid=2"),
        ("fbclid", "fbclid"),
        ("q=%26utm_source%3D1", "q=%26utm_source%3D1"),
    ],
)
def test_a_mark_by_which_a_reader_is_followed_is_not_read(came: str, read: str) -> None:
    asked = {"REQUEST_METHOD": "GET", "QUERY_STRING": came}
    forget_marks(asked)
    assert asked["QUERY_STRING"] == read
    posted = {"REQUEST_METHOD": "POST", "QUERY_STRING": came}
    forget_marks(posted)
    assert posted["QUERY_STRING"] == came


def test_whoever_comes_from_a_social_network_reads_the_page_that_is_kept(
    visitor: FlaskClient,
) -> None:
    for reader in ("", "?fbclid=one", "?fbclid=two&utm_source=facebook", "?sort=old"):
        visitor.get(f"/zugdidi/probe{reader}")
    assert len(rendered) == 2
