"""Protection against forged forms, everywhere but in APIs that have tokens of their own."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFError, CSRFProtect

from mms_core import here
from mms_core.errors import Answerable
from mms_core.i18n import lazy_gettext as _


class Protection(CSRFProtect):  # type: ignore[misc]  # it has no types
    """Flask-WTF's own; what only reads is let through before anything else is looked at."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Ask for the token of what changes something."""
        if here.asked().method in here.application().config["WTF_CSRF_METHODS"]:
            super().protect(apply_exemptions=apply_exemptions)


csrf = Protection()


class StaleForm(Answerable):
    """A form without a right token: from another site, or from before signing out."""

    status = 400
    slug = "unclear"


def init_app(app: Flask) -> None:
    """Ask every POST for its token; a token lives as long as the browser's session."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.register_error_handler(CSRFError, lambda _error: _answer(app))


def _answer(app: Flask) -> Any:
    message = _(
        "This form was opened before you signed in or out, or in another browser."
        " Go back, load the page again and send it once more."
    )
    return app.handle_user_exception(StaleForm(message))
