"""A form of a schema: made once where it can be, and nobody's words in another's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Flask

from mms_core import forms
from mms_core.app import Application


def counted() -> tuple[type[ma.Schema], list[bool]]:
    """Make a schema and a list that grows with each time it is made."""
    times: list[bool] = []

    class Visit(ma.Schema):
        def __init__(
            self,
            *,
            known: bool = False,
            words: frozenset[str] = frozenset(),
            settings: Mapping[str, Any] | None = None,
            **options: Any,
        ) -> None:
            super().__init__(exclude=("name",) if known else (), **options)
            times.append(known)
            self.words, self.settings = words, settings

        name = ma.fields.String(required=True, validate=ma.validate.Length(1))
        about = ma.fields.String(load_default="", metadata={"choices": [("a", "A")]})

    return Visit, times


def test_a_schema_is_made_once_for_the_little_it_must_know(app: Flask) -> None:
    schema, times = counted()
    with app.test_request_context():
        for known in (True, False, True, False):
            form = forms.read(schema, {"about": "x"}, known=known, words=frozenset("ab"))
            assert form.valid is known, "each answers for itself"
            assert form.fields["about"].value == "x"
    assert sorted(times) == [False, False, True], "one of each, and the pattern to draw"


def test_a_schema_that_knows_settings_is_made_for_them(app: Flask) -> None:
    schema, times = counted()
    with app.test_request_context():
        for _twice in range(2):
            forms.read(schema, {"name": "x"}, settings={"most": 3})
    assert len(times) == 3


def test_no_form_has_the_words_of_another(app: Flask) -> None:
    schema, _times = counted()
    with app.test_request_context():
        first = forms.read(schema, {"name": "ნინო", "about": "a"})
        first.fields["about"].choices.append(("b", "B"))
        first.fields["about"].errors.append("wrong")
        second = forms.blank(schema)
    assert (second.fields["about"].value, second.fields["about"].errors) == ("", [])
    assert second.fields["about"].choices == [("a", "A")]


def test_an_application_remembers_its_functions_and_none_of_a_request() -> None:
    app = Application("test")

    def page() -> str:
        return "a page"

    assert app.ensure_sync(page) is app.ensure_sync(page) is page
    for _request in range(3):
        app.ensure_sync(lambda: "after this request")
    assert set(app.plain) == {page}
