"""The one blueprint of the module; each file of views hangs its pages on it."""

from __future__ import annotations

from flask import Blueprint

from plugins.citizen_reception.models import NAME

pages = Blueprint(NAME, __name__)
