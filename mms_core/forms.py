"""One marshmallow schema makes the web form: labels, rules and error texts stand there once.

A field's `metadata` says how it is drawn: label, help, kind (text, textarea, select, radio,
checkbox, date, email, tel, personal-number, file), choices, autocomplete, inputmode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import marshmallow as ma
from flask import Flask

from mms_core.form_words import said

Choice = tuple[str, Any]


@dataclass(kw_only=True)
class FormField:
    """A field as the components draw it."""

    name: str
    label: Any
    kind: str = "text"
    help: Any = ""
    value: Any = ""
    errors: list[str] = field(default_factory=list)
    required: bool = False
    choices: list[Choice] = field(default_factory=list)
    maxlength: int | None = None
    autocomplete: str | None = None
    inputmode: str | None = None
    accept: str | None = None

    @property
    def error(self) -> str:
        """The first error, or nothing."""
        return self.errors[0] if self.errors else ""


Fields = dict[str, FormField]


class Form:
    """A schema's fields with what a person typed and what is wrong with it."""

    def __init__(
        self, fields: Fields | Callable[[], Fields], *, general: Iterable[str] = ()
    ) -> None:
        self.data: dict[str, Any] = {}
        self.general: list[str] = [*general]
        if callable(fields):
            self._draw = fields
        else:
            self.fields = fields

    @cached_property
    def fields(self) -> Fields:
        """The fields, drawn when they are first looked at: what was typed rightly is not shown."""
        return self._draw()

    def fit(self, change: Callable[[Fields], object]) -> Form:
        """Change the fields once they are drawn, such as a choice that each hall sets by itself."""
        if "fields" in vars(self):
            change(self.fields)
        else:
            before = self._draw
            self._draw = lambda: _changed(before(), change)
        return self

    @property
    def errors(self) -> list[tuple[str, str]]:
        """All errors as (name, text), in the order of the fields; general ones have no name."""
        drawn: Fields = vars(self).get("fields", {})  # one that was never looked at has no errors
        own = [(f.name, text) for f in drawn.values() for text in f.errors]
        return [("", text) for text in self.general] + own

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def refuse(self, problems: Mapping[str, Any]) -> None:
        """Add errors found by rules; names that are no fields are shown above the form."""
        for name, texts in problems.items():
            for text in texts if isinstance(texts, list) else [texts]:
                if name in self.fields:
                    self.fields[name].errors.append(said(text))
                else:
                    self.general.append(said(text))


def _changed(fields: Fields, change: Callable[[Fields], object]) -> Fields:
    change(fields)
    return fields


def blank(schema: type[ma.Schema], *, values: Mapping[str, Any] | None = None) -> Form:
    """Give a form that nobody has typed into yet."""
    return Form(lambda: _drawn(schema, values or {}))


def _drawn(schema: type[ma.Schema], values: Mapping[str, Any]) -> Fields:
    fields = _pattern(schema).fields
    drawn = {n: draw(n, f) for n, f in fields.items() if not f.metadata.get("unseen")}
    for name, value in values.items():
        if name in drawn and value is not None:
            drawn[name].value = value
    return drawn


@lru_cache(maxsize=256)
def _pattern(schema: type[ma.Schema], **context: Any) -> ma.Schema:
    """Make a schema once for the little that it must know; making one copies every field."""
    return schema(**context)


def _made(schema: type[ma.Schema], context: Mapping[str, Any]) -> ma.Schema:
    """Make a schema that knows more of the request than a few words anew."""
    few = all(isinstance(value, bool | str | tuple | frozenset) for value in context.values())
    return _pattern(schema, **context) if few else schema(**context)


def read(schema: type[ma.Schema], typed: Mapping[str, Any], **context: Any) -> Form:
    """Validate what was typed; the form keeps every word of it, right or wrong."""
    made = _made(schema, context)
    form = blank(schema, values=typed)
    given = {n: typed_value(f, typed, n) for n, f in made.fields.items() if _is_given(f, typed, n)}
    try:
        form.data = dict(made.load(given))
    except ma.ValidationError as problem:
        messages = problem.messages
        form.refuse(messages if isinstance(messages, dict) else {"": messages})
    return form


def _is_given(item: ma.fields.Field[Any], typed: Mapping[str, Any], name: str) -> bool:
    if isinstance(item, ma.fields.Boolean):
        return True  # an unticked box is not sent by a browser
    return item.required or (name in typed and str(typed[name]).strip() != "")


def typed_value(item: ma.fields.Field[Any], typed: Mapping[str, Any], name: str) -> Any:
    """Give what was typed into a field as its schema loads it."""
    if isinstance(item, ma.fields.Boolean):
        return str(typed.get(name, "")).lower() in {"on", "true", "1", "yes"}
    if isinstance(item, ma.fields.List) and hasattr(typed, "getlist"):
        return typed.getlist(name)
    value = typed.get(name, "")
    if isinstance(value, str):  # PostgreSQL keeps no NUL, which nobody sees in what they paste
        return value.replace("\x00", "").replace("\r\n", "\n").strip()
    return value


def draw(name: str, item: ma.fields.Field[Any]) -> FormField:
    """Draw a field of a schema from its rules and metadata."""
    choices = item.metadata.get("choices")
    offered = list(choices() if callable(choices) else choices or [])
    return FormField(name=name, value=_default(item), choices=offered, **_drawing(item, name))


@lru_cache(maxsize=4096)
def _drawing(item: ma.fields.Field[Any], name: str) -> dict[str, Any]:
    """Give what is always the same about how a field is drawn."""
    meta = item.metadata
    longest = (rule.max for rule in item.validators if isinstance(rule, ma.validate.Length))
    return {
        "label": meta.get("label", name),
        "kind": meta.get("kind") or _kind(item),
        "help": meta.get("help", ""),
        "required": item.required,
        "maxlength": next(longest, None),
        "autocomplete": meta.get("autocomplete"),
        "inputmode": meta.get("inputmode"),
        "accept": meta.get("accept"),
    }


def _default(item: ma.fields.Field[Any]) -> Any:
    given = item.load_default
    if given is ma.missing:
        return ""
    return given() if callable(given) else given


def _kind(item: ma.fields.Field[Any]) -> str:
    kinds: list[tuple[type, str]] = [
        (ma.fields.Boolean, "checkbox"),
        (ma.fields.Date, "date"),
        (ma.fields.Email, "email"),
        (ma.fields.Integer, "number"),
    ]
    return next((kind for cls, kind in kinds if isinstance(item, cls)), "text")


def init_app(app: Flask) -> None:
    """Nothing to attach; the components draw a Form."""
    app.jinja_env.tests["form"] = lambda value: isinstance(value, Form)
