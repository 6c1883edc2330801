"""A proof of work instead of a captcha: the browser counts a little, nobody is asked for anything.

It makes a thousand posts dear and one post cheap. It is never a wall: a post without a proof, as
from a browser without scripts, is taken and waits for an officer's look.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from mms_core.db import db
from mms_core.once import IdempotencyKey
from mms_core.people import vault

FIELD = "altcha"
MOST = 40_000  # numbers to try: half of them on average, about a second on a cheap phone
LASTS = timedelta(hours=2)  # a form may lie open for a while
LONGEST = 2_000  # characters of a proof


def challenge() -> dict[str, Any]:
    """Give a task for the browser, signed, good for a while and for one post."""
    from altcha import v1

    until = datetime.now(UTC) + LASTS
    options = v1.ChallengeOptions(hmac_key=_key(), max_number=MOST, expires=until)
    return dict(v1.create_challenge(options).to_dict())


def proved(tenant_id: int, payload: str) -> bool:
    """Tell whether a form brought a proof that is right, in time, and was never used here."""
    from altcha import v1

    if not payload or len(payload) > LONGEST or not _is_ours(payload):
        return False
    right, _why = v1.verify_solution(payload, _key(), True)
    return bool(right) and _first_use(tenant_id, payload)


def _is_ours(payload: str) -> bool:
    """Tell whether it reads as a proof by the algorithm that we set."""
    try:
        found = json.loads(base64.b64decode(payload, validate=True))
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("algorithm") == "SHA-256" and "salt" in found


def _first_use(tenant_id: int, payload: str) -> bool:
    """Remember the task, not the words of the proof, which can be written in many ways."""
    salt = str(json.loads(base64.b64decode(payload))["salt"])
    key = "proof:" + hashlib.sha256(salt.encode()).hexdigest()
    table = IdempotencyKey.__table__
    taken = insert(table).values(tenant_id=tenant_id, key=key).on_conflict_do_nothing()
    return db.session.execute(taken.returning(table.c.key)).first() is not None


def _key() -> str:
    return vault.mark("altcha", "proof of work")
