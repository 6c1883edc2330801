"""Pages that let the core's own questions go along with their first one, in the same way there.

A page that only reads is refused there, where its module is off. A post needs the settings of its
module before it asks anything, so it goes by how modules stood when this process last asked. Where
they stand otherwise now, or the same form came before, all is undone and the post is done again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.wrappers import Response

from mms_core import db as database
from mms_core import here
from mms_core.asking import Question, Told, ask_ahead, ask_now

ALONG = "mms_enters_along"  # the mark of a view that lets them
Answer = TypeVar("Answer")


class OtherwiseError(Exception):
    """What a post went by does not hold; `surely` does it again."""


def is_marked() -> bool:
    """Tell whether the request's view lets the core's questions go along."""
    view = here.application().view_functions.get(here.asked().endpoint or "")
    return hasattr(view, ALONG)


def go_by(told: Told, *questions: Question, again: Callable[[], Response | None]) -> None:
    """Let a post begin before its questions are answered.

    `told` raises OtherwiseError where the post must not go on; `again` then asks at once, and gives
    the answer where nothing is left to do.
    """
    given = here.given()

    def settled(*answers: list[object]) -> None:
        told(*answers)
        given.pop("unsettled", None)

    given.unsettled = again
    ask_ahead(settled, *questions)


def surely(work: Callable[[], Answer], *, last: bool = False) -> Answer | Response:
    """Do what may go by something unsettled, and do it again where that does not hold.

    Nothing is refused for it; after the `last` work of a request nothing is left unsettled.
    """
    given = here.given()
    if "unsettled" not in given:
        return work()
    try:
        answer = work()
        if last:
            ask_now()
    except OtherwiseError:
        pass
    except (DBAPIError, PoolTimeoutError):
        raise
    except Exception:
        if _holds():
            raise
    else:
        return answer
    database.rollback()
    given.pop("tenant_modules", None)
    return given.pop("unsettled")() or work()


def _holds() -> bool:
    try:
        ask_now()
    except OtherwiseError:
        return False
    return True
