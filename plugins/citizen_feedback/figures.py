"""What is counted and published: the ministry's figures, open data, readiness, the impact card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from mms_core.contributions import Check, Dataset, Impact, Indicator
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_feedback import hiding
from plugins.citizen_feedback.kinds import OVERALL
from plugins.citizen_feedback.models import Programme, ProgrammeSum, Urn
from plugins.citizen_feedback.settings import settings_now
from plugins.citizen_feedback.tables import COLUMNS

PROGRAMME, SUM = Programme.__table__, ProgrammeSum.__table__

INDICATORS = [
    Indicator(
        name="programmes",
        title=_("Programmes published"),
        measure="programmes_published",
        definition=_("Programmes that came into the public catalogue in the period."),
    ),
    Indicator(
        name="ratings",
        title=_("Ratings given"),
        measure="ratings",
        definition=_(
            "Ratings of programmes, each with a proof of use. Their words are the hall's."
        ),
    ),
    Indicator(
        name="needs",
        title=_("Needs named"),
        measure="opened",
        definition=_("Needs that registered residents named in the period."),
    ),
    Indicator(
        name="answered_in_time",
        title=_("Needs answered in time"),
        measure="answered_in_time",
        of="answered",
        definition=_("Of the needs answered in the period, those answered by their date."),
    ),
    Indicator(
        name="reports_on_time",
        title=_("Reports on time"),
        measure="reports_on_time",
        of="reports_due",
        definition=_("Of the half-year reports due in the period, those sent by their day."),
    ),
    Indicator(
        name="problems_chosen",
        title=_("Problems chosen for the budget"),
        measure="problems_chosen",
        definition=_("Problems that the mayor chose for a draft budget (article 4.7)."),
    ),
    Indicator(
        name="problems_solved",
        title=_("Problems solved"),
        measure="problems_solved",
        definition=_("Chosen problems that were reported as solved."),
    ),
]


def readiness(tenant: Any) -> list[Check]:
    """Say what still must be done before citizens can be invited."""
    found = settings_now(tenant.id)
    mine = (PROGRAMME.c.tenant_id == tenant.id) & (PROGRAMME.c.state == "published")
    published = db.session.execute(select(PROGRAMME.c.id).where(mine).limit(1)).first()
    proof = any(found[name] for name in ("proof_vouchers", "proof_lists", "proof_clerks"))
    checks = (
        ("programmes", _("Programmes are published (article 2.1)"), published,
         _("Enter this year's programmes, or import them from a table.")),
        ("proof", _("There is a way to prove that a programme was used"), proof,
         _("Choose at least one way in the settings.")),
    )  # fmt: skip
    return [
        Check(name=name, title=title, done=bool(done), remedy=remedy)
        for name, title, done, remedy in checks
    ]


def impact(tenant: Any) -> list[Impact]:
    """Say what switching off would touch: what the public reads, and what waits in the urn."""
    mine = (PROGRAMME.c.tenant_id == tenant.id) & (PROGRAMME.c.state == "published")
    pages = db.session.scalar(select(func.count()).select_from(PROGRAMME).where(mine)) or 0
    urn = select(func.count()).select_from(Urn).where(Urn.tenant_id == tenant.id)
    waiting = db.session.scalar(urn) or 0
    return [
        Impact(name="pages", title=_("Public pages of programmes"), count=pages),
        Impact(name="urn", title=_("Anonymous ratings that wait to be mixed"), count=waiting),
    ]


def programme_rows(tenant: Any, since: date | None) -> Iterator[tuple[Any, ...]]:
    """Give a hall's published programmes, those of the newest year first."""
    query = select(*(PROGRAMME.c[name] for name in COLUMNS)).where(
        PROGRAMME.c.tenant_id == tenant.id, PROGRAMME.c.state == "published"
    )
    if since:
        query = query.where(PROGRAMME.c.ends_on >= since)
    for row in db.session.execute(query.order_by(PROGRAMME.c.year.desc(), PROGRAMME.c.no)):
        yield tuple(row)


def result_rows(tenant: Any, since: date | None) -> Iterator[tuple[Any, ...]]:
    """Give the results by programme and dimension, none of fewer than five people."""
    query = (
        select(
            PROGRAMME.c.code, PROGRAMME.c.year, SUM.c.dimension, SUM.c.n, SUM.c.total, SUM.c.good
        )
        .join(
            SUM, (SUM.c.tenant_id == PROGRAMME.c.tenant_id) & (SUM.c.programme_id == PROGRAMME.c.id)
        )
        .where(PROGRAMME.c.tenant_id == tenant.id, PROGRAMME.c.state == "published")
        .where(SUM.c.settlement == "", SUM.c.n >= hiding.FEWEST)
        .order_by(
            PROGRAMME.c.year.desc(), PROGRAMME.c.no, SUM.c.dimension != OVERALL, SUM.c.dimension
        )
    )
    if since:
        query = query.where(PROGRAMME.c.ends_on >= since)
    for row in db.session.execute(query):
        yield (row.code, row.year, row.dimension, row.n, round(row.total / row.n, 2),
               round(row.good / row.n, 3))  # fmt: skip


DATASETS = [
    Dataset(
        name="programmes", title=_("Municipal programmes"), rows=programme_rows,
        columns=tuple(COLUMNS),
    ),
    Dataset(
        name="programme_results", title=_("What users say of municipal programmes"),
        rows=result_rows,
        columns=("code", "year", "dimension", "answers", "mean_mark", "share_of_good_marks"),
    ),
]  # fmt: skip
