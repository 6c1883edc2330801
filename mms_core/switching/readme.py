"""Shows a module's README and pictures to the operator: Markdown cleaned, under our headings."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

import nh3
from markupsafe import Markup

from mms_core.i18n import GEORGIAN
from mms_core.modules import Loaded

LOWER_BY = 2  # the page has the first two levels of headings
TAGS = {
    "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td", "hr", "br",
}  # fmt: skip
TABLE = {"ka": "ცხრილი", "en": "Table"}  # in the language of the README, not of the page


PICTURES = "pictures"  # the folder beside the README
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 200_000  # bytes of a picture


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture that a page can show, with its size in px."""

    file: str
    alt: str
    width: int
    height: int


def pictures(loaded: Loaded) -> list[Shown]:
    """List a module's pictures that are there; `mms check-module` names those that are not."""
    found = []
    for name, alt in loaded.module.pictures:
        path = loaded.folder / PICTURES / name
        if not unfit(path):
            with path.open("rb") as file:  # a PNG says its size at its beginning
                width, height = struct.unpack(">II", file.read(24)[16:])
            found.append(Shown(file=name, alt=str(alt), width=width, height=height))
    return found


def unfit(path: Path) -> str:
    """Say why a picture cannot be shown; nothing when it can."""
    if path.suffix != ".png" or path.parent.name != PICTURES:
        return "is no PNG in the folder pictures"
    if not path.is_file():
        return "is not there"
    if path.stat().st_size > LARGEST:
        return f"has more than {LARGEST // 1000} kB"
    with path.open("rb") as file:
        return "" if len(head := file.read(24)) == 24 and head.startswith(PNG) else "is damaged"


@dataclass(frozen=True, kw_only=True)
class Readme:
    """What the operator reads, and in which language it is."""

    html: Markup
    language: str


def readme(folder: Path, language: str) -> Readme | None:
    """Give README.<language>.md of a module's folder, or README.md; None where there is none."""
    for name in (f"README.{language}.md", "README.md"):
        path = folder / name
        if path.is_file():
            return _rendered(path, path.stat().st_mtime_ns)
    return None


@lru_cache(maxsize=64)
def _rendered(path: Path, _written_at: int) -> Readme:
    text = path.read_text(encoding="utf-8")
    language = "ka" if GEORGIAN.search(text) else "en"
    return Readme(html=render(text, language=language), language=language)


def render(text: str, *, language: str) -> Markup:
    """Turn Markdown into safe HTML whose headings begin at the third level."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + LOWER_BY, 6)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
    return Markup(_framed(clean, language=language))  # noqa: S704 - nh3 has just cleaned it


def _framed(html: str, *, language: str) -> str:
    """Let a wide table scroll in a frame of its own, which the keyboard reaches."""
    numbers = count(1)

    def frame(_found: re.Match[str]) -> str:
        label = f"{TABLE[language]} {next(numbers)}"
        return (
            f'<div class="mms-scroll" role="region" aria-label="{label}" tabindex="0">'
            '<table class="ds-table mms-table is-dense">'
        )

    return re.sub("<table>", frame, html).replace("</table>", "</table></div>")
