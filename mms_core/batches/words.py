"""What batches and their states are called."""

from __future__ import annotations

from typing import Any

from mms_core.batches.models import ASSIGN, PAPER, STEP, TABLE, UNIT
from mms_core.i18n import lazy_gettext as _

STATE_WORDS: dict[str, Any] = {
    "draft": _("Being prepared"),
    "waiting": _("Waiting to begin"),
    "running": _("Running"),
    "done": _("Done"),
    "cancelled": _("Called off"),
    "failed": _("Not carried out"),
}
TONES = {"waiting": "warning", "running": "info", "done": "success", "failed": "danger"}


def titles() -> dict[str, Any]:
    """Name the kinds of work."""
    return {
        "": _("Chosen cases"),
        ASSIGN: _("Handing over to a colleague"),
        UNIT: _("Handing over to a unit"),
        STEP: _("One step with many cases"),
        TABLE: _("Export of a list"),
        PAPER: _("Paper for the archive"),
    }


def state_tone(state: str) -> str:
    """Give the tone of a state's tag."""
    return TONES.get(state, "neutral")
