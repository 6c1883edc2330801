"""The language of a page or letter, also before anything was said in it."""

from __future__ import annotations

import pytest
from flask import Flask, has_app_context

from mms_core.i18n import gettext, locale, spoken

GEORGIAN, ENGLISH = "ძებნა", "Search"


@pytest.mark.parametrize(
    ("cookie", "language", "said"),
    [("en", "en", ENGLISH), ("ka", "ka", GEORGIAN), ("", "ka", GEORGIAN), ("xx", "ka", GEORGIAN)],
)
def test_a_page_has_its_readers_language(app: Flask, cookie: str, language: str, said: str) -> None:
    headers = {"Cookie": f"mms_language={cookie}"} if cookie else {}
    with app.test_request_context("/", headers=headers):
        assert (locale(), gettext(ENGLISH), locale()) == (language, said, language)


def test_a_letter_has_the_language_it_is_told(app: Flask) -> None:
    with app.app_context():
        assert locale() == "ka"
        with spoken("en"):
            assert (locale(), gettext(ENGLISH)) == ("en", ENGLISH)


def test_outside_of_an_application_it_is_georgian() -> None:
    assert not has_app_context()
    assert locale() == "ka"
