"""One idea as everybody reads it, and the picture by which it is shared; kept by version."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import here
from mms_core.cases.merging import leading
from mms_core.cases.models import Case
from mms_core.contributions import APPLIED
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.guard import enters_along
from mms_core.i18n import gettext as _
from mms_core.i18n import ngettext
from mms_core.moderation.stubs import told
from mms_core.page_cache import keep
from mms_core.people.current import acting, is_staff
from mms_core.people.eligibility import LEVEL_WORDS
from plugins.your_idea_to_mayor import public, showing
from plugins.your_idea_to_mayor.alike import related
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.comment_views import conversation
from plugins.your_idea_to_mayor.listing import BEGINNING
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.one_idea import due_reason, file_line, has_key, idea_row, is_author


@pages.get("/<number>")
@enters_along
def idea(number: str) -> str | BaseResponse:
    """Show an idea with its answer and timeline; one not yet public only to those it concerns."""
    if "key" not in here.asked().args:
        keep()
    row = idea_row(number)
    inside = is_author(row) or is_staff(row.tenant_id)
    hidden = told(row.stub)
    if not (row.is_public or inside or has_key(row)):
        if hidden:
            return render_template(f"{NAME}/hidden.html", idea=row, stub=hidden)
        return _leading(row)
    return render_template(f"{NAME}/idea.html", stub=hidden, **words(row, inside=inside))


def _leading(row: Any) -> BaseResponse:
    """Lead a reader of a joined idea to the one that is answered for all."""
    case = db.session.get(Case, (g.tenant.id, row.id))
    lead = leading(case) if case is not None else None
    if row.state == APPLIED:
        raise NotFound(_("It was registered as an application, which its author alone reads."))
    if lead is None:
        raise NotFound(_("There is no public idea with this number."))
    return redirect(url_for(".idea", number=lead.number))


def words(row: Any, *, inside: bool) -> dict[str, Any]:
    """Give the page of an idea what it shows; `inside` are its author and the hall."""
    events, files = public.events(row), public.files(row, all_of_them=inside)
    before, after, papers = showing.parted(files)
    settings = here.given().module_settings
    lines = [file_line(file) for file in papers]
    return {
        "idea": row,
        "address": url_for(".idea", number=row.number, _external=True),
        "state": showing.state(row.state),
        "work": showing.work(row, events),
        **showing.about(row.category, settings),
        "author": showing.author(row),
        "due_reason": "" if row.answer else due_reason(row),
        "timeline": showing.timeline(events, answer=row.answer),
        "answered_on": showing.answered_on(events, row.answer) or row.answered_at,
        "late": showing.is_late(row),
        "files": [line for line in lines if not line["player"]],
        "recordings": [line for line in lines if line["player"]],
        "before": [file_line(file) for file in before],
        "after": [file_line(file) for file in after],
        "lang": showing.language_of(row.title + row.body),
        "answer_lang": showing.language_of(row.answer),
        "summary": showing.beginning(row.body[:BEGINNING]),
        "threshold": int(settings["threshold"]),
        "related": showing.links(related(row)) if row.is_public else [],
        "part": _part(row),
        "talk": conversation(row),
    }


def _part(row: Any) -> dict[str, Any]:
    """Say how the acting person takes part: what they support and follow, and what they may."""
    person = acting()
    if person is None:
        return {}
    return {
        "support": public.support(row),
        "follows": row.follows,
        "is_author": row.author_id == person.id,
        "may_support": person.level >= int(g.module_settings["support_level"]),
        "needed": LEVEL_WORDS.get(int(g.module_settings["support_level"]), ""),
    }


@pages.get("/<number>/card.png")
def card(number: str) -> Response:
    """Draw the picture that a shared link shows."""
    from plugins.your_idea_to_mayor import card as drawing

    keep()
    row = idea_row(number)
    if not row.is_public:
        raise NotFound(_("There is no public idea with this number."))
    count = row.residents + row.others
    facts = [row.settlement] if row.settlement else []
    if count:
        facts.append(ngettext("%(num)s supporter", "%(num)s supporters", count))
    drawn = drawing.Card(
        hall=g.tenant.hall,
        title=row.title,
        state=showing.state(row.state)["word"],
        facts=facts,
    )
    return Response(drawing.draw(drawn, g.tenant.theme), mimetype="image/png")
