"""The monthly brief goes out by itself: once a month to each address, by day, with its paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import marshmallow as ma
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import or_, select

from mms_core.cases.days_off import extra_days_off
from mms_core.cases.quiet import OfficeHours, is_open
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.channels import Paper
from mms_core.messages.outbox import send_national
from mms_core.monitoring import brief
from mms_core.monitoring.models import BriefReader
from mms_core.monitoring.reader import reading

MOST = 50  # addresses: a brief is for a few offices, not for a mailing list
SETTLED = 2  # the day of a month on which the month before it has been recounted
LANGUAGES = (("ka", "ქართული"), ("en", "English"))


class ReaderSchema(ma.Schema):
    """An address that gets the brief every month."""

    email = ma.fields.String(
        required=True,
        validate=ma.validate.Email(error=_("Write an e-mail address.")),
        metadata={"label": _("E-mail of the minister's office"), "kind": "email"},
    )
    language = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf([key for key, _word in LANGUAGES]),
        metadata={"label": _("Language"), "kind": "radio", "choices": LANGUAGES},
    )


def readers() -> Sequence[BriefReader]:
    """List the addresses."""
    return db.session.scalars(select(BriefReader).order_by(BriefReader.email)).all()


def add(email: str, *, language: str, by: str) -> BriefReader:
    """Let the brief go to an address from now on; Invalid (field `email`) for one that has it.

    The brief of the last whole month leaves with the worker's next round, so that it is seen to
    arrive.
    """
    address, known = email.strip().lower(), readers()
    problem = _("The brief goes there already.") if address in {r.email for r in known} else None
    if problem is None and len(known) >= MOST:
        problem = _("At most %(count)s addresses.", count=MOST)
    if problem is not None:
        raise Invalid(problem, fields={"email": [problem]})
    row = BriefReader(email=address, language=language, added_by=by)
    db.session.add(row)
    db.session.flush()
    return row


def remove(email: str) -> None:
    """Let the brief go there no more; NotFound when it did not."""
    row = db.session.get(BriefReader, email)
    if row is None:
        raise NotFound(_("There is no such address."))
    db.session.delete(row)
    db.session.flush()


def send_due(*, now: datetime) -> int:
    """Send the last whole month's brief where it has not gone yet; gives how many letters.

    The rows are locked and the month is written with the letters, so that a duty that is done
    twice, or by two workers at once, sends one. Nothing leaves at night or on days off.
    """
    today = local_day(now)
    if today.day < SETTLED or not is_open(now, OfficeHours(), off=extra_days_off(NATION)):
        return 0
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    late = or_(BriefReader.last_month.is_(None), BriefReader.last_month < month)
    mine = select(BriefReader).where(late).order_by(BriefReader.language, BriefReader.email)
    rows = db.session.scalars(mine.with_for_update(skip_locked=True)).all()
    for language, group in groupby(rows, key=lambda row: row.language):
        with force_locale(language):
            _send([*group], month=month, now=now)
    return len(rows)


def _send(rows: Sequence[BriefReader], *, month: date, now: datetime) -> None:
    with reading() as connection:
        made = brief.make(connection, month=month, now=now)
    paper = Paper(name=f"brief-{month:%Y-%m}.pdf", data=brief.pdf(made))
    settings = current_app.extensions["mms_settings"]
    home = settings.public_url or f"http://{settings.host}:{settings.port}"
    link = f"{home}/ministry/brief/?month={month:%Y-%m}"
    foot = gettext("The same on a page, with the definitions: %(link)s", link=link)
    for row in rows:
        send_national(row.email, subject=made.title, body=f"{made.text}\n{foot}\n", paper=paper)
        row.last_month, row.sent_at = month, now
