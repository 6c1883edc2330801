"""Makes the two fonts that paper and pictures are set in: all scripts in one file, at one weight.

A PDF and a drawn picture cannot pick among cuts of a variable font as a browser does. The Open Font
License lets a changed font be passed on under another name, which it gets here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

FAMILY = "MMS Paper"
WEIGHTS = {400: "Regular", 700: "Bold"}
PARTS = (
    ("noto-sans", "latin"),
    ("noto-sans-georgian", "georgian"),
    ("noto-sans", "latin-ext"),
    ("noto-sans", "cyrillic"),
    ("noto-sans-armenian", "armenian"),
)


def build_paper_fonts(packages: Path, target: Path) -> None:
    """Write paper-400.ttf and paper-700.ttf, about 240 kB each, from the packages' cuts."""
    target.mkdir(parents=True, exist_ok=True)
    for weight, style in WEIGHTS.items():
        merged = _merged(packages, target, weight=weight)
        _rename(merged, style)
        merged.save(target / f"paper-{weight}.ttf")


def _merged(packages: Path, target: Path, *, weight: int) -> Any:
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    parts = []
    for package, script in PARTS:
        source = packages / package / "files" / f"{package}-{script}-wght-normal.woff2"
        part = instancer.instantiateVariableFont(TTFont(source), {"wght": weight})
        part.flavor = None
        parts.append(target / f"{package}-{script}.part")
        part.save(parts[-1])
    merged = Merger().merge([str(part) for part in parts])
    for part in parts:
        part.unlink()
    return merged


def _rename(font: Any, style: str) -> None:
    """Give the font its own name and keep the copyright and the licence inside it."""
    names = font["name"]
    for number in (16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    for number, words in (
        (1, FAMILY),
        (2, style),
        (3, f"{FAMILY} {style}"),
        (4, f"{FAMILY} {style}"),
        (6, f"MMSPaper-{style}"),
    ):
        names.removeNames(nameID=number)
        names.setName(words, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400
    font["OS/2"].fsSelection = 0x20 if style == "Bold" else 0x40
    font["head"].macStyle = 1 if style == "Bold" else 0
