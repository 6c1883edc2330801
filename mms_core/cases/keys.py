"""The key by which a person without an account opens their own case.

It is derived from the installation's key and the case, so that every letter can carry it and
nothing secret lies in the database: 10 signs of 32, which is 50 bits.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid

from mms_core.config import Settings

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0, 1, i, l, o: they are misread on paper
LENGTH = 10


def key_of(settings: Settings, tenant_id: int, case_id: uuid.UUID) -> str:
    """Give the key of a case, ten lower-case letters and digits."""
    secret = settings.secret().encode()
    raw = hmac.new(secret, f"case:{tenant_id}:{case_id}".encode(), hashlib.sha256).digest()
    return "".join(SIGNS[byte % len(SIGNS)] for byte in raw[:LENGTH])


def fits(settings: Settings, tenant_id: int, case_id: uuid.UUID, typed: str) -> bool:
    """Tell whether a typed key opens the case; spaces, hyphens and capitals do not matter."""
    plain = typed.replace(" ", "").replace("-", "").lower()
    return hmac.compare_digest(plain.encode(), key_of(settings, tenant_id, case_id).encode())
