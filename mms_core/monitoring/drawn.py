"""Draws a part of a page anew only when one of its words has changed.

A new case changes a line or two of a table of hundreds; the others are given as they were drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup

from mms_core.kept import Kept

KEY = "mms_ministry_parts"
MOST = 4000  # lines and tables of one process, of all filters and languages


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The parts of a page; `about` is all that its macros read besides what they are given."""

    about: Hashable

    def __call__(
        self, key: Hashable, words: Hashable, macro: Callable[..., str], *given: Any
    ) -> Markup:
        """Give a part; `words` are all that stands in it."""
        kept: Kept = current_app.extensions.setdefault(KEY, Kept(most=MOST))
        return kept.get((self.about, key), words, lambda: macro(*given))
