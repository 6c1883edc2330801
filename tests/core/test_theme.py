"""Whatever two colours a hall chooses, its pages can be read."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path

import pytest
from coloraide import Color

from mms_core.tenancy.colour import Oklch, contrast, from_hex, to_hex
from mms_core.tenancy.files import load
from mms_core.tenancy.theme import (
    CHECKS,
    HEADERS,
    HIGH_CONTRAST,
    NATIONAL,
    Theme,
    ThemeRefused,
    high_contrast_tokens,
    problems,
    stylesheet,
    theme_from_key,
    theme_key,
    tokens,
)

TOKENS_CSS = Path(__file__).parents[2] / "mms_core" / "static" / "css" / "tokens.css"
MODES_CSS = TOKENS_CSS.with_name("modes.css")


def every_colour() -> list[str]:
    """Give colours all over the cube, white, black and every grey among them."""
    made = []
    for hue in range(0, 360, 20):
        for saturation in (0.0, 0.5, 1.0):
            for value in (0.0, 0.3, 0.6, 1.0):
                parts = colorsys.hsv_to_rgb(hue / 360, saturation, value)
                made.append("#" + "".join(f"{round(part * 255):02x}" for part in parts))
    return sorted(set(made))


@pytest.mark.parametrize("header", HEADERS)
def test_no_colour_makes_an_unreadable_page(header: str) -> None:
    colours = every_colour()
    for primary, accent in zip(colours, reversed(colours), strict=True):
        theme = Theme(primary=primary, accent=accent, header=header)
        assert problems(tokens(theme)) == []
        assert problems(high_contrast_tokens(theme), least=HIGH_CONTRAST) == []


def test_every_municipality_has_a_theme_that_passes() -> None:
    tenants = load()
    assert len(tenants) == 51
    for tenant in tenants:
        assert ":root{" in stylesheet(tenant.theme)


def test_a_good_colour_is_left_as_the_hall_gave_it() -> None:
    assert tokens(Theme(primary="#7a1f3a", accent="#b7791f"))["primary"] == "#7a1f3a"


def test_a_burgundy_hall_gets_no_pink_paper() -> None:
    tint = from_hex(tokens(Theme(primary="#7a1f3a", accent="#b7791f"))["tint"])
    assert 60 < tint.hue < 110


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"primary": "burgundy"}, "colour"),
        ({"accent": "#12345"}, "colour"),
        ({"header": "glass"}, "header"),
        ({"corner": "wavy"}, "corner"),
        ({"band": "tartan"}, "band"),
    ],
)
def test_a_theme_that_cannot_be_is_refused_with_the_remedy(
    change: dict[str, str], word: str
) -> None:
    parts = {"primary": "#7a1f3a", "accent": "#b7791f"} | change
    with pytest.raises(ThemeRefused, match=word):
        tokens(Theme(**parts))


def test_a_set_that_fails_is_named_pair_by_pair() -> None:
    bad = tokens(NATIONAL) | {"text": "#bbbbbb"}
    assert any(line.startswith("text on paper: 1.9, needs 7") for line in problems(bad))


def test_a_theme_survives_its_address() -> None:
    assert theme_from_key(theme_key(NATIONAL)) == NATIONAL
    for bad in ("", "x", theme_key(NATIONAL).replace("solid", "glass"), "../../etc/passwd"):
        with pytest.raises(ThemeRefused):
            theme_from_key(bad)


@pytest.mark.parametrize("value", every_colour()[::7])
def test_our_arithmetic_agrees_with_the_library(value: str) -> None:
    ours, theirs = from_hex(value), Color(value).convert("oklch")
    assert ours.lightness == pytest.approx(theirs["lightness"], abs=1e-4)
    assert ours.chroma == pytest.approx(theirs["chroma"], abs=1e-4)
    assert contrast(value, "#ffffff") == pytest.approx(Color(value).contrast("white"), abs=0.01)
    assert to_hex(ours) == value


def test_a_colour_outside_the_screen_keeps_its_lightness() -> None:
    shown = from_hex(to_hex(Oklch(lightness=0.6, chroma=0.4, hue=150)))
    assert shown.lightness == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize(("sheet", "least"), [(TOKENS_CSS, 4.5), (MODES_CSS, 7.0)])
def test_status_colours_can_be_read_on_their_tint(sheet: Path, least: float) -> None:
    found = dict(re.findall(r"--mms-([a-z-]+): (#[0-9a-f]{3,6});", sheet.read_text("utf-8")))
    full = {k: v if len(v) == 7 else "#" + "".join(2 * c for c in v[1:]) for k, v in found.items()}
    for tone in ("info", "success", "warning", "danger", "neutral"):
        assert contrast(full[tone], full[f"{tone}-tint"]) >= least
        assert contrast(full[f"{tone}-edge"], "#ffffff") >= 3
    assert {front for front, _, _ in CHECKS} >= {"text", "link", "subtle", "on-primary"}
