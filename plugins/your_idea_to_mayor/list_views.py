"""The list of ideas and its feeds: what the address asks, and how it is said on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import numbers
from mms_core.clock import local_day
from mms_core.guard import enters_along, tenant_modules
from mms_core.i18n import gettext as _
from mms_core.page_cache import keep
from mms_core.people.current import acting
from mms_core.settlements import names
from plugins.your_idea_to_mayor import public, showing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.campaign_views import cards
from plugins.your_idea_to_mayor.campaigns import open_now
from plugins.your_idea_to_mayor.categories import known_categories, words_of
from plugins.your_idea_to_mayor.feed import write_atom, write_json, write_rss
from plugins.your_idea_to_mayor.listing import (
    ANSWERED,
    FILTERS,
    ORDERS,
    Lines,
    Wanted,
    first_lines,
    lines,
    read_place,
)
from plugins.your_idea_to_mayor.models import NAME

ASKED = ("q", *FILTERS, "sort", "before", "after")


@pages.get("/")
@enters_along
def index() -> str | BaseResponse:
    """Show the public ideas, the newest first; a number in the search leads to its idea."""
    keep()
    wanted = wanted_of(request.args)
    number = numbers.read(wanted.query)
    if number and public.one(g.tenant.id, number):
        return redirect(url_for(".idea", number=number))
    found, campaigns = _lines(wanted)
    return render_template(
        f"{NAME}/index.html",
        items=showing.items(found.rows, g.module_settings),
        wanted=wanted,
        chips=_chips(wanted),
        feeds={kind: _address(kind, _feed_filters(wanted)) for kind in FEEDS},
        categories=list(known_categories(g.module_settings).items()),
        settlements=settlement_choices(g.tenant),
        states=showing.state_choices(),
        answers=_answers(),
        orders=_orders(),
        previous=_neighbour(wanted, after=found.previous),
        next=_neighbour(wanted, before=found.next),
        open_door=tenant_modules()[NAME].takes_new,
        campaigns=cards(campaigns),
    )


def _lines(wanted: Wanted) -> tuple[Lines, list[Any]]:
    """Give the ideas; on the first page of all of them also the campaigns that are open."""
    if wanted.asked or wanted.before or wanted.after:
        return lines(g.tenant.id, wanted), []
    today = local_day(datetime.now(UTC))
    beside = open_now(g.tenant.id, today=today)
    return first_lines(g.tenant.id, beside, last=acting() is None)


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Read what an address asks of the list; what nobody can ask is left out."""
    asked = {name: asked[name] for name in ASKED if name in asked}
    state, answered = asked.get("state", ""), asked.get("answered", "")
    sort, query = asked.get("sort", ""), asked.get("q", "").strip()[:200]
    return Wanted(
        query=query,
        state=state if state in showing.PUBLIC_STATES else "",
        category=asked.get("category", "")[:40],
        settlement=asked.get("settlement", "").strip()[:120],
        answered=answered if answered in ANSWERED else "",
        sort=sort if sort in ORDERS and not query else "new",
        before=read_place(asked.get("before", "")),
        after=read_place(asked.get("after", "")),
    )


def settlement_choices(tenant: Any) -> list[tuple[str, str]]:
    """Give the known places: as they are kept, and as the page's language says them."""
    return [(str(place["ka"]), names.shown(place)) for place in tenant.settlements]


def _answers() -> list[tuple[str, str]]:
    return [("no", _("Waiting for an answer")), ("yes", _("Answered"))]


def _orders() -> list[tuple[str, str]]:
    return [
        ("new", _("Newest first")),
        ("supported", _("Most supported first")),
        ("waiting", _("Unanswered longest first")),
    ]


def _chips(wanted: Wanted) -> list[tuple[str, str]]:
    """Say each filter that is set, with the address of the list without it."""
    words = {
        "q": wanted.query and f"„{wanted.query}“",
        "category": wanted.category and words_of(wanted.category, g.module_settings),
        "settlement": dict(settlement_choices(g.tenant)).get(wanted.settlement, wanted.settlement),
        "state": wanted.state and showing.state(wanted.state)["word"],
        "answered": dict(_answers()).get(wanted.answered, ""),
        "sort": "" if wanted.sort == "new" else dict(_orders())[wanted.sort],
    }
    asked = wanted.asked
    return [
        (said, _address("index", {k: v for k, v in asked.items() if k != name}))
        for name, said in words.items()
        if said
    ]


def _neighbour(wanted: Wanted, **place: str | None) -> str | None:
    return _address("index", {**wanted.asked, **place}) if any(place.values()) else None


def _address(page: str, asked: Mapping[str, str | None], *, whole: bool = False) -> str:
    """Give the address of a page of ours with what it is asked."""
    values: dict[str, Any] = {**asked, **({"_external": True} if whole else {})}
    return url_for(f".{page}", **values)


FEEDS = {
    "feed": ("application/atom+xml", write_atom),
    "rss": ("application/rss+xml", write_rss),
    "json_feed": ("application/feed+json", write_json),
}


def _feed_filters(wanted: Wanted) -> dict[str, str]:
    return {name: text for name, text in wanted.asked.items() if name != "sort"}


@pages.get("/feed.xml")
def feed() -> Response:
    """Give the newest ideas that pass the filters as an Atom feed."""
    return _feed("feed")


@pages.get("/feed.rss")
def rss() -> Response:
    """Give the same as RSS 2.0."""
    return _feed("rss")


@pages.get("/feed.json")
def json_feed() -> Response:
    """Give the same as JSON Feed 1.1."""
    return _feed("json_feed")


def _feed(kind: str) -> Response:
    keep()
    wanted = wanted_of({**request.args, "sort": "", "after": ""})
    mimetype, write = FEEDS[kind]
    title = " · ".join([_("%(hall)s: ideas and answers", hall=g.tenant.hall), *_said(wanted)])
    own = _address(kind, _feed_filters(wanted), whole=True)
    found = lines(g.tenant.id, wanted)
    answer = Response(write(g.tenant, found.rows, title=title, own=own), mimetype=mimetype)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _said(wanted: Wanted) -> list[str]:
    return [said for said, _address in _chips(wanted)]
