"""Decides about commitments: kept, reported, filled from live figures, said of by the public."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from mms_core.commitments.models import (
    Commitment,
    CommitmentComment,
    CommitmentReport,
    Milestone,
)
from mms_core.commitments.words import SUSPENDED, said
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext
from mms_core.i18n import lazy_gettext as _
from mms_core.letters import slug as slug_of
from mms_core.messages.outbox import send_national

MOST, COMMENTS = 200, 20
ON = "on"  # what a milestone is filled from when it asks whether the service works
LONGEST = 2000  # characters of a comment


def listed(*, drafts: bool = False) -> Sequence[Commitment]:
    """List commitments, the latest to end first; drafts are the ministry's alone."""
    query = select(Commitment).order_by(Commitment.ends.desc(), Commitment.id).limit(MOST)
    return db.session.scalars(query if drafts else query.where(Commitment.published)).all()


def by_slug(slug: str, *, drafts: bool = False) -> Commitment:
    """Find a commitment by its address; NotFound when there is none for this reader."""
    found = db.session.scalars(select(Commitment).where(Commitment.slug == slug)).one_or_none()
    if found is None or not (found.published or drafts):
        raise NotFound(_("There is no such commitment."))
    return found


def keep(
    data: Mapping[str, Any], *, by: str, now: datetime, row: Commitment | None = None
) -> Commitment:
    """Keep a commitment; Invalid names the fields that a suspended one lacks or the wrong days."""
    _check_days(data)
    missing = [n for n in ("suspended_why", "suspended_by") if not data[n].get("ka")]
    if data["status"] == SUSPENDED and missing:
        words = _("A suspended commitment keeps its reason and who decided so.")
        raise Invalid(words, fields={f"{name}_ka": [words] for name in missing})
    if row is None:
        row = Commitment(id=uuid7(), slug=_free(data["title"]))
        db.session.add(row)
    for name, value in data.items():
        setattr(row, name, value)
    row.changed_by, row.changed_at = by, now
    db.session.flush()
    return row


def _check_days(data: Mapping[str, Any]) -> None:
    if data["ends"] < data["starts"]:
        words = _("The end lies before the beginning.")
        raise Invalid(words, fields={"ends": [words]})


def _free(title: Mapping[str, str]) -> str:
    """Make an address of a title that no other commitment has."""
    base = slug_of(title.get("en") or title["ka"])[:60].strip("-") or "commitment"
    taken = set(db.session.scalars(select(Commitment.slug).where(Commitment.slug.like(f"{base}%"))))
    ways = (base, *(f"{base}-{count}" for count in range(2, MOST)))
    return next(way for way in ways if way not in taken and way != "challenge")


# --- milestones and periods ----------------------------------------------------------------------


def milestones(commitment: Commitment) -> Sequence[Milestone]:
    """List the milestones in the order of their numbers."""
    row = Milestone
    mine = select(row).where(row.commitment_id == commitment.id)
    return db.session.scalars(mine.order_by(sa.func.length(row.number), row.number)).all()


def milestone(commitment: Commitment, milestone_id: uuid.UUID) -> Milestone:
    """Find a milestone of a commitment; NotFound when there is none."""
    found = db.session.get(Milestone, milestone_id)
    if found is None or found.commitment_id != commitment.id:
        raise NotFound(_("There is no such milestone."))
    return found


def keep_milestone(
    commitment: Commitment, data: Mapping[str, Any], *, by: str, now: datetime,
    row: Milestone | None = None,
) -> Milestone:  # fmt: skip
    """Keep a milestone; Invalid (field `ends`) for a wrong order of days."""
    _check_days(data)
    if row is None:
        row = Milestone(id=uuid7(), commitment_id=commitment.id)
        db.session.add(row)
    for name, value in data.items():
        setattr(row, name, value)
    commitment.changed_by, commitment.changed_at = by, now
    db.session.flush()
    return row


def reports(commitment: Commitment) -> Sequence[CommitmentReport]:
    """List what the reporting periods said, the newest first."""
    row = CommitmentReport
    mine = select(row).where(row.commitment_id == commitment.id)
    return db.session.scalars(mine.order_by(row.year.desc(), row.id.desc()).limit(MOST)).all()


def report(commitment: Commitment, data: Mapping[str, Any], *, by: str, now: datetime) -> None:
    """Close a reporting period: what was said, and the commitment's two axes at that time."""
    row = CommitmentReport(id=uuid7(), commitment_id=commitment.id, by=by, at=now, **data)
    row.status, row.assessment = commitment.status, commitment.assessment
    db.session.add(row)
    commitment.changed_by, commitment.changed_at = by, now
    db.session.flush()


# --- comments ------------------------------------------------------------------------------------


def say(
    commitment: Commitment, *, name: str, email: str, body: str, proved: bool, now: datetime
) -> None:
    """Keep a comment until the ministry has looked at it."""
    made = CommitmentComment(
        id=uuid7(), commitment_id=commitment.id, name=name, email=email, body=body, at=now
    )
    made.proved, made.state = proved, "held"
    db.session.add(made)


def comments(
    commitment: Commitment, *, before: datetime | None = None
) -> Sequence[CommitmentComment]:
    """List what the public said and the ministry showed, the newest first."""
    row = CommitmentComment
    mine = (row.commitment_id == commitment.id) & (row.state == "shown")
    query = select(row).where(mine if before is None else mine & (row.at < before))
    return db.session.scalars(query.order_by(row.at.desc(), row.id.desc()).limit(COMMENTS)).all()


def held() -> Sequence[tuple[CommitmentComment, Commitment]]:
    """List the comments that wait for the ministry's look, the oldest first."""
    row = CommitmentComment
    joined = select(row, Commitment).join(Commitment, Commitment.id == row.commitment_id)
    query = joined.where(row.state == "held").order_by(row.at, row.id).limit(MOST)
    return [(comment, of) for comment, of in db.session.execute(query)]


def decide(comment_id: uuid.UUID, *, shown: bool, by: str, answer: str = "") -> None:
    """Show a comment or refuse it, and answer its author by e-mail.

    The address is shown to nobody, and forgotten now: it was given for an answer.
    """
    row = db.session.get(CommitmentComment, comment_id, with_for_update=True)
    if row is None or row.state != "held":
        raise Refused(_("This comment has been decided already."))
    row.state, row.decided_by = ("shown" if shown else "refused"), by
    of = db.session.get(Commitment, row.commitment_id)
    if row.email and answer.strip() and of is not None:
        subject = gettext("Your comment: %(title)s", title=said(of.title))
        send_national(row.email, subject=subject, body=answer.strip()[:LONGEST])
    row.email = ""
