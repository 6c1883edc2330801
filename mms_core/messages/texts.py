"""The words of a message: a module's template in the person's language, and its HTML twin.

A template is `templates/<module>/messages/<name>.<language>.txt`; its first line is
`Subject: …`, then an empty line, then the text. Placeholders are Jinja's, in a sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import dates
from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from mms_core.i18n import LANGUAGES, TBILISI

FALLBACK = "ka"
SUBJECT = "Subject:"
FOOTER = "\n\n-- \n"  # by which mail programs know where a letter ends
LINK = re.compile(r"https?://[^\s<>\"'&]+(?:&amp;[^\s<>\"'&]+)*[^\s<>\"'&.,;:!?)\]]")


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message in words: one line of subject, the text, the same text as HTML."""

    subject: str
    text: str
    html: str
    language: str


def render(
    loader: BaseLoader,
    name: str,
    *,
    module: str,
    language: str,
    context: Mapping[str, Any],
    footer: str,
) -> Words:
    """Write a message of a module in a language, in Georgian where it has no such text.

    `loader` finds templates (the application's); `footer` is the hall's name. Raises
    TemplateNotFound, ValueError for a template without a subject, and UndefinedError
    for a placeholder that the context lacks: a half-filled letter is never sent.
    """
    source, found = _source(loader, f"{module}/messages/{name}", language)
    first, _newline, rest = source.partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"the message {module}/{name} ({found}) must begin with “{SUBJECT}”")
    values = dict(context)
    subject = _compiled(first.removeprefix(SUBJECT), found).render(values)
    text = _compiled(rest, found).render(values)
    return dressed(" ".join(subject.split()), text, footer=footer, language=found)


def dressed(subject: str, text: str, *, footer: str, language: str) -> Words:
    """Add the footer to a text and make its HTML twin."""
    body = re.sub(r"\n{3,}", "\n\n", text).strip()
    return Words(
        subject=subject,
        text=f"{body}{FOOTER}{footer}\n" if footer else f"{body}\n",
        html=html(body, title=subject, footer=footer, language=language),
        language=language,
    )


def html(text: str, *, title: str, footer: str, language: str) -> str:
    """Make simple HTML of a text: paragraphs, line breaks, links; everything else escaped."""
    body = [f"<p>{part}</p>" for part in paragraphs(text)]
    if footer:
        body.append(f"<hr><p>{escape(footer)}</p>")
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def paragraphs(text: str) -> list[Markup]:
    """Divide a text at its empty lines; escaped, with line breaks and links."""
    return [_linked(part) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _linked(paragraph: str) -> Markup:
    safe = str(escape(paragraph.strip()))
    linked = LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', safe)
    return Markup(linked.replace("\n", "<br>\n"))  # noqa: S704 - escaped two lines above


def _source(loader: BaseLoader, path: str, language: str) -> tuple[str, str]:
    for wanted in dict.fromkeys((language, FALLBACK)):
        try:
            source, _file, _fresh = loader.get_source(_environment(wanted), f"{path}.{wanted}.txt")
        except TemplateNotFound:
            continue
        return source.replace("\r\n", "\n"), wanted
    raise TemplateNotFound(f"{path}.{FALLBACK}.txt")


@lru_cache(maxsize=512)
def _compiled(source: str, language: str) -> Template:
    return _environment(language).from_string(source)


@lru_cache(maxsize=len(LANGUAGES))
def _environment(language: str) -> Environment:
    """Make the sandbox of a language: it can read values and format dates, nothing more."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    environment.filters["date"] = lambda value: _date(value, language)
    environment.filters["datetime"] = lambda value: _datetime(value, language)
    return environment


def _date(value: date | str, language: str) -> str:
    """Write a day: `5 დეკემბერი, 2026`; the outbox keeps days as ISO text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(TBILISI)
    return dates.format_date(moment, format="long", locale=language)


def _datetime(value: datetime | str, language: str) -> str:
    """Write a moment in Georgia's time."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    day = dates.format_date(moment.astimezone(TBILISI), format="long", locale=language)
    return f"{day}, {dates.format_time(moment, format='HH:mm', tzinfo=TBILISI, locale=language)}"
