"""Gives every template the components: `{{ ui.button(_("Send")) }}`, one file per component."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment

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
        return getattr(self._environment.get_template(self._files[name]).module, name)


def init_app(app: Flask) -> None:
    """Put `ui` into every template and every component."""
    app.jinja_env.globals["ui"] = Components(app.jinja_env)
