"""Keeps rendered public pages by the version of what they show (see `changes`)."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the cache of public pages."""
    app.extensions["mms_page_cache"] = {}
