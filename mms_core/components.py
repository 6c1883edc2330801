"""Gives every template the components: `{{ ui.button(_("Send")) }}`, one file per component.

Icons and tags are drawn here, for a list repeats them; all others are macros of `templates/ui/`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup, escape

from mms_core.static_files import icon_drawing

FOLDER = Path(__file__).parent / "templates" / "ui"
MACRO = re.compile(r"{%-?\s*macro\s+([a-z]\w*)")


class Components:
    """Finds a component's macro by its name, in whichever file of `templates/ui/` it lies."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._files = {
            macro: f"ui/{file.name}"
            for file in sorted(FOLDER.glob("*.html"))
            for macro in MACRO.findall(file.read_text("utf-8"))
        }

    def __getattr__(self, name: str) -> Any:
        if name not in self._files:
            raise AttributeError(f"no component {name!r} in mms_core/templates/ui/")
        macro = getattr(self._environment.get_template(self._files[name]).module, name)
        if not self._environment.auto_reload:
            self.__dict__[name] = macro
        return macro

    @staticmethod
    def icon(name: str, label: object = None) -> Markup:
        """Draw an icon: decoration beside a word, or, with a label, a picture that says it."""
        return _icon(name, None if label is None else str(label))

    @staticmethod
    def tag(word: object, tone: str = "neutral", icon: str | None = None) -> Markup:
        """Write a status: always a word; the tone (info, success, ...) only repeats it."""
        return _tag(str(escape(word)), tone, icon)


@lru_cache(maxsize=1024)
def _icon(name: str, label: str | None) -> Markup:
    says = 'aria-hidden="true"' if label is None else f'role="img" aria-label="{escape(label)}"'
    frame = f'<svg class="mms-icon" width="24" height="24" viewBox="0 0 24 24" {says}>'
    return Markup(frame) + icon_drawing(name) + Markup("</svg>")  # noqa: S704 - the label is escaped


@lru_cache(maxsize=1024)
def _tag(word: str, tone: str, icon: str | None) -> Markup:
    drawing = _icon(icon, None) if icon else ""
    text = f'<span class="ds-tag mms-tag is-{escape(tone)}">{drawing}{word}</span>'
    return Markup(text)  # noqa: S704 - the word came escaped


def init_app(app: Flask) -> None:
    """Put `ui` into every template and every component."""
    app.jinja_env.globals["ui"] = Components(app.jinja_env)
