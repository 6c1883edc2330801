"""What an officer types about a promise: another day with the reason, a word, a reason."""

from __future__ import annotations

import marshmallow as ma

from mms_core.i18n import lazy_gettext as _
from mms_core.promises.rules import LONGEST

_LENGTH = ma.validate.Length(max=LONGEST)


class KeptSchema(ma.Schema):
    """How a promise was kept."""

    text = ma.fields.String(
        load_default="",
        validate=_LENGTH,
        metadata={"label": _("What was done"), "kind": "textarea",
                  "help": _("Everybody can read it; write no personal data here.")},
    )  # fmt: skip


class MoveSchema(ma.Schema):
    """Another day, and why."""

    due_on = ma.fields.Date(required=True, metadata={"label": _("New day"), "kind": "date"})
    reason = ma.fields.String(
        required=True,
        validate=_LENGTH,
        metadata={"label": _("Why it is moved"), "kind": "textarea",
                  "help": _("Everybody can read it; write no personal data here.")},
    )  # fmt: skip


class GiveUpSchema(ma.Schema):
    """Why a promise will not be kept."""

    reason = ma.fields.String(
        required=True,
        validate=_LENGTH,
        metadata={"label": _("Why it will not be kept"), "kind": "textarea",
                  "help": _("Everybody can read it; write no personal data here.")},
    )  # fmt: skip
