"""What a hall can set for its portal of ideas; the core draws the form and keeps each version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from mms_core.clock import policies
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.switching.rules import settings_of, switched
from plugins.your_idea_to_mayor.models import NAME

AT_ONCE, KNOWN, AFTER_REVIEW = "at_once", "known", "after_review"
LEVELS = (
    ("1", _("Everybody whose e-mail is confirmed")),
    ("2", _("People whose identity has been checked")),
    ("0", _("Every account; unconfirmed ones are counted apart")),
)
COMMENTING = (
    ("1", _("Everybody whose e-mail is confirmed")),
    ("2", _("People whose identity has been checked")),
    ("off", _("Nobody: the hall takes no comments")),
)
HELD, BY_CODE, BY_ACCOUNT = "held", "code", "account"
STRANGERS = (
    (HELD, _("Yes, and their ideas wait for the hall's look as set above")),
    (BY_CODE, _("Yes, after they typed a code that we send to their e-mail or telephone")),
    (BY_ACCOUNT, _("No, an account is needed")),
)
PUBLISHING = (
    (KNOWN, _("At once from signed-in people, from all others after review")),
    (AT_ONCE, _("At once from everybody")),
    (AFTER_REVIEW, _("After review only")),
)
# Asked by the core before a module opens; what a hall typed here earlier holds until it is laid.
LAID = {"kind": "hidden", "own": True}


class IdeaSettings(Schema):
    """The settings; what a hall never set has these defaults."""

    answer_days = fields.Integer(
        load_default=policies()["idea"].days,
        validate=validate.Range(1, 60),
        metadata={
            "label": _("Working days until the answer"),
            "help": _("As the statute of your portal says. It holds for new ideas."),
        },
    )
    # Holding every idea back keeps good ones hostage, showing every one lets anybody publish
    # anything in the hall's name: so a signed-in person, who can be asked, is shown at once.
    publish = fields.String(
        load_default=KNOWN,
        validate=validate.OneOf([key for key, _words in PUBLISHING]),
        metadata={
            "label": _("When ideas are published"),
            "kind": "radio",
            "choices": PUBLISHING,
            "help": _("An answered idea is always published with its answer."),
        },
    )
    strangers = fields.String(
        load_default=HELD,
        validate=validate.OneOf([key for key, _words in STRANGERS]),
        metadata={
            "label": _("May ideas be given without an account?"),
            "kind": "radio",
            "choices": STRANGERS,
        },
    )
    why_required = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("Everybody must say why an idea is needed and whom it would help"),
            "help": _("Otherwise both can be left empty."),
        },
    )
    edit_minutes = fields.Integer(
        load_default=30,
        validate=validate.Range(0, 1440),
        metadata={
            "label": _("Minutes in which an idea can be changed by its author"),
            "help": _("Until the hall has looked at it; 0 lets nobody change it."),
        },
    )
    show_files = fields.Boolean(
        load_default=True,
        metadata={
            "label": _("Publish pictures and documents after review"),
            "help": _("Nothing that is attached is shown before an officer has looked at it."),
        },
    )
    support_level = fields.String(
        load_default="1",
        validate=validate.OneOf([key for key, _words in LEVELS]),
        metadata={
            "label": _("Who may support an idea"),
            "kind": "radio",
            "choices": LEVELS,
            "help": _("Residents and others are counted apart."),
            "touches_cases": True,
        },
    )
    comment_level = fields.String(
        load_default="1",
        validate=validate.OneOf([key for key, _words in COMMENTING]),
        metadata={
            "label": _("Who may comment on an idea"),
            "touches_cases": True,
            "kind": "radio",
            "choices": COMMENTING,
        },
    )
    comments_after_look = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("Publish a comment only after an officer has looked at it"),
            "help": _("Otherwise only what screening notices waits for a look."),
        },
    )
    threshold = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 1_000_000),
        metadata={
            "label": _("Supports after which the council hears an idea"),
            "touches_cases": True,
            "help": _("0 means none. The city hall answers every idea, however many support it."),
        },
    )
    categories = fields.String(
        load_default="",
        validate=validate.Length(max=20_000),
        metadata={
            "label": _("Your own categories"),
            "kind": "hidden",  # written on a page of their own, see category_views
        },
    )
    managing_unit = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"label": _("Unit that manages the portal"), **LAID, "lays": "unit_named"},
    )
    legal_act = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"label": _("Statute of the portal"), **LAID, "lays": "act_number"},
    )
    rules_text = fields.String(
        load_default="",
        validate=validate.Length(max=40_000),
        metadata={
            "label": _("Text of the regulation"),
            "own": True,
            "kind": "textarea",
            "help": _("Shown on the page of the portal's rules, below what is set here."),
        },
    )
    privacy_contact = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={
            "label": _("Contact of the data protection officer"),
            **LAID,
            "lays": "officer",
        },
    )
    keep_years = fields.Integer(
        load_default=3,
        validate=validate.Range(1, 75),
        metadata={
            "label": _("Years that contact details are kept"),
            "help": _("Counted from the day the idea is closed."),
        },
    )


def settings_now(tenant_id: int) -> Mapping[str, Any]:
    """Give a hall's settings outside the module's own pages, where the guard has read them."""
    found = switched(tenant_id).get(NAME)
    return settings_of(registry(), NAME, stored=found.settings if found else {})
