"""Shows what two texts do not share, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text: `same` in both, `out` only in the old one, `new` only in the new one."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Give the new text with what went and what came, in order."""
    left, right = PIECES.findall(old), PIECES.findall(new)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(kind="same", text="".join(right[c:d])))
            continue
        if a < b:
            found.append(Piece(kind="out", text="".join(left[a:b])))
        if c < d:
            found.append(Piece(kind="new", text="".join(right[c:d])))
    return found
