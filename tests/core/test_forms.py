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
    assert len(times) == 2, "one for each, and none to draw"


def test_no_form_has_the_words_of_another(app: Flask) -> None:
    schema, _times = counted()
    with app.test_request_context():
        first = forms.read(schema, {"name": "ნინო", "about": "a"})
        first.fields["about"].choices.append(("b", "B"))
        first.fields["about"].errors.append("wrong")
        second = forms.blank(schema)
    assert (second.fields["about"].value, second.fields["about"].errors) == ("", [])
    assert second.fields["about"].choices == [("a", "A")]


def drawn_once() -> tuple[type[ma.Schema], list[str]]:
    """Make a schema and a list that grows with each time its choices are drawn."""
    times: list[str] = []

    def choices() -> list[tuple[str, str]]:
        times.append("drawn")
        return [("a", "A"), ("b", "B")]

    class Visit(ma.Schema):
        name = ma.fields.String(required=True, validate=ma.validate.Length(1))
        about = ma.fields.String(load_default="", metadata={"choices": choices})

    return Visit, times


def test_what_was_typed_rightly_is_not_drawn(app: Flask) -> None:
    schema, times = drawn_once()
    with app.test_request_context():
        form = forms.read(schema, {"name": "ნინო"}).fit(lambda fields: fields.pop("about"))
        form.refuse({"name": []})
        assert form.valid
        assert (form.data["name"], times) == ("ნინო", [])
        assert list(form.fields) == ["name"]
        form.refuse({"name": ["wrong"], "nowhere": ["wrong, too"]})
    assert times == ["drawn"], "once, as it was fitted"
    assert form.errors == [("", "wrong, too"), ("name", "wrong")]


def test_what_was_refused_is_fitted_too(app: Flask) -> None:
    schema, _times = drawn_once()
    with app.test_request_context():
        form = forms.read(schema, {"about": "a"})
        assert not form.valid
        fitted = form.fit(lambda fields: fields["about"].choices.pop())
    assert fitted.fields["about"].choices == [("a", "A")]
    assert [name for name, _text in fitted.errors] == ["name"], "no error is lost"


def test_a_form_of_two_says_what_is_wrong_in_either(app: Flask) -> None:
    schema, _times = drawn_once()
    with app.test_request_context():
        bad = forms.read(schema, {})
        both = forms.Form({"other": bad.fields["about"], **bad.fields}, general=["all of it"])
    assert both.errors[0] == ("", "all of it")
    assert [name for name, _text in both.errors[1:]] == ["name"]


def test_an_application_remembers_its_functions_and_none_of_a_request() -> None:
    app = Application("test")

    def page() -> str:
        return "a page"

    assert app.ensure_sync(page) is app.ensure_sync(page) is page
    for _request in range(3):
        app.ensure_sync(lambda: "after this request")
    assert set(app.plain) == {page}
