"""Draws the picture by which an idea is shared: title, state and figures in the hall's colours.

1200 by 630 pixels, as Open Graph asks. Nothing is on it that the public page does not say, and the
author's name is left out: a picture travels further than a page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mms_core.papers import font_file
from mms_core.tenancy.theme import tokens

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT, EDGE = 1200, 630, 72  # px
HEAD, FOOT = 118, 96  # px, the band with the hall's name and the line with state and figures
SIZES = (64, 56, 50, 44)  # px of the title, the largest that fits
MOST_LINES = 5
LINE_HEIGHT = 1.32  # Georgian letters stand high and hang low
TOOTH = 24  # px of the carpet's zig-zag


@dataclass(frozen=True, kw_only=True)
class Card:
    """The words of a card, each in one line but the title."""

    hall: str
    title: str
    state: str
    facts: Sequence[str] = ()  # place and figures; the last ones go where there is no room


def draw(card: Card, theme: Any) -> bytes:
    """Draw the card and give it as PNG of few colours."""
    from PIL import Image, ImageDraw

    colours = tokens(theme)
    image = Image.new("RGB", (WIDTH, HEIGHT), colours["paper"])
    pen = ImageDraw.Draw(image)
    _head(pen, card, colours)
    _title(pen, card, colours)
    _foot(pen, card, colours)
    target = io.BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(target, "PNG")
    return target.getvalue()


def _head(pen: ImageDraw, card: Card, colours: dict[str, str]) -> None:
    pen.rectangle((0, 0, WIDTH, HEAD), fill=colours["primary"])
    for left in range(0, WIDTH, TOOTH):
        teeth = ((left, HEAD + TOOTH), (left + TOOTH / 2, HEAD + 4), (left + TOOTH, HEAD + TOOTH))
        pen.polygon(teeth, fill=colours["accent"])
    pen.rectangle((0, HEAD + TOOTH, WIDTH, HEAD + TOOTH + 3), fill=colours["accent"])
    face = _face(38, bold=True)
    words = cut(card.hall, face, width=WIDTH - 2 * EDGE)
    pen.text((EDGE, HEAD / 2), words, font=face, fill=colours["on-primary"], anchor="lm")


def _title(pen: ImageDraw, card: Card, colours: dict[str, str]) -> None:
    top, bottom = HEAD + TOOTH + 36, HEIGHT - FOOT - 24
    for size in SIZES:
        face, step = _face(size, bold=True), size * LINE_HEIGHT
        found = wrap(card.title, face, width=WIDTH - 2 * EDGE)
        if len(found) * step <= bottom - top:
            break
    most = min(MOST_LINES, int((bottom - top) // step))
    if len(found) > most:
        found = [*found[: most - 1], cut(" ".join(found[most - 1 :]), face, width=WIDTH - 2 * EDGE)]
    start = top + (bottom - top - len(found) * step) / 2 + step / 2
    for row, words in enumerate(found):
        place = (EDGE, start + row * step)
        pen.text(place, words, font=face, fill=colours["heading"], anchor="lm")


def _foot(pen: ImageDraw, card: Card, colours: dict[str, str]) -> None:
    top = HEIGHT - FOOT
    pen.rectangle((0, top, WIDTH, HEIGHT), fill=colours["tint-strong"])
    bold, plain, middle = _face(32, bold=True), _face(32), top + FOOT / 2
    pen.text((EDGE, middle), card.state, font=bold, fill=colours["heading"], anchor="lm")
    left = EDGE + bold.getlength(card.state) + 32
    facts = list(card.facts)
    while facts and plain.getlength(" · ".join(facts)) > WIDTH - EDGE - left:
        facts.pop()
    words = " · ".join(facts)
    pen.text((left, middle), words, font=plain, fill=colours["text"], anchor="lm")


def wrap(text: str, face: FreeTypeFont, *, width: float) -> list[str]:
    """Break a text into lines of at most `width` pixels; a word too long is broken itself."""
    found: list[str] = []
    line = ""
    for word in _fitting(text.split(), face, width=width):
        longer = f"{line} {word}" if line else word
        if face.getlength(longer) <= width:
            line = longer
        else:
            found.append(line)
            line = word
    return [*found, line] if line else found


def _fitting(words: Sequence[str], face: FreeTypeFont, *, width: float) -> list[str]:
    found = []
    for word in words:
        rest = word
        while face.getlength(rest) > width:
            size = max(
                n for n in range(1, len(rest)) if n == 1 or face.getlength(rest[:n]) <= width
            )
            found.append(rest[:size])
            rest = rest[size:]
        found.append(rest)
    return found


def cut(text: str, face: FreeTypeFont, *, width: float) -> str:
    """Shorten a text at a word so that it fits into one line, and say so by three dots."""
    words = text.split()
    if face.getlength(" ".join(words)) <= width:
        return " ".join(words)
    while len(words) > 1 and face.getlength(" ".join(words) + "…") > width:
        words.pop()
    return " ".join(words) + "…" if words else ""


@lru_cache(maxsize=16)
def _face(size: int, *, bold: bool = False) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file(bold=bold)), size)
