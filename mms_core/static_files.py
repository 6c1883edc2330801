"""Serves styles, script and fonts: hashed names kept for a year, compressed sisters where asked."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import structlog
from flask import Flask, Response, abort, request, send_file
from markupsafe import Markup
from werkzeug.security import safe_join

from mms_core import here
from mms_core.tenancy.theme import (
    NATIONAL,
    Choice,
    ThemeRefused,
    stylesheet,
    theme_from_key,
    theme_key,
)

log = structlog.get_logger(__name__)

STATIC = Path(__file__).with_name("static")
HASHED = re.compile(r"\.[0-9a-f]{10}\.\w+$")
FOR_A_YEAR = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
SISTERS = (("br", ".br"), ("gzip", ".gz"))


def init_app(app: Flask) -> None:
    """Take over `/static/`, and give templates `asset()`, `theme_url()` and `icon_drawing()`."""
    if "static" in app.view_functions:
        app.view_functions["static"] = serve
    else:
        app.add_url_rule("/static/<path:filename>", "static", serve)
    app.add_url_rule("/static/theme/<key>.css", "theme", theme_css)
    app.jinja_env.globals.update(asset=asset, theme_url=theme_url, icon_drawing=icon_drawing)


def asset(name: str) -> str:
    """Give the address of a built file, such as `mms.css`; it may be kept for ever."""
    return f"{_root()}/static/{_manifest().get(name, name)}"


def theme_url(theme: Choice | None = None) -> str:
    """Give the address of a theme's style sheet; None is the national theme."""
    return f"{_root()}/static/theme/{theme_key(theme or NATIONAL)}.css"


def icon_drawing(name: str) -> Markup:
    """Give the inner drawing of an icon of tools/icons.txt; a dot for a name not on the list."""
    found = _icons().get(name) or _icons().get("circle-dot", "")
    return Markup(found)  # noqa: S704 - our own build's file, never a visitor's words


def serve(filename: str) -> Response:
    """Answer a file, in the best compression the browser takes."""
    found = safe_join(str(STATIC), filename)
    path = Path(found or "")
    kind = TYPES.get(path.suffix)
    if found is None or kind is None or not path.is_file():
        abort(404)
    encoding, body = _compressed(path)
    response = send_file(body, mimetype=kind, conditional=True, etag=True)
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = FOR_A_YEAR if HASHED.search(filename) else "no-cache"
    return response


def theme_css(key: str) -> Response:
    """Answer the style sheet that a theme's key describes: the same key is the same sheet."""
    try:
        css = stylesheet(theme_from_key(key))
    except ThemeRefused:
        abort(404)
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


def _compressed(path: Path) -> tuple[str, Path]:
    for encoding, suffix in SISTERS:
        sister = path.with_name(path.name + suffix)
        if request.accept_encodings[encoding] and sister.is_file():
            return encoding, sister
    return "", path


def _root() -> str:
    try:
        return here.asked().script_root
    except RuntimeError:  # outside of a request
        return ""


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    return _built("manifest.json")


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    return _built("icons.json")


def _built(name: str) -> dict[str, str]:
    """Read what the build wrote; without it pages still work, bare, and the log says what to do."""
    path = STATIC / "vendor" / name
    try:
        content: dict[str, str] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        log.warning("static.not_built", remedy="run python tools/assets.py")
        return {}
    return content
