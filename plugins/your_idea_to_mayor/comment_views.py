"""The pages of comments: write one, take it back; reading is part of the idea's page."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mms_core import here
from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.limits import limiter, off
from mms_core.moderation.stubs import stubs
from mms_core.people.current import Person, acting, is_staff, require_person
from plugins.your_idea_to_mayor import comments
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.listing import read_place
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.showing import language_of
from plugins.your_idea_to_mayor.taking_part import back, public_row

ONE_ADDRESS = "40 per minute; 400 per hour"


@pages.post("/<number>/comments")
@limiter.limit(ONE_ADDRESS, exempt_when=off)
def say(number: str) -> BaseResponse | tuple[str, int]:
    """Take a comment; what does not hold is said at the field, and the words stay there."""
    person, row = require_person(), public_row(number)
    said = _said(person)
    settings, now = g.module_settings, datetime.now(UTC)
    try:
        made = comments.say(g.tenant.id, row.id, said, settings=settings, now=now)
    except Invalid as problem:
        from plugins.your_idea_to_mayor.public_views import words

        typed = {"body": said.body, "errors": problem.fields.get("body", [])}
        return render_template(f"{NAME}/idea.html", typed=typed, **words(row, inside=False)), 422
    if made.held:
        flash(_("Thank you. Your comment is published after an officer has looked at it."), "info")
    else:
        flash(_("Your comment is published."), "success")
    return back(row, "comments")


def _said(person: Person) -> comments.Said:
    """Read the form; an officer speaks for the hall and by name, a citizen by the first name."""
    staff = is_staff(g.tenant.id)
    return comments.Said(
        person_id=person.id,
        name=person.name if staff else person.first_name,
        body=request.form.get("body", "").replace("\x00", ""),
        level=person.level,
        parent_id=_id(request.form.get("parent", "")),
        official=staff,
    )


def _id(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


@pages.post("/<number>/comments/<uuid:comment_id>/take-back")
def take_comment_back(number: str, comment_id: uuid.UUID) -> BaseResponse:
    """Let the acting person take a comment of theirs back."""
    person, row = require_person(), public_row(number)
    comments.take_back(g.tenant.id, comment_id, person_id=person.id)
    flash(_("Your comment is taken back."), "success")
    return back(row, "comments")


def conversation(row: Any) -> dict[str, Any]:
    """Give the comments of an idea as its page draws them; a quiet idea costs no question."""
    person, asked = acting(), here.asked().args
    place = read_place(asked["comments"]) if "comments" in asked else None
    allowed = str(here.given().module_settings["comment_level"])
    shown: dict[str, Any] = {"level": allowed, "count": row.comments, "list": [], "next": None}
    shown["reply"] = _id(asked.get("reply", "")) if person else None
    shown["official"] = person is not None and is_staff(g.tenant.id)
    shown["may"] = person is not None and (
        shown["official"] or (allowed != "off" and person.level >= int(allowed))
    )
    if row.comments or person:
        me = person.id if person else None
        found = comments.thread(g.tenant.id, row.id, after=place, me=me)
        shown["list"] = _lines(found, me=me)
        shown["next"] = found.next
    return shown


def _lines(found: comments.Thread, *, me: uuid.UUID | None) -> list[dict[str, Any]]:
    everything = [*found.comments, *(r for replies in found.replies.values() for r in replies)]
    hidden = [row.id for row in everything if row.hidden]
    known = stubs(g.tenant.id, NAME, comments.KIND, hidden) if hidden else {}

    def line(row: Any) -> dict[str, Any]:
        return {
            "id": row.id,
            "name": row.name,
            "body": "" if row.hidden else row.body,
            "lang": language_of(row.body),
            "official": row.official,
            "held": row.held,
            "stub": known.get(row.id),
            "hidden": row.hidden,
            "at": row.at,
            "mine": me is not None and row.person_id == me,
            "replies": [line(reply) for reply in found.replies.get(row.id, ())],
        }

    return [line(row) for row in found.comments]
