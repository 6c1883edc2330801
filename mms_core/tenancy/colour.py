"""Colour arithmetic for themes: OKLCH and contrast, in the few lines that the web worker needs.

Written here because the library for it costs a worker 18 MB; the tests hold it against coloraide.
Sources: Björn Ottosson, "A perceptual color space for image processing" (2020); WCAG 2.2, 1.4.3.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

Triple = tuple[float, float, float]
HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)

_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@dataclass(frozen=True, kw_only=True)
class Oklch:
    """A colour by lightness (0-1), chroma (0-0.37) and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float


def contrast(one: str, other: str) -> float:
    """Say how well two `#rrggbb` colours are told apart: 1 to 21, by WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def from_hex(value: str) -> Oklch:
    """Read `#rrggbb`; anything else is a ValueError."""
    lms = [math.cbrt(part) for part in _multiply(_TO_LMS, _linear(value))]
    lightness, a, b = _multiply(_TO_LAB, (lms[0], lms[1], lms[2]))
    hue = math.degrees(math.atan2(b, a)) % 360
    return Oklch(lightness=lightness, chroma=math.hypot(a, b), hue=hue)


def to_hex(colour: Oklch) -> str:
    """Write `#rrggbb`, with as much of the chroma as a screen can show at that lightness."""
    low, high = 0.0, colour.chroma
    if _fits(_screen(colour, high)):
        low = high
    while high - low > 0.0005:
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(_screen(colour, middle)) else (low, middle)
    return "#" + "".join(f"{_channel(part):02x}" for part in _screen(colour, low))


def _linear(value: str) -> Triple:
    if not HEX.fullmatch(value):
        raise ValueError(f"{value!r} is not a colour like #7b1e36")
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return red, green, blue


def _luminance(value: str) -> float:
    red, green, blue = _linear(value)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _multiply(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    # Written out: a start solves the colours of every municipality, thirty thousand times this.
    (a, b, c), (d, e, f), (g, h, i) = matrix
    x, y, z = vector
    return a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z


def _screen(colour: Oklch, chroma: float) -> Triple:
    angle = math.radians(colour.hue)
    lab = (colour.lightness, chroma * math.cos(angle), chroma * math.sin(angle))
    long, medium, short = _multiply(_FROM_LAB, lab)
    return _multiply(_FROM_LMS, (long**3, medium**3, short**3))


def _fits(linear: Triple) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in linear)


def _channel(linear: float) -> int:
    part = min(max(linear, 0.0), 1.0)
    curved = part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return round(curved * 255)
