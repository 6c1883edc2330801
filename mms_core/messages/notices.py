"""What a person wants to hear, by which way and how often: single letters, or a digest.

Receipts, answers, questions of the hall and decisions always come, at once; what is chosen here
concerns the news between them, and the cases that a person follows.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import TBILISI, lazy_gettext, words
from mms_core.i18n import gettext as _
from mms_core.messages.models import DigestLine, NoticeChoice
from mms_core.messages.outbox import send_national
from mms_core.people.rules import contact_of

OWN = (
    ("email", lazy_gettext("By e-mail")),
    ("sms", lazy_gettext("By text message")),
    ("none", lazy_gettext("Not at all")),
)
FOLLOWED = (OWN[0], OWN[2])
RHYTHMS = (
    ("now", lazy_gettext("At once, a letter each")),
    ("daily", lazy_gettext("Once a day, all in one letter")),
    ("weekly", lazy_gettext("Once a week, all in one letter, on Monday")),
)
MORNING, EVENING = time(9), time(20)  # digests leave by day only
MANY = 200  # people told in one round
Kind = Literal["own", "followed"]


def choice_of(account_id: uuid.UUID) -> NoticeChoice:
    """Give a person's choice, or the usual one where none was made."""
    found = db.session.get(NoticeChoice, account_id)
    return found or NoticeChoice(account_id=account_id, own="email", followed="email", rhythm="now")


def choose(account_id: uuid.UUID, *, own: str, followed: str, rhythm: str) -> None:
    """Keep a person's choice; Invalid names the field whose value is none of ours."""
    given = {"own": (own, OWN), "followed": (followed, FOLLOWED), "rhythm": (rhythm, RHYTHMS)}
    for name, (value, known) in given.items():
        if value not in dict(known):
            none = _("Choose one.")
            raise Invalid(none, fields={name: [none]})
    values = {"own": own, "followed": followed, "rhythm": rhythm}
    mine = insert(NoticeChoice.__table__).values(account_id=account_id, **values)
    db.session.execute(mine.on_conflict_do_update(index_elements=["account_id"], set_=values))


def takes_news(
    account_id: uuid.UUID, kind: Kind, *, title: str, news: Any, link: str, now: datetime
) -> bool:
    """Tell whether news need no letter of their own: unwanted, or kept for the next digest.

    `news` are the words, lazily translated into the person's language.
    """
    choice = choice_of(account_id)
    if getattr(choice, kind) == "none":
        return True
    if choice.rhythm == "now" or getattr(choice, kind) == "sms":
        return False
    try:
        language = contact_of(account_id).language
    except NotFound:
        return True
    with force_locale(language):
        said = words(news)
    line = DigestLine(
        account_id=account_id, title=title, words=said, link=link, at=now,
        send_on=next_digest(choice.rhythm, now=now),
    )  # fmt: skip
    db.session.add(line)
    return True


def next_digest(rhythm: str, *, now: datetime) -> date:
    """Give the day of the next digest: tomorrow, or the next Monday."""
    today = local_day(now)
    return today + timedelta(days=1 if rhythm == "daily" else 7 - today.weekday())


def send_digests(*, now: datetime) -> int:
    """Send the digests that are due, by day only; gives how many. The session is the nation's."""
    if not MORNING <= now.astimezone(TBILISI).time() < EVENING:
        return 0
    row = DigestLine
    due = select(row.account_id).where(row.send_on <= local_day(now)).distinct().limit(MANY)
    people = db.session.scalars(due).all()
    for account_id in people:
        _send(account_id, today=local_day(now))
    return len(people)


def _send(account_id: uuid.UUID, *, today: date) -> None:
    table = DigestLine.__table__
    mine = (table.c.account_id == account_id) & (table.c.send_on <= today)
    gone = (
        delete(table).where(mine).returning(table.c.title, table.c.words, table.c.link, table.c.at)
    )
    lines = sorted(db.session.execute(gone).all(), key=lambda line: line.at)
    contact = contact_of(account_id)
    if not (lines and contact.email):
        return
    with force_locale(contact.language):
        told = [f"{line.title}\n{line.words}\n{line.link}" for line in lines]
        head = _("News of your cases and of those you follow:")
        foot = _("Change how often we write: %(link)s", link=f"{_home()}/my/notifications")
        subject = _("News from your city hall")
    send_national(contact.email, subject=subject, body="\n\n".join([head, *told, foot]))


def _home() -> str:
    settings = current_app.extensions["mms_settings"]
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def forget(account_id: uuid.UUID) -> None:
    """Remove what an erased person chose and what waited for them."""
    for table in (DigestLine.__table__, NoticeChoice.__table__):
        db.session.execute(delete(table).where(table.c.account_id == account_id))
