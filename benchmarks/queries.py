"""How many statements a page sends, counted in this process."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from mms_core.app import create_app
from mms_core.config import Settings

_apps: dict[str, Flask] = {}


def queries_of(settings: Settings, paths: list[str], *, person: str = "") -> list[int]:
    """Fetch each page twice and count the statements of the second visit, SET LOCAL apart."""
    url = str(settings.database_url)
    app = _apps.setdefault(url, create_app(settings))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    if person:
        client.post("/sign-in", data={"email": person, "password": "demo"})
    # Twice: what is kept for some seconds may be read anew in between.
    return [min(_count(client, path, n) for n in (1, 2)) for path in paths]


def _count(client: Any, path: str, turn: int) -> int:
    more = "&" if "?" in path else "?"
    client.get(f"{path}{more}first={turn}")
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SET LOCAL")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        client.get(f"{path}{more}second={turn}")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)
