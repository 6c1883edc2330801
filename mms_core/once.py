"""Every POST carries an idempotency key: sent twice, it is done once.

The first POST claims the key within its transaction; the second waits for it and is sent to where
the first one led. A refused POST rolls back and frees its key, so that trying again works. A form
that was opened again with the back button and says something else now is another POST: what counts
is the key together with what was typed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from flask import Flask, Request, Response, g, redirect, request
from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from mms_core import here, together
from mms_core.along import OtherwiseError, go_by, is_marked
from mms_core.asking import Question, ask_all
from mms_core.db import TenantScoped, db, uuid7
from mms_core.switching import rules as switching

FIELD, HEADER = "_key", "Idempotency-Key"
NOT_TYPED = frozenset({FIELD, "csrf_token", "altcha"})  # a browser makes them, nobody types them


class IdempotencyKey(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A POST that has been done, and where it led."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    location: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


KEYS = IdempotencyKey.__table__
CLAIM = insert(KEYS).on_conflict_do_nothing().returning(KEYS.c.key)
CLAIM = CLAIM.values(tenant_id=bindparam("tenant_id"), key=bindparam("key"), location="")
STOOD: dict[int, list[Any]] = {}  # how modules stood in each hall when this process last asked
LED = "UPDATE mms.idempotency_key SET location = %s WHERE tenant_id = %s AND key = %s"


def init_app(app: Flask) -> None:
    """Claim the key of each POST to a municipality and remember where it led."""
    app.before_request(_claim)
    app.after_request(_remember)
    app.jinja_env.globals["new_key"] = lambda: str(uuid7())


def _claim() -> BaseResponse | None:
    tenant, asked = here.given().get("tenant"), here.asked()
    key = _key() if asked.method == "POST" and tenant is not None else ""
    if not key:
        return None
    stood = STOOD.get(tenant.id)
    if stood is None or not is_marked() or _brings_files(asked):
        return claim(tenant.id, key)
    switching.noted(tenant.id, stood)

    def told(claimed: list[Any], standing: list[Any]) -> None:
        if not claimed or standing != stood:
            raise OtherwiseError
        here.given().once = (tenant.id, key)

    go_by(told, *_questions(tenant.id, key), again=lambda: claim(tenant.id, key))
    return None


def _brings_files(asked: Request) -> bool:
    """Tell whether files were chosen, read once; a browser sends one without a name for none."""
    return any(file.filename for _name, file in asked.files.items(multi=True))


def _questions(tenant_id: int, key: str) -> tuple[Question, Question]:
    """Claim a key, and ask how the modules stand, which nearly every post asks next."""
    return (CLAIM, {"tenant_id": tenant_id, "key": key}), switching.how_stands(tenant_id)


def claim(tenant_id: int, key: str) -> BaseResponse | None:
    """Claim a POST's key in a municipality; gives the way to the first one's result if any."""
    claimed, standing = ask_all(*_questions(tenant_id, key))
    switching.noted(tenant_id, standing)
    STOOD[tenant_id] = standing
    if claimed:
        g.once = (tenant_id, key)
        return None
    where = (KEYS.c.tenant_id == tenant_id) & (KEYS.c.key == key)
    location = db.session.execute(select(KEYS.c.location).where(where)).scalar()
    return redirect(location or request.path, 303)


def _key() -> str:
    """Hash the key with the address and what was sent (SHA-256, hexadecimal); empty without one."""
    sent = here.asked()
    key = (sent.headers.get(HEADER) or sent.form.get(FIELD) or "").strip()
    if not key:
        return ""
    typed = [pair for pair in sent.form.items(multi=True) if pair[0] not in NOT_TYPED]
    files = [(name, file.filename or "") for name, file in sent.files.items(multi=True)]
    body = sent.get_data(as_text=True) if sent.is_json else ""
    said = repr((key, sent.path, sorted(typed), sorted(files), body))
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def _remember(response: Response) -> Response:
    claimed = here.given().get("once")
    if claimed and 300 <= response.status_code < 400 and response.location:
        together.run(LED, (response.location, *claimed), changes=KEYS.fullname)
    return response
