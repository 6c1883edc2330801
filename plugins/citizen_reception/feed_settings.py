"""What a hall can set for the calendars of its officials."""

from __future__ import annotations

from marshmallow import Schema, fields

from mms_core.i18n import lazy_gettext as _


class FeedSettings(Schema):
    """The settings of calendars; what a hall never set has these defaults."""

    feed_names = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("The calendar of an official names the visitor"),
            "help": _(
                "A calendar lies on telephones and at other companies. Without this it says only"
                " when, where, which kind of visit, and the number."
            ),
        },
    )
