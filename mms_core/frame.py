"""Keeps the header and footer, for they are the same on page after page.

A third of a page's time went into them. The key holds everything they show but the address to
come back to, which is put in afterwards. A page may keep a part of its own likewise (`kept`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g
from markupsafe import Markup

from mms_core import here
from mms_core.i18n import locale
from mms_core.kept import Kept
from mms_core.modes import MARK, current_mode, this_page

SIZE, OF_PEOPLE = 1024, 32  # of strangers, who share them, and of people signed in
HERE = "\ue001"  # stands for the present page in the address for feedback


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the frame with the municipality that it shows."""

    tenant: Any
    html: str


def init_app(app: Flask) -> None:
    """Give the layout `frame(part, ...)` and `in_trial()`."""
    app.extensions.update(mms_frame=OrderedDict(), mms_frame_of_people=OrderedDict())
    app.extensions["mms_parts"] = Kept(most=SIZE)
    app.jinja_env.globals.update(frame=frame, kept=kept_part, in_trial=in_trial)


def frame(part: str, **given: Any) -> Markup:
    """Give a part of the frame, a component's name.

    For people who are signed in it is kept by who they are, their session and the very page: the
    one they work at comes again and again.
    """
    person = given.get("person")
    of_whom, most = ("mms_frame", SIZE) if person is None else ("mms_frame_of_people", OF_PEOPLE)
    kept: OrderedDict[tuple[Any, ...], Part] = here.application().extensions[of_whom]
    path, feedback = _quoted(here.asked().path), given.get("feedback_url") or ""
    if feedback.endswith(path):
        given["feedback_url"] = feedback.removesuffix(path) + HERE
    whose = () if person is None else (person, path)
    key, tenant = (*_key(part, given), *whose), given.get("tenant")
    found = kept.get(key)
    if found is None or (found.tenant is not tenant and found.tenant != tenant):
        g.come_back = MARK
        found = kept[key] = Part(tenant=tenant, html=_draw(part, given))
        del g.come_back
        if len(kept) > most:
            kept.popitem(last=False)
    html = found.html.replace(_quoted(MARK), _quoted(this_page())).replace(HERE, path)
    return Markup(html)  # noqa: S704 - an encoded address


@lru_cache(maxsize=SIZE)
def _quoted(address: str) -> str:
    """Quote an address once: header and footer both show it."""
    return quote(address)


def kept_part(draw: Callable[[], str], *shown: Any) -> Markup:
    """Give what a macro draws, kept for the next page that shows the same.

    `shown` is everything that it shows but the words of the language and of the municipality: its
    macro's name, and values of which two that are equal are written alike.
    """
    parts: Kept = here.application().extensions["mms_parts"]
    tenant = here.given().get("tenant")
    slug = tenant.slug if tenant else ""
    key = (here.asked().script_root, slug, locale(), current_mode().key, repr(shown))
    return parts.get(key, None, draw)


def in_trial() -> bool:
    """Say whether this is the page of a module that the hall is only trying out."""
    page = here.given()
    now = page.get("tenant_modules", {}).get(page.get("module"))
    return now is not None and now.state == "trial"


def _draw(part: str, given: dict[str, Any]) -> str:
    return str(getattr(current_app.jinja_env.globals["ui"], part)(**given))


def _key(part: str, given: dict[str, Any]) -> tuple[Any, ...]:
    items: Sequence[Any] = given.get("navigation") or ()
    asked = here.asked()
    path = asked.path
    links = tuple(
        (str(item.title), item.url, path.startswith(item.url), getattr(item, "current", None))
        for item in items
    )
    tenant = given.get("tenant")
    slug = tenant.slug if tenant else ""
    at_home = path in {"/", f"/{slug}/"}
    words = (part, slug, locale(), current_mode().key, asked.script_root, at_home)
    return (*words, given["site"], given["home"], given.get("feedback_url"), links)
