"""What the stories of answering share: a desk, its forms, and what a case has become."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import hall

from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.testing import page

ANSWER = "გმადლობთ. ორი ლამპიონი მარტში დაიდგმება."
PLACE = "/zugdidi/desk/"


def desk(client: FlaskClient, number: str, what: str, **typed: Any) -> Any:
    """Send the answer's form as the page has it now, with one of its buttons."""
    shown = page(client.get(f"{PLACE}{number}"))
    seen = {name: hidden(shown, name) for name in ("version", "draft_version")}
    form = {"do": what, **seen, **typed}
    return client.post(f"{PLACE}{number}", data=form, content_type="multipart/form-data")


def hidden(shown: str, name: str) -> str:
    """Give the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', shown)
    return found[1] if found else ""


@contextmanager
def case_of(app: Flask, number: str) -> Iterator[Case]:
    """Read a case within its hall; what is changed is committed."""
    with hall(app) as tenant:
        yield by_number(tenant.id, number)


class Queries:
    """Counts the questions to PostgreSQL that a page waits for; what goes along is none."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.engine = db.engine
        self.seen: list[str] = []

    def __enter__(self) -> Queries:
        sa.event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_problem: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if cursor is not None and not statement.startswith(("BEGIN", "SET LOCAL")):
            self.seen.append(" ".join(statement.split()))
