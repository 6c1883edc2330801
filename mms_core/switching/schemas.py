"""The forms of a decision: what becomes of a module, by which legal act, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma

from mms_core.clock import local_day
from mms_core.forms import Form
from mms_core.i18n import lazy_gettext as _
from mms_core.switching import words
from mms_core.switching.models import STATES

ORDER = ("on", "trial", "closing", "off")


def not_in_future(day: date) -> None:
    """Refuse a day that is still to come."""
    if day > local_day(datetime.now(UTC)):
        raise ma.ValidationError(str(_("This day lies in the future.")))


class DecisionSchema(ma.Schema):
    """What every decision says."""

    act_number = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=100),
        metadata={
            "label": _("Number of the legal act"),
            "help": _("The order or ordinance by which it was decided."),
        },
    )
    act_date = ma.fields.Date(
        load_default=None,
        validate=not_in_future,
        metadata={"label": _("Date of the legal act")},
    )
    reason = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=1000),
        metadata={
            "label": _("Reason"),
            "kind": "textarea",
            "help": _("The ministry and your colleagues read it with the decision."),
        },
    )


class SwitchSchema(DecisionSchema):
    """The form of a new state."""

    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(STATES),
        metadata={"label": _("What it shall be"), "kind": "radio"},
    )

    class Meta:
        """The state is asked first."""

        fields = ("state", "act_number", "act_date", "reason")


def _to_come(day: date) -> None:
    if day <= local_day(datetime.now(UTC)):
        raise ma.ValidationError(str(_("Choose a day that is still to come.")))


class PlanSchema(SwitchSchema):
    """The form of a switch on a day to come."""

    on_day = ma.fields.Date(
        required=True,
        validate=_to_come,
        metadata={"label": _("On which day?")},
    )

    class Meta:
        """The state and the day are asked first."""

        fields = ("state", "on_day", "act_number", "act_date", "reason")


class OffSchema(DecisionSchema):
    """The form of switching off, once it is known what that touches."""

    fate = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["closing", "hand_over", "answer", "off"]),
        metadata={
            "label": _("What shall become of the open cases?"),
            "kind": "radio",
            "choices": [
                (
                    "closing",
                    _("Work them to the end, and take nothing new"),
                    _("The pages stay until you switch off for good; deadlines run."),
                ),
                (
                    "hand_over",
                    _("Hand them over to a unit or a colleague, and take nothing new"),
                    _("You choose on the next page who works them to the end."),
                ),
                (
                    "answer",
                    _("Answer them with one text, and take nothing new"),
                    _("On the next page you write the text and look at each letter."),
                ),
                (
                    "off",
                    _("Switch off at once"),
                    _("The pages are gone for everybody. Cases stay on the desk and are kept."),
                ),
            ],
        },
    )

    class Meta:
        """The fate is asked first."""

        fields = ("fate", "act_number", "act_date", "reason")


def offer(form: Form, states: Iterable[str]) -> Form:
    """Put the states that can be chosen into the form, each with what it means."""
    wanted = set(states)
    choices: list[Any] = [
        (state, words.STATES[state], words.MEANINGS[state]) for state in ORDER if state in wanted
    ]
    form.fields["state"].choices = choices
    return form
