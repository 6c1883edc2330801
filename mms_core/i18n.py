"""Languages: Georgian first, English whole, three more for what citizens see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, redirect, request
from flask_babel import Babel, get_translations
from flask_babel import get_locale as _babel_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from mms_core import here
from mms_core.addresses import safe_next

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

__all__ = [
    "GEORGIAN", "LANGUAGES", "TBILISI", "gettext", "lang_of", "lazy_gettext", "lazy_ngettext",
    "locale", "marked", "ngettext", "spoken",
]  # fmt: skip

TBILISI = ZoneInfo("Asia/Tbilisi")
LANGUAGES: dict[str, str] = {
    "ka": "ქართული",
    "en": "English",
    "az": "Azərbaycanca",
    "hy": "Հայերեն",
    "ru": "Русский",
}
COOKIE = "mms_language"
CATALOGUES = Path(__file__).parent / "translations"
# English stands in the code; another language is offered once the core has its catalogue.
TRANSLATED = frozenset({"en", *(path.name for path in CATALOGUES.glob("*") if path.is_dir())})


def locale() -> str:
    """Give the two-letter language of this page or letter."""
    try:
        kept = here.given().get("_flask_babel")
    except RuntimeError:  # outside of any application
        return "ka"
    found = getattr(kept, "babel_locale", None)
    return str(found.language) if found else choose()  # nothing was said on this page yet


def _catalogue() -> Any:
    """Give the translations of the page's language; each is read once by an application."""
    try:
        kept: Any = vars(here.given())["_flask_babel"]
        chosen, found = kept.mms_catalogue
        if kept.babel_locale is chosen:
            return found
    except (AttributeError, KeyError):
        pass  # nothing was said on this page yet, or another language was chosen
    except RuntimeError:
        return ENGLISH
    all_of_them: dict[str, Any] = current_app.extensions.setdefault("mms_catalogues", {})
    language = str(_babel_locale())  # Babel keeps it for the page
    if language not in all_of_them:
        all_of_them[language] = get_translations()
    page = vars(here.given())["_flask_babel"]
    page.mms_catalogue = (page.babel_locale, all_of_them[language])
    return all_of_them[language]


ENGLISH = NullTranslations()
MOST_SAID = 8192  # messages that are kept ready for templates
GEORGIAN = re.compile("[ა-ჰ]")
PLACEHOLDER = re.compile(r"%\(")


def gettext(message: str, **values: Any) -> str:
    """Say a message in the page's language, with its placeholders filled."""
    said: str = _catalogue().ugettext(message)
    return said % values if values else said


@pass_eval_context
def said_on_page(escaped: EvalContext, message: str, **values: Any) -> str:
    """Say a message in a template, as Jinja's own `_` does; a page says some two hundred."""
    catalogue = _catalogue()
    if not escaped.autoescape:
        return str(catalogue.ugettext(message)) % values
    kept: dict[str, tuple[Markup, Markup | None]] = catalogue.__dict__.setdefault("mms_said", {})
    found = kept.get(message)
    if found is None:
        if len(kept) > MOST_SAID:
            kept.clear()
        said = _safe(catalogue.ugettext(message))
        found = kept[message] = (said, None if PLACEHOLDER.search(said) else said % {})
    said, plain = found
    return said % values if values or plain is None else plain


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Say a message about `num` things; the placeholder %(num)s is filled too."""
    said: str = _catalogue().ungettext(one, many, num)
    return said % ({"num": num} | values)


@pass_eval_context
def counted_on_page(escaped: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
    """Say a message about `num` things in a template; a list says the same few over and over."""
    if not escaped.autoescape:
        return ngettext(one, many, num, **values)
    catalogue = _catalogue()
    if values:
        return _safe(catalogue.ungettext(one, many, num)) % ({"num": num} | values)
    kept: dict[Any, Markup] = catalogue.__dict__.setdefault("mms_counted", {})
    key = (one, many, num, type(num))
    found = kept.get(key)
    if found is None:
        if len(kept) > MOST_SAID:
            kept.clear()
        found = kept[key] = _safe(catalogue.ungettext(one, many, num)) % {"num": num}
    return found


def _safe(words: str) -> Markup:
    return Markup(words)  # noqa: S704 - our own words


def lazy_gettext(message: str, **values: Any) -> Any:
    """Keep a message to be said later, in the language of the page that shows it."""
    return LazyString(gettext, message, **values)


def lazy_ngettext(one: str, many: str, num: int, **values: Any) -> Any:
    """Keep a message about `num` things to be said later."""
    return LazyString(ngettext, one, many, num, **values)


def choose() -> str:
    """Choose the language: forced for a letter, then the cookie, then Georgian."""
    given = here.given()
    if "language" in given:
        return str(given.language)
    sent = here.asked().cookies if has_request_context() else {}
    wanted = sent.get(COOKIE, "ka") if sent else "ka"
    return wanted if wanted in TRANSLATED else "ka"


def _chosen() -> Locale:
    return _read(choose())


@cache
def _read(language: str) -> Locale:
    """Read what Babel knows of a language; it parses a name anew for each page."""
    return Locale.parse(language)


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Say everything inside in one language: work for somebody whose page is not at hand."""
    before = g.get("language")
    g.language = language
    try:
        yield
    finally:
        if before is None:
            g.pop("language", None)
        else:
            g.language = before


def init_app(app: Flask, module_translations: list[Path]) -> None:
    """Set Babel up with the core's catalogue and those of the modules."""
    folders = ["translations", *(str(path) for path in module_translations)]
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", ";".join(folders))
    app.config["BABEL_DEFAULT_LOCALE"] = "ka"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Tbilisi"
    Babel(app, locale_selector=_chosen, timezone_selector=lambda: "Asia/Tbilisi")
    # Babel's own functions ask for the language anew at each word; ours ask once for each message.
    environment: Any = app.jinja_env
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)
    environment.said = said_on_page
    environment.globals.update(_=said_on_page, ngettext=counted_on_page)
    app.add_url_rule("/language/<code>", "language", set_language)


def lang_of(text: str | None) -> Markup:
    """Mark Georgian words on a page of another language; nothing where the languages agree."""
    if locale() != "ka" and GEORGIAN.search(text or ""):
        return Markup(' lang="ka"')
    return Markup()


def marked(text: str | None) -> Markup | str:
    """Give words as they are, in an element of their own where the page has another language."""
    attribute = lang_of(text)
    return Markup("<span{}>{}</span>").format(attribute, text) if attribute else text or ""


def set_language(code: str) -> Response:
    """Remember the language that a plain link has chosen and go back to the page."""
    answer: Response = redirect(safe_next(request.args.get("next")))
    if code in TRANSLATED:
        answer.set_cookie(COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer


def words(text: Any) -> str:
    """Turn a lazy translation into words of the page's language."""
    return str(text)
