"""How often one address may send: tight for signing in, gentle for everything else.

`MMS_RATE_STORAGE=off` switches the limits off, as for a benchmark; RATELIMIT_ENABLED does in tests.
"""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from mms_core.config import Settings

# A village or a whole city hall may share one address, so these are about machines, not people.
SIGN_IN = "30 per minute; 300 per hour"
LETTERS = "6 per minute; 40 per hour"
ALL_POSTS = "300 per minute"


def off() -> bool:
    """Tell whether limits are switched off, or this request only reads."""
    return request.method != "POST" or not current_app.config.get("RATELIMIT_ENABLED", True)


limiter = Limiter(
    key_func=get_remote_address,
    application_limits=[ALL_POSTS],
    application_limits_exempt_when=off,
    headers_enabled=False,
    swallow_errors=True,  # a lost redis must not close the site
)


@limiter.request_filter
def _is_switched_off() -> bool:
    """Tell whether no limit counts here, not those of single pages either."""
    return not current_app.config.get("RATELIMIT_ENABLED", True)


def init_app(app: Flask) -> None:
    """Count in the storage of the settings."""
    settings: Settings = app.extensions["mms_settings"]
    wanted = settings.rate_storage
    app.config.setdefault("RATELIMIT_ENABLED", wanted != "off")
    app.config["RATELIMIT_STORAGE_URI"] = "memory://" if wanted == "off" else wanted
    limiter.init_app(app)
