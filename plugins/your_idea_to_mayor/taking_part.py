"""The small pages of taking part in an idea: support it, withdraw, follow it, leave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.i18n import gettext as _
from mms_core.limits import limiter, off
from mms_core.people.current import require_person
from plugins.your_idea_to_mayor import following, supports
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.one_idea import idea_row

# Of one address: a whole village may share it, so a person is never meant, a machine is.
ONE_ADDRESS = "120 per minute; 1200 per hour"


@pages.post("/<number>/support")
@limiter.limit(ONE_ADDRESS, exempt_when=off)
def support(number: str) -> BaseResponse:
    """Take the acting person's support."""
    person, row = require_person(), public_row(number)
    by = supports.Supporter(id=person.id, level=person.level, address=request.remote_addr or "")
    settings, now = g.module_settings, datetime.now(UTC)
    done = supports.support(g.tenant.id, row, by=by, settings=settings, now=now)
    if not done.new:
        flash(_("You support this idea already."), "info")
    elif done.counted:
        flash(_("Thank you, your support is counted."), "success")
    else:
        flash(
            _("Thank you. Your support counts from tomorrow: we check new accounts and crowds."),
            "info",
        )
    return back(row)


@pages.post("/<number>/support/withdraw")
def withdraw_support(number: str) -> BaseResponse:
    """Take the acting person's support back."""
    person, row = require_person(), public_row(number)
    if supports.withdraw(g.tenant.id, row.id, person_id=person.id):
        flash(_("Your support is withdrawn."), "success")
    return back(row)


@pages.post("/<number>/follow")
def follow(number: str) -> BaseResponse:
    """Let the acting person follow the idea, or leave it when they follow already."""
    person, row = require_person(), public_row(number)
    if request.form.get("leave"):
        following.unfollow(g.tenant.id, row.id, person_id=person.id)
        flash(_("You follow this idea no more."), "success")
    else:
        following.follow(g.tenant.id, row.id, person_id=person.id)
        flash(_("We will write to you at each step of this idea."), "success")
    return back(row)


@pages.get("/<number>/unfollow")
def unfollow_page(number: str) -> str:
    """Ask once before leaving: programs that look through mail open every link in it."""
    case, _person = _of_letter(number)
    return render_template(f"{NAME}/unfollow.html", idea=case, token=request.args["token"])


@pages.post("/<number>/unfollow")
def unfollow(number: str) -> BaseResponse:
    """Let the reader of a letter leave, without signing in."""
    case, person_id = _of_letter(number)
    following.unfollow(g.tenant.id, case.id, person_id=person_id)
    flash(_("You follow this idea no more."), "success")
    return redirect(url_for(".idea", number=case.number), 303)


def _of_letter(number: str) -> tuple[Any, Any]:
    found = following.read_token(request.values.get("token", ""))
    case = db.session.get(Case, (g.tenant.id, found[0])) if found else None
    if found is None or case is None or case.number != number:
        raise NotFound(_("This link is not whole. Copy it from the letter in full."))
    return case, found[1]


def public_row(number: str) -> Any:
    """Give a public idea; NotFound for one that the public does not read."""
    row = idea_row(number)
    if not row.is_public:
        raise NotFound(_("There is no public idea with this number."))
    return row


def back(row: Any, anchor: str = "take-part") -> BaseResponse:
    """Lead back to the idea, to the place where the person was."""
    return redirect(url_for(".idea", number=row.number, _anchor=anchor), 303)
