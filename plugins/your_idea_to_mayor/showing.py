"""How rows become words: a state with its colour, a line of the list, the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from mms_core.i18n import TBILISI, locale
from plugins.your_idea_to_mayor.cases import IDEA
from plugins.your_idea_to_mayor.categories import words_of
from plugins.your_idea_to_mayor.public import BEGINNING

TONES = {"good": "success", "bad": "danger", "wait": "warning"}
STATES = {state.name: state for state in IDEA.states}
PUBLIC_STATES = {name: state for name, state in STATES.items() if state.public}
TOLD = {step.name: step for step in IDEA.steps}


def state(name: str) -> dict[str, str]:
    """Say a state in a word, with the colour that repeats it."""
    found = STATES[name]
    return {"word": str(found.title), "tone": TONES.get(found.tone, found.tone)}


def state_choices() -> list[tuple[str, str]]:
    """Give the states that a reader can filter by."""
    return [(name, str(found.title)) for name, found in PUBLIC_STATES.items()]


def day(moment: date | datetime | None) -> str:
    """Write a day as the page's readers do, in the time of Tbilisi; nothing for None."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(TBILISI).date()
    return _day(moment, locale())


@lru_cache(maxsize=4096)
def _day(moment: date, language: str) -> str:
    return format_date(moment, "long", locale=language)


def item(row: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give a line of the list in words."""
    found = state(row.state)
    return {
        "number": row.number,
        "title": row.title,
        "text": beginning(row.beginning),
        "lang": language_of(row.title),
        "word": found["word"],
        "tone": found["tone"],
        "category": words_of(row.category, settings),
        "settlement": row.settlement,
        "answered": day(row.answered_at),
        "due": day(row.due_on),
        "late": is_late(row),
    }


def is_late(row: Any) -> bool:
    """Tell whether the hall still owes an answer after its date; said openly, as it should be."""
    today = datetime.now(TBILISI).date()
    return row.answered_at is None and row.due_on is not None and row.due_on < today


def answered_on(events: Sequence[Any], answer: str) -> datetime | None:
    """Give when the answer on top of the page was given, which may not be the first one."""
    return next((event.at for event in reversed(events) if answer and event.text == answer), None)


def beginning(text: str) -> str:
    """Give the first words of a text in one line."""
    line = " ".join(text.split())
    return line if len(text) < BEGINNING else f"{line.rpartition(' ')[0] or line}…"


def language_of(text: str) -> str:
    """Tell the language of a citizen's text when it is not the page's: by its letters."""
    georgian = any("ა" <= sign <= "ჰ" for sign in text)
    if georgian:
        return "" if locale() == "ka" else "ka"
    return "en" if locale() == "ka" and any("a" <= sign <= "z" for sign in text) else ""


def timeline(events: Sequence[Any], *, answer: str) -> list[dict[str, Any]]:
    """Give the public events in plain words; the answer on top of the page is not said again."""
    entries = []
    for event in events:
        step = TOLD.get(event.step)
        if step is None or not step.told:
            continue
        found = state(event.after)
        text = "" if event.text == answer else event.text
        entries.append(
            {
                "title": str(step.told),
                "when": day(event.at),
                "datetime": event.at.astimezone(TBILISI).isoformat(timespec="minutes"),
                "text": text,
                "tone": found["tone"],
                "lang": language_of(text) or None,
            }
        )
    return entries
