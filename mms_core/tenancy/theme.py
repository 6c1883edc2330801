"""A hall's look from two colours: whatever a clerk types, the page stays readable.

Lightness is solved for the contrast that each role needs, hue and as much chroma as possible are
kept. Every set is checked once more before it leaves this file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from mms_core.tenancy.colour import Oklch, contrast, from_hex, to_hex

HEADERS = ("solid", "light")
CORNERS = {
    "sharp": (0, 0, 0),
    "soft": (4, 8, 12),
    "round": (10, 16, 24),
}  # control, card, panel: px
BANDS = ("zigzag", "diamonds", "steps", "waves", "crosses", "plain")
WHITE = "#ffffff"
BLACK = "#000000"
_PINK_BEGINS, _PINK_ENDS, _SAND = 325.0, 50.0, 80.0  # degrees of hue


class ThemeRefused(ValueError):  # noqa: N818 - reads as what happened, like Refused
    """A theme that cannot be used; the message names the part and the remedy."""


class Choice(Protocol):
    """Anything that names the five parts of a theme: a Theme, or a municipality's file."""

    @property
    def primary(self) -> str: ...  # noqa: D102 - the dataclass below says it
    @property
    def accent(self) -> str: ...  # noqa: D102
    @property
    def header(self) -> str: ...  # noqa: D102
    @property
    def corner(self) -> str: ...  # noqa: D102
    @property
    def band(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Theme:
    """What a municipality chooses: two colours, header, corners and the carpet band."""

    primary: str
    accent: str
    header: str = "solid"
    corner: str = "soft"
    band: str = "zigzag"


# For `/`, `/my/`, `/centre/` and `/ministry/`: deep blue-green and the gold of old enamel.
NATIONAL = Theme(primary="#1d4b5c", accent="#c9973b", header="solid", corner="soft", band="crosses")

# (foreground, background, least contrast): WCAG 2.2 with the margins of our visual language.
CHECKS = (
    ("text", "paper", 7.0), ("text", "tint", 7.0), ("text", "tint-strong", 7.0),
    ("heading", "paper", 7.0), ("heading", "tint", 7.0),
    ("subtle", "paper", 4.5), ("subtle", "tint", 4.5), ("subtle", "tint-strong", 4.5),
    ("link", "paper", 4.5), ("link", "tint", 4.5), ("link", "tint-strong", 4.5),
    ("on-primary", "primary", 4.5), ("on-primary", "primary-strong", 4.5),
    ("header-text", "header", 4.5), ("header-subtle", "header", 4.5),
    ("primary", "paper", 3.0), ("border", "paper", 3.0), ("border", "tint", 3.0),
    ("mark", "paper", 3.0), ("mark", "tint", 3.0), ("band", "header", 3.0),
    *((f"scale-{step}-text", f"scale-{step}", 4.5) for step in range(1, 6)),
)  # fmt: skip
HIGH_CONTRAST = 7.0


def tokens(theme: Choice) -> dict[str, str]:
    """Give every `--mms-*` colour of a theme, name to `#rrggbb`; ThemeRefused when it cannot be."""
    primary, accent = _read(theme)
    hue = primary.hue
    tint_hue = _SAND if hue > _PINK_BEGINS or hue < _PINK_ENDS else hue  # a burgundy tint is pink
    tint_chroma = min(primary.chroma, 0.008)
    tint = Oklch(lightness=0.974, chroma=tint_chroma, hue=tint_hue)
    strong = replace(tint, lightness=0.935, chroma=tint_chroma * 1.6)
    floor = to_hex(strong)
    button = _darken(primary, against=WHITE, least=5.2)
    base = from_hex(button)
    calm = replace(base, lightness=min(base.lightness, 0.37), chroma=base.chroma * 0.9)
    deep = _darken(calm, against=WHITE, least=8.5)
    found = {
        "paper": WHITE,
        "tint": to_hex(tint),
        "tint-strong": floor,
        "line": to_hex(replace(tint, lightness=0.885, chroma=tint_chroma * 1.8)),
        "text": to_hex(Oklch(lightness=0.25, chroma=min(primary.chroma, 0.014), hue=hue)),
        "subtle": _darken(_grey(primary, 0.5), against=floor, least=5.0),
        "border": _darken(_grey(primary, 0.62), against=floor, least=3.4),
        "heading": _darken(replace(base, lightness=0.36), against=floor, least=8.5),
        "link": _darken(base, against=floor, least=5.2),
        "primary": button,
        "primary-strong": to_hex(replace(base, lightness=base.lightness * 0.84)),
        "on-primary": WHITE,
        "accent": to_hex(accent),
        "accent-tint": to_hex(replace(accent, lightness=0.955, chroma=min(accent.chroma, 0.035))),
        "mark": _darken(accent, against=floor, least=3.2),
        "deep": deep,
    }
    return _checked(found | _header(theme, found) | _scale(base), least=0.0)


def high_contrast_tokens(theme: Choice) -> dict[str, str]:
    """Give the same names for high contrast: black on white, every text at least 7:1."""
    primary, accent = _read(theme)
    strong = _darken(primary, against=WHITE, least=9.5)
    grounds = dict.fromkeys(("paper", "tint", "tint-strong", "accent-tint"), WHITE)
    texts = dict.fromkeys(("text", "heading", "border", "line"), BLACK)
    found = grounds | texts | {
        "subtle": "#1c1c1c",
        "link": strong,
        "primary": strong,
        "primary-strong": BLACK,
        "on-primary": WHITE,
        "accent": to_hex(accent),
        "mark": _darken(accent, against=WHITE, least=7.5),
        "deep": BLACK,
    }  # fmt: skip
    light = theme.header == "light"
    found["header"], found["header-text"] = (WHITE, BLACK) if light else (BLACK, WHITE)
    found |= dict.fromkeys(("header-subtle", "header-line", "band"), found["header-text"])
    steps = (WHITE, "#dddddd", "#bbbbbb", "#3d3d3d", BLACK)
    for step, colour in enumerate(steps, 1):
        found[f"scale-{step}"] = colour
        found[f"scale-{step}-text"] = _better(colour)
    return _checked(found, least=HIGH_CONTRAST)


def problems(found: dict[str, str], *, least: float = 0.0) -> list[str]:
    """Name each pair that fails its contrast; `least` raises the bar for every pair."""
    return [
        f"{front} on {back}: {contrast(found[front], found[back]):.1f}, needs {max(need, least):g}"
        for front, back, need in CHECKS
        if contrast(found[front], found[back]) < max(need, least)
    ]


@lru_cache(maxsize=256)
def stylesheet(theme: Choice) -> str:
    """Write the CSS of a theme: its tokens, and those for readers who chose high contrast."""
    control, card, panel = CORNERS.get(theme.corner, CORNERS["soft"])
    radii = f"--mms-radius-s:{control}px;--mms-radius-m:{card}px;--mms-radius-l:{panel}px;"
    return (
        f":root{{{_declare(tokens(theme))}{radii}}}\n"
        f":root.high-contrast{{{_declare(high_contrast_tokens(theme))}}}\n"
    )


def theme_key(theme: Choice) -> str:
    """Write a theme as the word that stands in its style sheet's address."""
    colours = f"{theme.primary[1:]}-{theme.accent[1:]}".lower()
    return f"{colours}-{theme.header}-{theme.corner}-{theme.band}-{_version()}"


def theme_from_key(key: str) -> Theme:
    """Read what `theme_key` wrote; ThemeRefused for anything else."""
    parts = re.fullmatch(r"([0-9a-f]{6})-([0-9a-f]{6})-(\w+)-(\w+)-(\w+)-[0-9a-f]{6}", key)
    if not parts:
        raise ThemeRefused("no such theme")
    primary, accent, header, corner, band = parts.groups()
    theme = Theme(
        primary=f"#{primary}", accent=f"#{accent}", header=header, corner=corner, band=band
    )
    _read(theme)
    return theme


@lru_cache(maxsize=1)
def _version() -> str:
    """Name this code, so that a browser never keeps a sheet that an older release wrote."""
    files = (Path(__file__), Path(__file__).with_name("colour.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:6]


def _read(theme: Choice) -> tuple[Oklch, Oklch]:
    for part, value, allowed in (
        ("header", theme.header, HEADERS),
        ("corner", theme.corner, tuple(CORNERS)),
        ("band", theme.band, BANDS),
    ):
        if value not in allowed:
            raise ThemeRefused(f"{part} is {value!r}; choose one of: {', '.join(allowed)}")
    try:
        return from_hex(theme.primary), from_hex(theme.accent)
    except ValueError as problem:
        raise ThemeRefused(str(problem)) from problem


def _header(theme: Choice, found: dict[str, str]) -> dict[str, str]:
    if theme.header == "light":
        keys = ("paper", "heading", "subtle", "line")
    else:
        keys = ("deep", "on-primary", "tint-strong", "primary")
    names = ("header", "header-text", "header-subtle", "header-line")
    header = {name: found[key] for name, key in zip(names, keys, strict=True)}
    return header | {"band": _band(found["accent"], header["header"])}


def _band(accent: str, header: str) -> str:
    """Take the accent into the carpet band: darker on a light header, lighter on a deep one."""
    if contrast(header, WHITE) < contrast(header, BLACK):
        return _darken(from_hex(accent), against=header, least=3.2)
    return _lighten(from_hex(accent), against=header, least=3.2)


def _scale(base: Oklch) -> dict[str, str]:
    """Five steps of one hue for maps, the middle kept light enough for dark figures."""
    steps: dict[str, str] = {}
    for step, lightness in enumerate((0.955, 0.88, 0.78, 0.47, 0.33), 1):
        softness = (0.12, 0.3, 0.5, 0.85, 0.95)[step - 1]
        colour = Oklch(lightness=lightness, chroma=base.chroma * softness, hue=base.hue)
        steps[f"scale-{step}"] = to_hex(colour)
        steps[f"scale-{step}-text"] = _better(to_hex(colour))
    return steps


def _better(ground: str) -> str:
    return max((WHITE, "#16181b"), key=lambda text: contrast(text, ground))


def _grey(colour: Oklch, lightness: float) -> Oklch:
    return Oklch(lightness=lightness, chroma=min(colour.chroma, 0.018), hue=colour.hue)


def _darken(colour: Oklch, *, against: str, least: float) -> str:
    """Lower the lightness, and nothing else, until the contrast is reached."""
    lightness = colour.lightness
    while lightness > 0:
        value = to_hex(replace(colour, lightness=lightness))
        if contrast(value, against) >= least:
            return value
        lightness -= 0.01
    return BLACK


def _lighten(colour: Oklch, *, against: str, least: float) -> str:
    lightness = colour.lightness
    while lightness < 1:
        value = to_hex(replace(colour, lightness=lightness))
        if contrast(value, against) >= least:
            return value
        lightness += 0.01
    return WHITE


def _checked(found: dict[str, str], *, least: float) -> dict[str, str]:
    if failed := problems(found, least=least):
        raise ThemeRefused("these colours cannot be read: " + "; ".join(failed))
    return found


def _declare(found: dict[str, str]) -> str:
    return "".join(f"--mms-{name}:{value};" for name, value in found.items())
