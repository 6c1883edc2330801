"""A letter as it is handed over: sending and preview take it from here, so they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mms_core.messages.channels import Message
from mms_core.messages.sms import plain, segments
from mms_core.messages.words import compose
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from mms_core.cases.models import Case
    from mms_core.messages.models import OutboxLetter
    from mms_core.messages.texts import Words

MOST_PARTS = 6  # text messages that one letter may cost; what is longer is read by the link
CUT = " …"


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A letter in words; `parts` is how many text messages it takes, 0 for an e-mail."""

    message: Message
    words: Words
    parts: int = 0
    shortened: bool = False


def ready(letter: OutboxLetter, case: Case | None) -> Ready:
    """Put a letter into words and into the form of its channel.

    The officer's words in a text message are cut where it would take more than six parts: the
    letter's link leads to the whole answer.
    """
    words, cut = compose(letter, case), False
    text = words.text
    if letter.channel == "sms":
        if segments(plain(text)) > MOST_PARTS:
            words, cut = _cut(letter, case), True
        text = plain(words.text)
    tenant = tenancy.by_id(letter.tenant_id)
    message = Message(
        id=str(letter.id),
        to=letter.recipient,
        subject=words.subject,
        text=text,
        html=words.html,
        language=words.language,
        sender_name=tenant.hall_in(words.language) if tenant else "",
        list_name=f"{tenant.slug}.{letter.module}" if tenant else letter.module,
    )
    parts = segments(text) if letter.channel == "sms" else 0
    return Ready(message=message, words=words, parts=parts, shortened=cut)


def _cut(letter: OutboxLetter, case: Case | None) -> Words:
    """Find the longest beginning of the officer's words with which the letter fits."""
    said = str(letter.context.get("text", ""))
    fits, long = 0, len(said)
    while long - fits > 1:
        middle = (fits + long) // 2
        tried = compose(letter, case, text=_beginning(said, middle))
        fits, long = (middle, long) if _fits(tried) else (fits, middle)
    return compose(letter, case, text=_beginning(said, fits))


def _beginning(said: str, length: int) -> str:
    whole = said[:length]
    return (whole.rpartition(" ")[0] or whole) + CUT


def _fits(words: Words) -> bool:
    return segments(plain(words.text)) <= MOST_PARTS
