"""What is counted and published of ideas: the hall's figure, the impact card, open data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from flask import url_for
from flask_babel import LazyString
from sqlalchemy import and_, func, select

from mms_core.cases.models import Case
from mms_core.contributions import Dataset, Impact, Indicator
from mms_core.db import db
from mms_core.i18n import TBILISI, ngettext
from mms_core.i18n import gettext as _now
from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor import feasibility, supports, tallies
from plugins.your_idea_to_mayor.categories import words_of
from plugins.your_idea_to_mayor.listing import OF_CASE
from plugins.your_idea_to_mayor.models import NAME, Campaign, Idea
from plugins.your_idea_to_mayor.settings import settings_now

MANY = 1000  # a front page counts no further
IDEA, CASE = Idea.__table__, Case.__table__
CALL = Campaign.__table__

INDICATORS = [
    Indicator(
        name="opened",
        title=_("Ideas received"),
        measure="opened",
        definition=_("Ideas registered in the period, published or not."),
    ),
    Indicator(
        name="answered",
        title=_("Ideas answered"),
        measure="answered",
        definition=_("Ideas that got their first answer in the period."),
    ),
    Indicator(
        name="answered_in_time",
        title=_("Answered in time"),
        measure="answered_in_time",
        of="answered",
        definition=_("Of the ideas answered in the period, those answered by their date."),
    ),
    Indicator(
        name="answer_days",
        title=_("Days until the answer"),
        measure="answer_days",
        of="answered",
        definition=_("Calendar days from registration to the first answer, on average."),
    ),
    Indicator(
        name="rated_good",
        title=_("Rated well by the author"),
        measure="rated_good",
        of="rated",
        definition=_("Of the authors who rated how their idea was handled, those who said good."),
    ),
    Indicator(
        name="solved",
        title=_("Solved, says the author"),
        measure="solved_yes",
        of="solved_asked",
        definition=_("Of the authors who said whether it was solved, those who said yes."),
    ),
    Indicator(
        name="first_voices",
        title=_("First-time voices"),
        measure="first_voices",
        of="voices_asked",
        definition=_(
            "Of the authors who said so, those who turned to the city hall the first time."
        ),
    ),
]


def figure(tenant_id: int) -> Any:
    """Say how many ideas the public can read; counted only where the words are shown."""
    return LazyString(_figure_words, tenant_id)


def _figure_words(tenant_id: int) -> str:
    few = (
        select(IDEA.c.case_id)
        .where(IDEA.c.tenant_id == tenant_id, IDEA.c.is_public)
        .limit(MANY + 1)
        .subquery()
    )
    count = db.session.execute(select(func.count()).select_from(few)).scalar_one()
    if count > MANY:
        return str(_now("more than %(count)s ideas", count=MANY))
    return str(ngettext("%(num)s idea", "%(num)s ideas", count))


def impact(tenant: Any) -> list[Impact]:
    """Say what switching off would touch: who still waits, what is promised, what is read."""
    ours = (CASE.c.tenant_id == tenant.id) & (CASE.c.module == NAME) & CASE.c.is_open
    waiting = CASE.c.answered_at.is_(None)
    counts = select(
        func.count().filter(waiting).label("waiting"),
        func.count().filter(~waiting).label("promised"),
    ).where(ours)
    row = db.session.execute(counts).one()
    public = select(func.count()).where(IDEA.c.tenant_id == tenant.id, IDEA.c.is_public)
    pages = db.session.execute(public).scalar_one()
    lines = (
        ("waiting", _("Ideas that wait for an answer"), row.waiting),
        ("promised", _("Accepted ideas that are not yet carried out"), row.promised),
        ("pages", _("Public pages of ideas"), pages),
    )
    return [Impact(name=name, title=title, count=count) for name, title, count in lines]


def details(case: Any) -> Mapping[str, Any]:
    """Give the desk what is special in an idea: category and settlement, and its public page."""
    from plugins.your_idea_to_mayor.showing import language_of  # which knows the table of steps

    columns = (IDEA.c.category, IDEA.c.settlement, IDEA.c.why, IDEA.c.for_whom,
               IDEA.c.is_public, IDEA.c.published_at, IDEA.c.residents, IDEA.c.others,
               supports.waiting_of(IDEA), feasibility.ASKED)  # fmt: skip
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    row = db.session.execute(select(*columns).where(own)).one_or_none()
    if row is None:
        return {}
    return {
        "category": words_of(row.category, settings_now(case.tenant_id)),
        "settlement": row.settlement,
        "why": row.why,
        "for_whom": row.for_whom,
        "lang": language_of,
        "is_public": row.is_public,
        "published_at": row.published_at,
        "residents": row.residents,
        "others": row.others,
        "waiting": row.waiting,
        "url": url_for(f"{NAME}.idea", number=case.number),
        "opinions": feasibility.collected(case) if row.asked else [],
        "waits": case.is_open and case.answered_at is None,
    }


COLUMNS = ("number", "title", "text", "category", "settlement", "state", "received", "published",
           "answer_due", "answered", "answer", "resident_supports", "other_supports",
           "unconfirmed_supports", "comments", "campaign")  # fmt: skip


def rows(tenant: Any, since: date | None) -> Iterator[tuple[Any, ...]]:
    """Give a hall's public ideas with their answers, without anybody's data; newest first."""
    of_call = (CALL.c.tenant_id == IDEA.c.tenant_id) & (CALL.c.id == IDEA.c.campaign_id)
    query = (
        select(
            CASE.c.number, CASE.c.title, CASE.c.body, IDEA.c.category, IDEA.c.settlement,
            IDEA.c.state, CASE.c.opened_at, IDEA.c.published_at, CASE.c.due_on,
            CASE.c.answered_at, CASE.c.answer, IDEA.c.residents, IDEA.c.others,
            IDEA.c.unconfirmed, IDEA.c.comments, CALL.c.slug,
        )
        .select_from(OF_CASE.outerjoin(CALL, of_call))
        .where(and_(IDEA.c.tenant_id == tenant.id, CASE.c.tenant_id == tenant.id), IDEA.c.is_public)
        .order_by(IDEA.c.published_at.desc(), IDEA.c.case_id.desc())
    )  # fmt: skip
    if since:
        start = datetime.combine(since, time(), TBILISI)
        query = query.where(IDEA.c.published_at >= start)
    for row in db.session.execute(query.execution_options(yield_per=500)):
        yield tuple(_plain(value) for value in row)


def _plain(value: Any) -> Any:
    return value.astimezone(TBILISI).date() if isinstance(value, datetime) else value


MONTHS = ("month", "of", "key", "measure", "number")


def months(tenant: Any, since: date | None) -> Iterator[tuple[Any, ...]]:
    """Give the figures of the results by month: of all ideas, of each category and place."""
    first = (since or date(2000, 1, 1)).replace(day=1)
    found = tallies.read(tenant.id, first=first, last=date(9999, 12, 1))
    for (month, kind, key, measure), number in sorted(found.items()):
        if number:
            yield month, kind, key, measure, number


DATASETS = [
    Dataset(name="ideas", title=_("Ideas and the city hall's answers"), rows=rows, columns=COLUMNS),
    Dataset(name="ideas-results", title=_("What became of the ideas"), rows=months, columns=MONTHS),
]
