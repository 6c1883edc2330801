"""What is asked of somebody who books, and of the hall that says who receives."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates
from marshmallow import validates_schema as checks

from mms_core.clock import local_day
from mms_core.i18n import lazy_gettext as _
from mms_core.people.rules import normal_email
from plugins.citizen_reception.booking_models import GRAIN
from plugins.citizen_reception.contact import ContactSchema, in_words
from plugins.citizen_reception.officials import POSTS, WAYS

WEEKDAYS = (
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")),
    ("5", _("Friday")), ("6", _("Saturday")), ("7", _("Sunday")),
)  # fmt: skip
MATTERS = (("1", _("One")), ("2", _("Two")), ("3", _("Three")))
NO_HOUR = _("Write the hour as 10:00.")
LEAST_DIGITS = 5  # a hall writes its inner numbers and words beside them, too


def _tens(minutes: int) -> None:
    if minutes % GRAIN:
        raise ValidationError(str(_("Write a multiple of ten minutes.")))


def _dialled(typed: str) -> None:
    if typed and sum(letter.isdigit() for letter in typed) < LEAST_DIGITS:
        raise ValidationError(str(_("Write a telephone number that can be dialled.")))


class _Form(Schema):
    class Meta:
        """What the page sends besides, such as its token, is not ours."""

        unknown = EXCLUDE


class WhySchema(_Form):
    """The reason first: what it is about, which kind of visit, how many matters."""

    about = fields.String(
        required=True,
        validate=validate.Length(5, 120),
        metadata={
            "label": _("What is your visit about?"),
            "help": _("In one sentence. Please give no personal data of others."),
        },
    )
    kind = fields.UUID(required=True, metadata={"label": _("Kind of visit"), "kind": "radio"})
    matters = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 3),
        metadata={
            "label": _("How many matters do you have?"),
            "kind": "select",
            "choices": MATTERS,
            "help": _("Several are dealt with in one visit, which then takes longer."),
        },
    )
    official = fields.String(
        load_default="", metadata={"label": _("Who should receive you?"), "kind": "select"}
    )


class VisitSchema(ContactSchema):
    """Who comes, and what the official should know before."""

    more = fields.String(
        load_default="",
        validate=validate.Length(max=2000),
        metadata={
            "label": _("What should the official know beforehand?"),
            "kind": "textarea",
            "help": _("You need not write anything here."),
        },
    )


class WaitSchema(ContactSchema):
    """Who waits for a time, and how long."""

    until = fields.Date(
        required=True,
        metadata={
            "label": _("Until which day do you want to wait?"),
            "kind": "date",
            "help": _("At most half a year."),
        },
    )

    @validates("until")
    def _check_until(self, day: date, **_options: Any) -> None:
        today = local_day(datetime.now(UTC))
        if not today <= day <= today + timedelta(days=183):
            raise ValidationError(str(_("Choose a day from today on, within half a year.")))


class OfficialSchema(_Form):
    """Somebody who receives."""

    name = fields.String(
        required=True, validate=validate.Length(2, 120), metadata={"label": _("Name and surname")}
    )
    name_en = fields.String(
        load_default="", validate=validate.Length(max=120),
        metadata={"label": _("Name in English")},
    )  # fmt: skip
    post = fields.String(
        required=True,
        validate=validate.OneOf([key for key, _words in POSTS]),
        metadata={"label": _("Post"), "kind": "select", "choices": POSTS},
    )
    duty = fields.String(
        load_default="", validate=validate.Length(max=200),
        metadata={"label": _("Field of work, or the village")},
    )  # fmt: skip
    place = fields.String(
        required=True, validate=validate.Length(2, 160),
        metadata={"label": _("Where visitors come to"),
                  "help": _("Building and room, or the community centre.")},
    )  # fmt: skip
    email = fields.String(
        load_default="", validate=[validate.Length(max=120), in_words(normal_email)],
        metadata={"label": _("E-mail"), "kind": "email", "help": _("Everybody reads it.")},
    )  # fmt: skip
    phone = fields.String(
        load_default="", validate=[validate.Length(max=40), _dialled],
        metadata={"label": _("Telephone"), "help": _("Everybody reads it.")},
    )  # fmt: skip
    by_hall = fields.Boolean(
        load_default=False,
        metadata={"label": _("Visits are booked by the city hall or a centre alone")},
    )


class HoursSchema(_Form):
    """Hours of a weekday."""

    weekday = fields.Integer(
        required=True, validate=validate.Range(1, 7),
        metadata={"label": _("Day of the week"), "kind": "select", "choices": WEEKDAYS},
    )  # fmt: skip
    opens = fields.Time(
        required=True, error_messages={"invalid": str(NO_HOUR)},
        metadata={"label": _("Begins"), "kind": "time"},
    )  # fmt: skip
    closes = fields.Time(
        required=True, error_messages={"invalid": str(NO_HOUR)},
        metadata={"label": _("Ends"), "kind": "time"},
    )  # fmt: skip
    break_from = fields.Time(
        load_default=None, error_messages={"invalid": str(NO_HOUR)},
        metadata={"label": _("Break from"), "kind": "time"},
    )  # fmt: skip
    break_to = fields.Time(
        load_default=None, error_messages={"invalid": str(NO_HOUR)},
        metadata={"label": _("Break to"), "kind": "time"},
    )  # fmt: skip
    valid_from = fields.Date(load_default=None, metadata={"label": _("Holds from"), "kind": "date"})
    valid_to = fields.Date(load_default=None, metadata={"label": _("Holds to"), "kind": "date"})
    way = fields.String(
        load_default="place",
        validate=validate.OneOf([key for key, _words in WAYS]),
        metadata={"label": _("How"), "kind": "select", "choices": WAYS},
    )
    place = fields.String(
        load_default="", validate=validate.Length(max=160),
        metadata={"label": _("Another place in these hours")},
    )  # fmt: skip
    kind_id = fields.UUID(
        load_default=None,
        metadata={"label": _("For one kind of visit alone"), "kind": "select"},
    )

    @checks(skip_on_field_errors=True)
    def _check_order(self, data: Mapping[str, Any], **_options: Any) -> None:
        clocks = [data[n] for n in ("opens", "break_from", "break_to", "closes") if data.get(n)]
        if any(clock.minute % GRAIN or clock.second for clock in clocks):
            raise ValidationError(str(_("Hours are multiples of ten minutes.")), "opens")
        if bool(data.get("break_from")) != bool(data.get("break_to")):
            raise ValidationError(str(_("Write when the break begins and ends.")), "break_to")
        if clocks != sorted(set(clocks)):
            raise ValidationError(
                str(_("The hours must follow each other: from, break, to.")), "closes"
            )
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            raise ValidationError(str(_("The last day is before the first one.")), "valid_to")


class AwaySchema(_Form):
    """Days on which an official does not receive."""

    since = fields.Date(required=True, metadata={"label": _("First day"), "kind": "date"})
    until = fields.Date(required=True, metadata={"label": _("Last day"), "kind": "date"})
    why = fields.String(
        load_default="", validate=validate.Length(max=200),
        metadata={"label": _("Reason, as visitors are told it")},
    )  # fmt: skip
    substitute_id = fields.UUID(
        load_default=None, metadata={"label": _("Who receives instead"), "kind": "select"}
    )

    @checks(skip_on_field_errors=True)
    def _check_order(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["until"] < data["since"]:
            raise ValidationError(str(_("The last day is before the first one.")), "until")


class KindSchema(_Form):
    """A kind of visit."""

    kind_name = fields.String(
        required=True, validate=validate.Length(2, 80), metadata={"label": _("Kind of visit")}
    )
    kind_name_en = fields.String(
        load_default="", validate=validate.Length(max=80), metadata={"label": _("Name in English")}
    )
    minutes = fields.Integer(
        required=True, validate=[validate.Range(GRAIN, 240), _tens],
        metadata={"label": _("Minutes"), "kind": "number"},
    )  # fmt: skip
    capacity = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 50),
        metadata={
            "label": _("How many are received together"),
            "kind": "number",
            "help": _("A kind for more than one is offered in hours that are for it alone."),
        },
    )


def read_slot(typed: str) -> tuple[uuid.UUID, datetime] | None:
    """Read a time of the form, an official and an ISO moment; None for anything else."""
    official, _bar, at = typed.partition("|")
    try:
        found = (uuid.UUID(official), datetime.fromisoformat(at))
    except ValueError:
        return None
    return found if found[1].tzinfo else None
