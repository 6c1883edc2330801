"""Reading modes and languages: kept in cookies that plain links set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from mms_core import here
from mms_core.addresses import safe_next
from mms_core.i18n import LANGUAGES, TRANSLATED, locale

COOKIE = "mms_mode"
MARK = "\ue000"  # stands for the page to come back to in parts that are kept
A_YEAR = 365 * 24 * 3600
WORDS = {"contrast": ("normal", "high"), "text": ("normal", "large")}


@dataclass(frozen=True, kw_only=True)
class Mode:
    """What a reader chose; the layout turns it into classes of the page."""

    contrast: bool = False
    text: bool = False

    @property
    def classes(self) -> str:
        """Name the classes of <html>."""
        chosen = (("high-contrast", self.contrast), ("large-text", self.text))
        return " ".join(name for name, on in chosen if on)

    @property
    def key(self) -> str:
        """Write the mode as the cookie's value; also good as part of a cache's key."""
        return ("c" if self.contrast else "") + ("t" if self.text else "")


def init_app(app: Flask) -> None:
    """Add the switch's address, and `mode` and `mode_url()` to every template."""
    app.add_url_rule("/mode", "mode", switch)
    app.context_processor(lambda: {"mode": current_mode()})
    app.jinja_env.globals.update(mode_url=mode_url, language_links=language_links)


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """A language that this page can be read in."""

    code: str
    name: str
    url: str
    current: bool


def language_links() -> list[LanguageLink]:
    """Give a link for Georgian, English and the hall's own languages; on national pages for all."""
    tenant = g.get("tenant")
    offered = {"ka", "en", locale(), *(tenant.languages if tenant else LANGUAGES)}
    back = quote(_come_back(), safe="/")
    return [
        LanguageLink(
            code=code,
            name=name,
            url=f"{request.script_root}/language/{code}?next={back}",
            current=code == locale(),
        )
        for code, name in LANGUAGES.items()
        if code in offered & TRANSLATED
    ]


def current_mode() -> Mode:
    """Read the reader's mode from the cookie, once a page."""
    given = here.given()
    if "reader_mode" not in given:
        sent = here.asked().cookies
        value = sent.get(COOKIE, "") if sent else ""
        given.reader_mode = Mode(contrast="c" in value, text="t" in value)
    found: Mode = given.reader_mode
    return found


def mode_url(**change: bool) -> str:
    """Give the link that changes one part (`contrast`, `text`) and comes back to this page."""
    query = {name: WORDS[name][int(on)] for name, on in change.items()}
    return f"{request.script_root}/mode?" + urlencode(query | {"next": _come_back()}, safe="/")


def _come_back() -> str:
    return str(g.get("come_back") or this_page())


def this_page() -> str:
    """Name the page to come back to: the present one, or its address when it was posted to."""
    now = here.asked()
    query = now.query_string.decode("utf-8", "replace")
    return f"{now.path}?{query}" if query and now.method == "GET" else now.path


def switch() -> Response:
    """Set or clear a mode and go back."""
    mode = current_mode()
    for name, (_, on) in WORDS.items():
        if name in request.args:
            mode = replace(mode, **{name: request.args[name] == on})
    response = redirect(safe_next(request.args.get("next")), 303)
    response.set_cookie(
        COOKIE, mode.key, max_age=A_YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response
