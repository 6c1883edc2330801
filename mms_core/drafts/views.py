"""Makes the worker know the nightly sweep of drafts."""

from __future__ import annotations

from flask import Flask


def init_app(_app: Flask) -> None:
    """Let the worker learn its nightly round."""
    from mms_core.drafts import browser  # noqa: F401 - so that the worker knows its round
