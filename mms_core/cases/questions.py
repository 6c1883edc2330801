"""Asks the citizen for what is missing, while the clock stands, and hears the answer."""

from __future__ import annotations

from datetime import datetime

from mms_core.cases import clockwork
from mms_core.cases.correspondence import keep_words, words
from mms_core.cases.letters import tell_author
from mms_core.cases.log import Actor
from mms_core.cases.models import Case, CaseMessage
from mms_core.contributions import CaseType
from mms_core.db import uuid7


def ask_citizen(
    case: Case, case_type: CaseType | None, *, text: str, days: int, actor: Actor, now: datetime
) -> CaseMessage:
    """Ask the citizen for something and let the clock stand until the answer, at most `days`.

    The citizen is told by letter what is asked, until when, and what becomes of the date; a reply
    or a file on the case's page lets the clock run again. Raises as `clockwork.stop_for_citizen`
    does, and Invalid (field `text`) without a question (General Administrative Code, art. 83).
    """
    plain = words(text)
    message_id = uuid7()  # nothing is written before the term is found good
    until = clockwork.stop_for_citizen(
        case, case_type, days=days, actor=actor, now=now, message=str(message_id)
    )
    message = keep_words(case, "out", plain, actor=actor, now=now, message_id=message_id)
    context = {"text": plain, "until": until.isoformat()}
    tell_author(case, "question", context=context, module=clockwork.LETTERS)
    return message
