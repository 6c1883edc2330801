"""Protection against forged forms, everywhere but in APIs that have tokens of their own."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFError, CSRFProtect

from mms_core import here
from mms_core.errors import Answerable
from mms_core.i18n import lazy_gettext as _

csrf = CSRFProtect()


class StaleForm(Answerable):
    """A form without a right token: from another site, or from before signing out."""

    status = 400
    slug = "unclear"


def init_app(app: Flask) -> None:
    """Ask every POST for its token; a token lives as long as the browser's session."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `_ask` lets through what only reads, at once
    csrf.init_app(app)
    app.before_request(_ask)
    app.register_error_handler(CSRFError, lambda _error: _answer(app))


def _ask() -> None:
    config = here.application().config
    if config["WTF_CSRF_ENABLED"] and here.asked().method in config["WTF_CSRF_METHODS"]:
        csrf.protect(apply_exemptions=True)


def _answer(app: Flask) -> Any:
    message = _(
        "This form was opened before you signed in or out, or in another browser."
        " Go back, load the page again and send it once more."
    )
    return app.handle_user_exception(StaleForm(message))
