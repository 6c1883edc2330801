"""Draws an address as a code that a phone's camera reads; an SVG without styles of its own."""

from __future__ import annotations

import io

from flask import Flask
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Give templates `qr(address, label)`."""
    app.jinja_env.globals["qr"] = qr


def qr(address: str, label: str) -> Markup:
    """Draw an address; `label` says to those who cannot see it what it is."""
    import segno  # a worker that never draws one need not carry it

    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, title=None,
              svgclass="mms-qr", lineclass=None, light="#fff")  # fmt: skip
    drawn = out.getvalue().decode()
    named = f'<svg role="img" aria-label="{Markup.escape(label)}"'
    return Markup(drawn.strip().replace("<svg", named, 1))  # noqa: S704 - our own drawing
