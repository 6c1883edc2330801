"""The public's pages of commitments: the list, one commitment, saying something of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.commitments import live, ministry, rules, words
from mms_core.commitments.models import Commitment
from mms_core.commitments.schemas import CommentSchema
from mms_core.db import NATION
from mms_core.i18n import gettext as _
from mms_core.limits import limiter, off
from mms_core.moderation import proof
from mms_core.modules import registry
from mms_core.people.current import acting

pages = Blueprint("commitments", __name__, url_prefix="/commitments")
ONE_ADDRESS = "5 per minute; 30 per hour"


def init_app(app: Flask) -> None:
    """Add the pages of everybody and of the ministry."""
    app.register_blueprint(pages)
    app.register_blueprint(ministry.pages)
    app.jinja_env.globals["commitment_words"] = words


@pages.get("/")
def index() -> str:
    """List the commitments with status and assessment."""
    return render_template("commitments/index.html", rows=rules.listed())


@pages.get("/challenge")
def challenge() -> Response:
    """Give the browser its proof of work."""
    return jsonify(proof.challenge())


@pages.get("/<address>")
def page(address: str) -> str:
    """Show a commitment with milestones, live figures, periods and comments."""
    return _page(_found(address), forms.blank(CommentSchema))


def _found(address: str) -> Commitment:
    person = acting()
    drafts = person is not None and any(grant.role == "ministry" for grant in person.grants)
    return rules.by_slug(address, drafts=drafts)


def _page(row: Commitment, form: forms.Form) -> str:
    steps, found = rules.milestones(row), rules.comments(row, before=_moment())
    more = found[-1].at.isoformat() if len(found) == rules.COMMENTS else ""
    titles = {name: one.module.title for name, one in registry().loaded.items()}
    return render_template(
        "commitments/page.html",
        row=row,
        steps=steps,
        live=live.live(registry(), row, steps),
        reports=rules.reports(row),
        comments=found,
        more=more,
        form=form,
        titles=titles,
        halls=live.halls_of(row) if row.tenants else (),
        now=datetime.now(UTC),
    )


def _moment() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


@pages.post("/<address>")
@limiter.limit(ONE_ADDRESS, exempt_when=off)
def say(address: str) -> Any:
    """Take a comment, which the ministry looks at before it is shown."""
    row, form = _found(address), forms.read(CommentSchema, request.form)
    if not form.valid:
        return _page(row, form), 422
    proved = proof.proved(NATION, request.form.get(proof.FIELD, ""))
    rules.say(row, **form.data, proved=proved, now=datetime.now(UTC))
    flash(_("Thank you. Your comment is shown after the ministry has looked at it."), "success")
    return redirect(url_for("commitments.page", address=row.slug), 303)
