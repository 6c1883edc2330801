"""Decides on reports (art. 4.2-4.6): who leads, what is frozen, sent, discussed and published."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from mms_core import db as database
from mms_core import jobs
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import RESULTS, count
from mms_core.people.current import Person
from mms_core.people.rules import staff_of
from plugins.citizen_feedback import freezing
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.report_models import Report, ReviewLead

PARTS = ("programmes", "needs", "problems", "conclusion")


def by_code(tenant_id: int, code: str, *, lock: bool = False) -> Report:
    """Find a report by its code; NotFound when there is none."""
    query = select(Report).where(Report.tenant_id == tenant_id, Report.code == code)
    row = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such report here."))
    return row


def charge(
    tenant_id: int, *, year: int, person_id: str, service: str, by: Person, now: datetime
) -> ReviewLead:
    """Charge a representative of a service with leading the review (art. 4.3); kept for good.

    The caller has made sure that `by` is the mayor, who alone may do it.
    """
    known = {str(one.id): one.name for one in staff_of(tenant_id)}
    if person_id not in known or not service.strip():
        words = _("Choose a colleague and write the service that they represent.")
        raise Invalid(words, fields={"person": [words]})
    row = ReviewLead(
        tenant_id=tenant_id,
        id=uuid7(),
        year=year,
        person_id=uuid.UUID(person_id),
        person_name=known[person_id],
        service=service.strip()[:200],
        by_id=by.id,
        by_name=by.name,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def leads(tenant_id: int, year: int) -> list[ReviewLead]:
    """Give whom the mayor charged in a year, the present one first."""
    mine = (ReviewLead.tenant_id == tenant_id) & (ReviewLead.year == year)
    return list(db.session.scalars(select(ReviewLead).where(mine).order_by(ReviewLead.at.desc())))


def begin(report: Report, *, now: datetime) -> None:
    """Begin to freeze a closed period; a job does it. Refused before the period is over."""
    if report.state not in {"planned", "freezing"}:
        raise Refused(_("The period of this report is frozen already."))
    if local_day(now) <= report.last_day:
        raise Refused(_("The period is not over yet, so it cannot be frozen."))
    report.state, report.progress = "freezing", 5
    jobs.defer(freeze, report.tenant_id, report.id)


@jobs.job("citizen_feedback.freeze")
def freeze(tenant_id: int, report_id: uuid.UUID | None) -> None:
    """Freeze a report's period part by part, and say how far it is."""
    report = db.session.get(Report, (tenant_id, report_id))
    if report is None or report.state != "freezing":
        return  # done by another worker
    rows: freezing.Rows = []
    for place, part in enumerate(freezing.PARTS, start=1):
        rows += part(report)
        report.progress = 5 + place * 25
        database.commit()  # so that who waits sees it
    if freezing.frozen(report) is None:
        freezing.keep(report, rows, now=datetime.now(UTC))
    report.state, report.progress = "draft", 100


def write(report: Report, words: Mapping[str, str]) -> None:
    """Keep the unit's analysis between the generated parts (art. 4.4); only of a draft."""
    if report.state != "draft":
        raise Refused(_("The report has been sent, so its text stands."))
    kept = {part: words.get(part, "").strip()[:20_000] for part in PARTS}
    report.analysis = kept


def send(report: Report, *, by: str, now: datetime) -> None:
    """Send the report to the mayor (art. 4.5); whether it was on time is counted."""
    if report.state != "draft":
        raise Refused(_("Only a draft can be sent to the mayor."))
    if not report.analysis.get("conclusion"):
        words = _("Write the conclusion: the report is an analysis, not figures alone.")
        raise Invalid(words, fields={"conclusion": [words]})
    report.state, report.sent_at, report.sent_by = "sent", now, by
    if local_day(now) <= report.due_on:
        count(report.tenant_id, NAME, {local_day(now): {"reports_on_time": 1}})


@dataclass(frozen=True, kw_only=True)
class Discussion:
    """How the mayor discussed a report: when, with whom, what was decided."""

    on: date
    participants: str
    decisions: str


def discuss(report: Report, held: Discussion, *, now: datetime) -> None:
    """Record the mayor's discussion with the services' representatives (art. 4.6)."""
    if report.state != "sent":
        raise Refused(_("A report is discussed after it was sent to the mayor."))
    if held.on > local_day(now) or (report.sent_at and held.on < local_day(report.sent_at)):
        words = _("The day lies before the report was sent, or in the future.")
        raise Invalid(words, fields={"discussed_on": [words]})
    report.state, report.discussed_on = "discussed", held.on
    report.participants, report.decisions = held.participants, held.decisions


def publish(report: Report, *, now: datetime) -> None:
    """Publish a discussed report with its decisions."""
    if report.state != "discussed":
        raise Refused(_("A report is published after the mayor has discussed it."))
    report.state, report.published_at = "published", now
    count(report.tenant_id, NAME, {local_day(now): {RESULTS: 1}})
    changed(report.tenant_id, NAME)


def published(tenant_id: int) -> list[Report]:
    """List the published reports, the newest first."""
    mine = (Report.tenant_id == tenant_id) & (Report.state == "published")
    return list(db.session.scalars(select(Report).where(mine).order_by(Report.last_day.desc())))
