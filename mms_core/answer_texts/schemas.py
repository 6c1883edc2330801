"""What is typed about a text: its name, where it fits, its language, its words."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from mms_core.answer_texts.placeholders import LONGEST
from mms_core.answer_texts.rules import Typed
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry

LANGUAGES = [("ka", "ქართული"), ("en", "English")]


def places() -> list[tuple[str, Any]]:
    """Name where a text may fit: everywhere, in a module, at a step of it."""
    found: list[tuple[str, Any]] = [("any", _("Everywhere"))]
    for name, loaded in registry().loaded.items():
        found.append((name, loaded.module.title))
        for kind in loaded.case_types:
            steps = (step for step in kind.steps if step.source and step.text != "none")
            found += [(f"{name}:{s.name}", f"{loaded.module.title}: {s.title}") for s in steps]
    return found


class TextSchema(ma.Schema):
    """A text to begin an answer with."""

    name = ma.fields.String(
        required=True,
        validate=ma.validate.Length(max=120),
        metadata={
            "label": _("Name of the text"),
            "help": _("By it the text is found in the list."),
        },
    )
    place = ma.fields.String(
        load_default="any",
        metadata={"label": _("Where it fits"), "kind": "select", "choices": places},
    )
    language = ma.fields.String(
        load_default="ka",
        validate=ma.validate.OneOf([code for code, _word in LANGUAGES]),
        metadata={"label": _("Language"), "kind": "select", "choices": LANGUAGES},
    )
    body = ma.fields.String(
        required=True,
        validate=ma.validate.Length(max=LONGEST),
        metadata={
            "label": _("Text"),
            "kind": "textarea",
            "help": _(
                "{number}, {title}, {name}, {due} and {hall} are filled from the case: its number"
                " and title, the name shown publicly, the date of the answer, the city hall."
            ),
        },
    )

    @ma.validates("place")
    def _known(self, value: str, **_options: object) -> None:
        if value not in {place for place, _title in places()}:
            raise ma.ValidationError(str(_("Choose one of the answers.")))


def typed(data: dict[str, Any]) -> Typed:
    """Give what was typed as the rules take it."""
    module, _colon, step = data["place"].partition(":")
    return Typed(
        name=data["name"],
        body=data["body"],
        module="" if module == "any" else module,
        step=step,
        language=data["language"],
    )


def values(row: Any) -> dict[str, str]:
    """Give a text as its form shows it."""
    place = f"{row.module}:{row.step}" if row.step else row.module
    return {"name": row.name, "place": place or "any", "language": row.language, "body": row.body}


def place_words(row: Any) -> Any:
    """Say where a text fits; its bare name when the module is gone."""
    place = values(row)["place"]
    return dict(places()).get(place, place)
