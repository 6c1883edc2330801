"""Whether the process lives and whether it can serve."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the addresses that a supervisor asks."""
    app.add_url_rule("/livez", "livez", lambda: ("ok\n", 200, {"Content-Type": "text/plain"}))
