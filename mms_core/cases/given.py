"""What is given with a step besides words: a reason by its code, and the module's own fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import marshmallow as ma

from mms_core.contributions import Step
from mms_core.dates import day
from mms_core.errors import Invalid
from mms_core.form_words import said
from mms_core.i18n import lazy_gettext as _


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was given with a step, once as the log keeps it (JSON), once as the module gets it."""

    kept: dict[str, Any] = field(default_factory=dict)
    loaded: dict[str, Any] = field(default_factory=dict)


def checked(step: Step, data: Mapping[str, Any]) -> Given:
    """Check what is given with a step; Invalid names each field, and `reason`, with what is wrong.

    The step's schema loads its own fields (texts as forms and JSON bring them); everything else in
    `data` passes as it is.
    """
    names = set(step.fields().fields) if step.fields else set()
    rest = {name: value for name, value in data.items() if name not in names}
    problems = _reason_problem(step, data.get("reason"))
    loaded: dict[str, Any] = {}
    if step.fields:
        try:
            loaded = dict(step.fields().load({n: v for n, v in data.items() if n in names}))
        except ma.ValidationError as problem:
            problems |= _texts(problem)
    if problems:
        first = next(iter(problems.values()))[0]
        raise Invalid(first, fields=problems)
    dumped = step.fields().dump(loaded) if step.fields else {}
    kept = json.loads(json.dumps(rest | dumped, default=str))
    return Given(kept=kept, loaded=rest | loaded)


def _reason_problem(step: Step, code: Any) -> dict[str, list[Any]]:
    if not step.reasons or code in {reason.name for reason in step.reasons}:
        return {}
    return {"reason": [_("Choose the reason.")]}


def _texts(problem: ma.ValidationError) -> dict[str, list[Any]]:
    found = problem.messages if isinstance(problem.messages, dict) else {"": problem.messages}
    return {
        name: [said(text) for text in (texts if isinstance(texts, list) else [texts])]
        for name, texts in found.items()
    }


def shown(step: Step, data: Mapping[str, Any], *, staff: bool) -> tuple[tuple[str, str], ...]:
    """Give the reason and the fields of a step that was taken as pairs of words for a page.

    A field whose metadata say `private` is for the staff alone.
    """
    reason = next((r for r in step.reasons if r.name == data.get("reason")), None)
    pairs = [(str(_("Reason")), str(reason.title))] if reason else []
    for name, item in (step.fields().fields if step.fields else {}).items():
        value = data.get(name)
        if value not in (None, "", []) and (staff or not item.metadata.get("private")):
            pairs.append((str(item.metadata.get("label", name)), _words(item, value)))
    return tuple(pairs)


def _words(item: ma.fields.Field[Any], value: Any) -> str:
    choices = item.metadata.get("choices") or ()
    titles = {
        str(v): str(title) for v, title, *_help in (choices() if callable(choices) else choices)
    }
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(titles.get(str(one), str(one)) for one in value)
    if isinstance(item, ma.fields.Date):
        return day(date.fromisoformat(value))
    return titles.get(str(value), str(value))
