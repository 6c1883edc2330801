"""People without an account: whether they may give an idea here, and what proves their address."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.drafts import browser
from mms_core.drafts.models import FormDraft
from mms_core.errors import Refused
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import SIGN_IN, limiter
from mms_core.people.codes import check_code, send_code
from mms_core.people.current import acting, ask_to_sign_in
from plugins.your_idea_to_mayor import giving, sending
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.entry import can_be_reached
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.settings import BY_ACCOUNT, BY_CODE

Answer = BaseResponse | str | tuple[str, int]


def let_in(settings: Mapping[str, Any]) -> None:
    """Send a stranger to sign in where the hall takes ideas of accounts only."""
    if settings["strangers"] == BY_ACCOUNT and acting() is None:
        ask_to_sign_in()


def address_of(data: Mapping[str, Any]) -> tuple[str, str]:
    """Give the channel and the address that a stranger's code goes to."""
    return ("email", data["email"]) if data.get("email") else ("sms", data.get("phone") or "")


def must_prove(draft: FormDraft, data: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Tell whether the address in a draft must be proven before it is sent."""
    if settings["strangers"] != BY_CODE or can_be_reached(acting()):
        return False
    return draft.data.get("proven") != address_of(data)[1]


def ask_for_code(draft: FormDraft, data: Mapping[str, Any]) -> BaseResponse:
    """Send a code to the address of a draft, and lead to the page where it is typed."""
    channel, address = address_of(data)
    try:
        number = send_code(
            g.tenant.id,
            channel=channel,
            recipient=address,
            language=locale(),
            now=datetime.now(UTC),
        )
        browser.keep(
            draft, NAME, changes={"code": str(number), "asked": address, "code_problem": ""}
        )
    except Refused as problem:
        flash(str(problem.message), "warning")
    return redirect(url_for(".code_page"), 303)


@pages.get("/new/code")
def code_page() -> Answer:
    """Ask for the code that was sent."""
    draft = browser.current(NAME)
    if draft is None or not draft.data.get("code"):
        return redirect(url_for(".give_step", step="idea"))
    return render_template(
        f"{NAME}/give_code.html",
        draft=draft,
        address=draft.data["asked"],
        problem=draft.data.get("code_problem", ""),
        labels=list(giving.LABELS.values()),
    )


@pages.post("/new/code")
@limiter.limit(SIGN_IN, methods=["POST"])
def take_code() -> Answer:
    """Take the code; the right one sends the idea, a wrong one counts as a try."""
    require_open_door(NAME)
    draft = browser.current(NAME)
    if draft is None or not draft.data.get("code"):
        return redirect(url_for(".give_step", step="idea"), 303)
    data = giving.data_of(draft, g.module_settings, person=acting())
    if request.form.get("go") == "again":
        return ask_for_code(draft, data)
    number, typed = uuid.UUID(draft.data["code"]), request.form.get("code", "")
    outcome = check_code(g.tenant.id, number, typed, now=datetime.now(UTC))
    if outcome != "right" or draft.data["asked"] != address_of(data)[1]:
        wrong = _("This code is not right. Compare each digit with the letter.")
        over = _("This code is over. Ask for a new one.")
        problem = wrong if outcome == "wrong" else over
        browser.keep(draft, NAME, changes={"code_problem": problem})
        return redirect(url_for(".code_page"), 303)
    browser.keep(draft, NAME, changes={"proven": draft.data["asked"]})
    if giving.first_wrong(draft.data, g.module_settings, person=acting()):
        return redirect(url_for(".check"), 303)
    return redirect(sending.send_draft(draft, level=1), 303)
