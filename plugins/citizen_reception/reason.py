"""Keeps the reason of a visit in a draft, so that no address, history or log ever says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request

from mms_core import forms
from mms_core.drafts import browser
from mms_core.drafts import rules as drafts
from mms_core.drafts.models import FormDraft
from mms_core.people.current import acting
from plugins.citizen_reception.booking_schemas import WhySchema
from plugins.citizen_reception.models import NAME

VISIT, INTAKE = f"{NAME}.visit", f"{NAME}.visit_intake"
IN_ADDRESS = ("kind", "matters", "official")  # what may stand in an address
SHARED = timedelta(hours=1)  # afterwards a browser without an account may be somebody else's


def _draft(which: str) -> FormDraft | None:
    found = browser.current(which)
    if found is None or acting() is not None:
        return found
    return found if found.updated_at > datetime.now(UTC) - SHARED else None


def keep(which: str, form: forms.Form, *, path: str) -> dict[str, Any]:
    """Keep the reason; gives what the next page's address may say."""
    about = str(form.data["about"])
    draft = browser.keep(browser.current(which), which, changes={"about": about})
    draft.title, draft.path = about[:120], path
    return in_address(form)


def in_address(form: forms.Form) -> dict[str, Any]:
    """Give what was chosen, without the reason."""
    return {name: form.fields[name].value or None for name in IN_ADDRESS}


def typed(which: str) -> dict[str, Any]:
    """Give what was chosen in the address, and the reason of the draft beside it."""
    draft = _draft(which)
    chosen = {name: request.args[name] for name in IN_ADDRESS if name in request.args}
    return {**chosen, "about": draft.data.get("about", "") if draft else ""}


def read(which: str) -> forms.Form:
    """Read the reason and what was chosen as a form."""
    return forms.read(WhySchema, typed(which))


def forget(which: str) -> None:
    """Forget the reason of a visit that is booked."""
    draft = browser.current(which)
    if draft is not None:
        drafts.drop(draft)
