"""The words and colours of a module's states, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.i18n import lazy_gettext as _

STATES: Mapping[str, Any] = {
    "off": _("Switched off"),
    "trial": _("On trial"),
    "on": _("Switched on"),
    "closing": _("Closing"),
}
MEANINGS: Mapping[str, Any] = {
    "off": _("The pages are not there; the data stay."),
    "trial": _("Only the staff of the city hall see the pages, with a banner that says so."),
    "on": _("Everybody can use it."),
    "closing": _("Nothing new is taken; open cases are worked to the end and deadlines run."),
}
OUTCOMES: Mapping[str, Any] = {
    "waiting": _("waits for its day"),
    "done": _("happened as planned"),
    "refused": _("could not happen"),
    "called_off": _("called off"),
}
TONES: Mapping[str, str] = {
    "off": "neutral",
    "trial": "warning",
    "on": "success",
    "closing": "info",
}
