"""What the demo's citizens say of their answered cases; always the same."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.citizen import opinion
from mms_core.db import db

SCORES = (5, 5, 4, 4, 5, 3, 4, 2, 5, 1)
SOLVED = ("yes", "yes", "partly", "yes", "no")
WORDS = {
    5: "სწრაფად და გასაგებად მიპასუხეს, გმადლობთ.",
    3: "პასუხი მივიღე, მაგრამ ვადა ვერ გავიგე.",
    1: "ფორმალური პასუხია, პრობლემა ისევ იქ არის.",
}


def fill(tenant_id: int, *, now: datetime) -> None:
    """Let about half of the authors rate, say whether it was solved, and whose voice is new.

    Who has an account in the demo rates by themselves.
    """
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.author_id.is_(None))
    for case in db.session.scalars(mine.order_by(Case.number)).all():
        dice = zlib.crc32(f"{case.number}opinion".encode())
        if dice % 3 == 0:
            opinion.tell_first_time(case, first=dice % 7 < 4, now=case.opened_at)
        if case.answered_at is None or dice % 2:
            continue
        at = min(case.answered_at + timedelta(days=1), now)
        score = SCORES[dice // 2 % len(SCORES)]
        opinion.rate(case, score, now=at)
        if dice % 5 == 0 and score in WORDS:
            opinion.say(case, WORDS[score])
        opinion.tell_solved(case, SOLVED[dice // 4 % len(SOLVED)], now=at)
