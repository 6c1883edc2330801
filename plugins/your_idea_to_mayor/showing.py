"""How rows become words: a state with its colour, a line of the list, the timeline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from markupsafe import escape

from mms_core.cases.given import shown
from mms_core.cases.timeline import promised
from mms_core.dates import day
from mms_core.i18n import GEORGIAN, TBILISI, locale
from mms_core.settlements.names import place
from plugins.your_idea_to_mayor import progress
from plugins.your_idea_to_mayor.cases import IDEA
from plugins.your_idea_to_mayor.categories import icon_of, words_of
from plugins.your_idea_to_mayor.listing import BEGINNING

LATIN = re.compile("[a-z]")
TONES = {"good": "success", "bad": "danger", "wait": "warning"}
STATES = {state.name: state for state in IDEA.states}
PUBLIC_STATES = {name: state for name, state in STATES.items() if state.public}
TOLD = {step.name: step for step in IDEA.steps}


def state(name: str) -> Mapping[str, str]:
    """Say a state in a word, with the colour that repeats it."""
    return _state(name, locale())


@cache
def _state(name: str, _language: str) -> Mapping[str, str]:
    """Look a state's word up once in a language: a page says some half dozen."""
    found = STATES[name]
    return {"word": str(found.title), "tone": TONES.get(found.tone, found.tone)}


def work(row: Any, events: Sequence[Any]) -> dict[str, Any]:
    """Say how far promised work is, and what was told of it beside the answer on top."""
    names, here = progress.way(row.state)
    told = progress.latest(events) if here else None
    return {
        "way": [state(name)["word"] for name in names] if here else [],
        "here": here,
        "told": told.text if told else "",
        "at": told.at if told else None,
        "lang": language_of(told.text) if told else "",
    }


def state_choices() -> list[tuple[str, str]]:
    """Give the states that a reader can filter by."""
    return [(name, str(found.title)) for name, found in PUBLIC_STATES.items()]


def items(rows: Sequence[Any], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the lines of the list in words, each word looked up once a page."""
    language, today = locale(), datetime.now(TBILISI).date()
    states = {name: state(name) for name in {row.state for row in rows}}
    kinds = {key: about(key, settings) for key in {row.category for row in rows}}
    return [
        {
            "number": row.number,
            "title": row.title,
            "text": beginning(row.beginning),
            "lang": language_of(row.title, page=language),
            "settlement": row.settlement,
            "supports": row.residents + row.others,
            "comments": row.comments,
            "answered": day(row.answered_at, language),
            "due": day(row.due_on, language),
            "late": bool(row.due_on and row.due_on < today),
            **states[row.state],
            **kinds[row.category],
        }
        for row in rows
    ]


def about(key: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Say what an idea is about, in words and by an icon."""
    return {"category": words_of(key, settings), "icon": icon_of(key, settings)}


def author(row: Any) -> str:
    """Say whose idea it is, as the author chose: a name, a first name and the place, or nothing."""
    name = str(row.public_name or "")
    short = name and " " not in name and row.settlement
    return escape(name) + ", " + place(row.settlement) if short else name


def parted(files: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Part files into the author's pictures, the hall's pictures, and all that is left."""
    pictures = [file for file in files if file.content_type.startswith("image/")]
    hall = [file for file in pictures if file.by_role != "citizen"]
    if not hall:
        return [], [], list(files)
    before = [file for file in pictures if file.by_role == "citizen"]
    return before, hall, [file for file in files if file not in pictures]


def links(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Give ideas as short links: title and state."""
    return [
        {"number": r.number, "title": r.title, "lang": language_of(r.title), **state(r.state)}
        for r in rows
    ]


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


def language_of(text: str, *, page: str = "") -> str:
    """Tell the language of a citizen's text when it is not the page's: by its letters."""
    page = page or locale()
    if GEORGIAN.search(text):
        return "" if page == "ka" else "ka"
    return "en" if page == "ka" and LATIN.search(text) else ""


def timeline(events: Sequence[Any], *, answer: str) -> list[dict[str, Any]]:
    """Give the public events in plain words; the answer on top of the page is not said again."""
    entries = []
    for event in events:
        step, told = TOLD.get(event.step), promised(event.data)
        if step is None and not told:
            continue
        text = "" if event.text == answer else event.text
        entries.append(
            {
                "title": told or str(step.told if step else ""),
                "when": day(event.at),
                "datetime": event.at.astimezone(TBILISI).isoformat(timespec="minutes"),
                "text": text,
                "tone": state(event.after)["tone"] if step else "",
                "icon": "handshake" if told else "",
                "facts": shown(step, event.data, staff=False) if step else (),
                "lang": language_of(text) or None,
            }
        )
    return entries
