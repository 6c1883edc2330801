"""The one blueprint of the module; each file of views hangs its pages on it."""

from __future__ import annotations

from flask import Blueprint

from plugins.your_idea_to_mayor.models import NAME

pages = Blueprint(NAME, __name__)
