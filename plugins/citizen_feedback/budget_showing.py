"""Puts chosen problems into words: the line, the amount, the steps, the pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from mms_core.dates import day
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_feedback import showing
from plugins.citizen_feedback.budgeting import Chosen

STATES: Mapping[str, tuple[Any, str]] = {
    "chosen": (_("Chosen by the mayor"), "info"),
    "draft": (_("In the draft budget"), "info"),
    "adopted": (_("In the adopted budget"), "success"),
    "in_work": (_("In work"), "info"),
    "solved": (_("Solved"), "success"),
    "dropped": (_("Did not stay in the budget"), "warning"),
}


def item(one: Chosen) -> dict[str, Any]:
    """Give a chosen problem as the pages draw it."""
    return {
        "id": one.choice.id,
        "code": one.problem.code,
        "title": showing.problem_title(one.problem),
        "lang": showing.problem_lang(one.problem),
        "needs": one.problem.needs,
        "supports": one.problem.supports,
        "line": one.choice.line,
        "amount": showing.money(one.choice.amount),
        "year": one.choice.year,
        "state": STATES[one.choice.state],
        "steps": [
            {
                "title": STATES[event.state][0],
                "when": day(event.at),
                "datetime": event.at.date().isoformat(),
                "text": event.words,
                "lang": "ka",
                "tone": "success" if event.state == "solved" else "",
            }
            for event in one.events
        ],
        "pictures": [
            {
                "href": url_for(".picture", picture=file.id),
                "thumb": url_for(".picture", picture=file.id, thumb=320),
                "name": file.name,
            }
            for file in one.pictures
        ],
    }


def items(found: Sequence[Chosen]) -> list[dict[str, Any]]:
    """Give chosen problems as the pages draw them."""
    return [item(one) for one in found]
