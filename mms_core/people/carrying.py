"""Carries a form over signing in, so that nothing typed is lost when a session ends meanwhile.

The page of signing in holds what was typed, signed and tied to this browser; nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from mms_core.addresses import safe_next

FIELD = "carried"
LONGEST = 300_000  # signs; a longer form is not carried
SECONDS = 3600
NOT_CARRIED = {"csrf_token", "_key", FIELD, "password", "current", "code"}


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A form that waits for its sender to sign in."""

    path: str
    items: tuple[tuple[str, str], ...]
    had_files: bool


def pack() -> str:
    """Pack this request's form; empty when there is nothing that can be carried."""
    items = [(n, v) for n, v in request.form.items(multi=True) if n not in NOT_CARRIED]
    if not items or sum(len(value) for _name, value in items) > LONGEST:
        return ""
    had_files = any(file.filename for file in request.files.values())
    return _serializer().dumps([request.full_path.rstrip("?"), items, had_files])


def unpack(raw: str | None) -> Carried | None:
    """Give the form that this browser carries, or None for anything else."""
    if not raw:
        return None
    try:
        path, items, had_files = _serializer().loads(raw, max_age=SECONDS)
    except (BadData, ValueError):
        return None
    pairs = tuple((str(name), str(value)) for name, value in items)
    return Carried(path=safe_next(path), items=pairs, had_files=bool(had_files))


def _serializer() -> URLSafeTimedSerializer:
    # The token against forged forms ties what is carried to the browser it was typed in.
    salt = f"carried:{session.get('csrf_token', '')}"
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=salt)
