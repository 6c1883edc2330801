"""What everybody reads: the list, one idea, the feed; kept by version for strangers."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import numbers
from mms_core.cases.merging import leading
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.guard import tenant_modules
from mms_core.i18n import gettext as _
from mms_core.moderation.stubs import stub
from mms_core.page_cache import keep
from mms_core.people.current import is_staff
from plugins.your_idea_to_mayor import public, showing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.categories import categories_of, words_of
from plugins.your_idea_to_mayor.feed import write_feed
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.one_idea import due_reason, file_line, has_key, idea_row, is_author
from plugins.your_idea_to_mayor.rules import KIND


@pages.get("/")
def index() -> str | BaseResponse:
    """Show the public ideas, the newest first; a number in the search leads to its idea."""
    keep()
    wanted = _wanted()
    number = numbers.read(wanted.query)
    if number and public.one(g.tenant.id, number):
        return redirect(url_for(".idea", number=number))
    found, categories = public.lines(g.tenant.id, wanted), categories_of(g.module_settings)
    return render_template(
        f"{NAME}/index.html",
        items=showing.items(found.rows, categories),
        wanted=wanted,
        categories=list(categories.items()),
        states=showing.state_choices(),
        previous=_neighbour(after=found.previous),
        next=_neighbour(before=found.next),
        open_door=tenant_modules()[NAME].takes_new,
    )


def _wanted() -> public.Wanted:
    asked = request.args
    return public.Wanted(
        query=asked.get("q", "").strip()[:200],
        state=asked.get("state", "") if asked.get("state", "") in showing.PUBLIC_STATES else "",
        category=asked.get("category", "")[:40],
        before=public.read_place(asked.get("before", "")),
        after=public.read_place(asked.get("after", "")),
    )


def _neighbour(**place: str | None) -> str | None:
    if not any(place.values()):
        return None
    kept = {
        name: request.args[name] for name in ("q", "state", "category") if request.args.get(name)
    }
    return url_for(".index", **kept, **place)  # type: ignore[arg-type]  # a place is text here


@pages.get("/feed.xml")
def feed() -> Response:
    """Give the newest ideas as an Atom feed."""
    found = public.lines(g.tenant.id, public.Wanted())
    answer = Response(write_feed(g.tenant, found.rows), mimetype="application/atom+xml")
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@pages.get("/<number>")
def idea(number: str) -> str | BaseResponse:
    """Show an idea with its answer and timeline; one not yet public only to those it concerns."""
    if "key" not in request.args:
        keep()
    row = idea_row(number)
    inside = is_author(row) or is_staff(g.tenant.id)
    hidden = stub(g.tenant.id, NAME, KIND, row.id)
    if not (row.is_public or inside or has_key(row)):
        if hidden:
            return render_template(f"{NAME}/hidden.html", idea=row, stub=hidden)
        return _leading(row)
    files = public.files(row, all_of_them=inside)
    events = public.events(row)
    return render_template(
        f"{NAME}/idea.html",
        idea=row,
        stub=hidden,
        state=showing.state(row.state),
        category=words_of(row.category, g.module_settings),
        due_reason=due_reason(row),
        timeline=showing.timeline(events, answer=row.answer),
        answered_on=showing.answered_on(events, row.answer) or row.answered_at,
        late=showing.is_late(row),
        files=[file_line(file) for file in files],
        lang=showing.language_of(row.title + row.body),
        answer_lang=showing.language_of(row.answer),
    )


def _leading(row: Any) -> BaseResponse:
    """Lead a reader of a joined idea to the one that is answered for all."""
    case = db.session.get(Case, (g.tenant.id, row.id))
    lead = leading(case) if case is not None else None
    if lead is None:
        raise NotFound(_("There is no public idea with this number."))
    return redirect(url_for(".idea", number=lead.number))
