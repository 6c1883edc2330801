"""The signed cookie of a session, as Flask keeps it, with one serializer for all requests."""

from __future__ import annotations

import time
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

if TYPE_CHECKING:
    from flask import Flask, Request
    from itsdangerous import URLSafeTimedSerializer

READ = 512  # cookies whose signature was found right; a person sends the same one page after page


class SignedSessions(SecureCookieSessionInterface):
    """Flask's own sessions; a stranger without a cookie costs no signature, one cookie one."""

    _made: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Give the serializer of the application's keys; made anew when they change."""
        keys = (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))
        known, found = self._made
        if known != keys:
            found = super().get_signing_serializer(app)
            self._made = (keys, found)
        return found

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session from the cookie; an empty one without a cookie, or from one too old."""
        sent, name = request.cookies, self.get_cookie_name(app)
        serializer = self.get_signing_serializer(app)
        if serializer is None or name not in sent:
            return None if serializer is None else self.session_class()
        try:
            data, signed = _read(serializer, sent[name])
        except BadSignature:
            return self.session_class()
        age = int(time.time()) - int(signed.timestamp())
        fresh = 0 <= age <= int(app.permanent_session_lifetime.total_seconds())
        return self.session_class(deepcopy(data) if fresh else None)


@lru_cache(maxsize=READ)
def _read(serializer: URLSafeTimedSerializer, cookie: str) -> tuple[Any, datetime]:
    """Give what a cookie says and when it was signed, however long ago; BadSignature otherwise."""
    data, signed = serializer.loads(cookie, return_timestamp=True)
    return data, signed
