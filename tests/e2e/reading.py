"""What stands on a page for its reader: words of the wrong language, and the page's own name."""

from __future__ import annotations

import re

from running import FULL, Site
from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.i18n import LANGUAGES
from mms_core.people.demo import PEOPLE
from mms_core.platforms.models import Platform
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor.demo import FIRST_NAMES

# The page's own name and language.
NAMED = "() => [document.title, document.documentElement.lang]"
# Every piece of text that a reader sees or hears, with the language that its element claims.
PIECES = """() => {
  const pieces = [];
  const add = (element, text) => {
    const claims = element.closest("[lang]").lang;
    if (text && text.trim()) pieces.push([claims, text.trim()]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!holder.closest("script, style, code")) add(holder, walker.currentNode.data);
  }
  for (const element of document.querySelectorAll("[aria-label],[placeholder],[alt],[title]"))
    for (const name of ["aria-label", "placeholder", "alt", "title"])
      add(element, element.getAttribute(name));
  return pieces;
}"""
LATIN = re.compile(r"\b[A-Za-z]{4,}\b")
GEORGIAN = re.compile(r"[ა-ჰ]{2,}")
# Addresses, file names and names of things that are written with Latin letters in Georgian too.
NO_WORDS = re.compile(
    r"\{[a-z]+\}|\S+@\S+|https?://\S+|\S+\.(?:ge|example|jpg|pdf)\b|\b[A-Z]{3}-\d{4}-\S+|\w+_\w+|\w*\d\w*"
)
LATIN_NAMES = {
    "Aegis", "Authenticator", "Chrome", "DOCX", "English", "EUPL", "FreeOTP", "Google",
    "Atom", "DCAT", "Facebook", "Feed",
    "HeadlessChrome", "JPEG", "JSON", "Telegram", "Viber", "WhatsApp",
    "JavaScript", "Linux", "WCAG", "WebM", "WebP", "XLSX", "cookies",
    "SPAM", "core",  # axe-core
    "demo",  # the demo's password
    "Tskaltubo", "atlantis", "xxxx",  # what one may type, as an example and by this law
}  # fmt: skip


def foreign_words(pieces: list[list[str]], language: str, *, names: set[str]) -> list[str]:
    """List words in Latin letters on a Georgian page, Georgian ones on an English page."""
    found = []
    for claims, text in pieces:
        if claims == language:
            found += (LATIN if language == "ka" else GEORGIAN).findall(NO_WORDS.sub(" ", text))
    return sorted(set(found) - names - LATIN_NAMES)


def georgian_names(site: Site) -> set[str]:
    """Collect the names of people and places, which stay as they are written."""
    names = [LANGUAGES["ka"], "ნიმუშაძე", "ბექა", "ნანა", *FIRST_NAMES]
    for person in PEOPLE:
        names += [person.first_name, person.last_name]
    with site.app.app_context():
        database.bind(NATION)
        halls = tenancy.all_tenants()
        full = tenancy.by_slug(FULL)
        assert full is not None
        database.bind(full.id)
        names += db.session.scalars(select(Platform.name)).all()  # what a site is called
    for hall in halls:
        names += [hall.short_names["ka"], *(place["ka"] for place in hall.settlements)]
    return {word for name in names for word in GEORGIAN.findall(name)}


def untitled(title: str) -> list[str]:
    """Say what is wrong with the name of a page."""
    own, _dot, site = title.partition(" · ")
    return [] if own.strip() and site.strip() else [f"the title is {title!r}"]
