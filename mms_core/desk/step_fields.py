"""The steps of the form: each with its reasons and its module's own fields, as they were typed.

Several steps stand in one form, so a step's fields are called `<step>.<field>` there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from mms_core import forms
from mms_core.contributions import Step
from mms_core.i18n import gettext as _

REASON = "reason"
Typed = MultiDict[str, str]


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A step as the form offers it."""

    step: Step
    chosen: bool
    fields: tuple[forms.FormField, ...]


def typed_for(step: str, typed: Mapping[str, Any]) -> Typed:
    """Give what was typed into the fields of one step, under the fields' own names."""
    found: Typed = MultiDict()
    for name in typed:
        if name.startswith(f"{step}."):
            values = typed.getlist(name) if hasattr(typed, "getlist") else _listed(typed[name])
            found.setlist(name.removeprefix(f"{step}."), values)
    return found


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def data_of(step: Step, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was typed for a step as `StepAsked.data`; what was left empty is left out."""
    own, found = typed_for(step.name, typed), {}
    for name, item in (step.fields().fields if step.fields else {}).items():
        value = forms.typed_value(item, own, name)
        if value not in ("", [], None):
            found[name] = value
    if own.get(REASON):
        found[REASON] = own[REASON]
    return found


def offered(
    steps: Iterable[Step],
    *,
    chosen: str,
    typed: Mapping[str, Any],
    problems: Mapping[str, Sequence[object]],
) -> list[Offered]:
    """Give the steps with their fields; the chosen one shows what is wrong with them."""
    return [
        Offered(
            step=step,
            chosen=step.name == chosen,
            fields=_fields(step, typed, problems if step.name == chosen else {}),
        )
        for step in steps
    ]


def _fields(
    step: Step, typed: Mapping[str, Any], problems: Mapping[str, Sequence[object]]
) -> tuple[forms.FormField, ...]:
    own = typed_for(step.name, typed)
    drawn = dict(forms.blank(step.fields, values=own).fields) if step.fields else {}
    if step.reasons:
        drawn = {REASON: _reasons(step, own.get(REASON, ""))} | drawn
    return tuple(
        replace(item, name=f"{step.name}.{name}", errors=[str(t) for t in problems.get(name, [])])
        for name, item in drawn.items()
    )


def _reasons(step: Step, value: str) -> forms.FormField:
    choices = [(reason.name, reason.title) for reason in step.reasons]
    return forms.FormField(
        name=REASON, label=_("Reason"), kind="select", value=value, required=True, choices=choices
    )
