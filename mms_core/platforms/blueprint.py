"""The blueprint on which the hall's pages of platforms hang."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("platforms", __name__, url_prefix="/<slug>/desk/platforms")
