"""The first page of the reception: every way that a citizen can go from here."""

from __future__ import annotations

from flask import g, render_template

from mms_core.page_cache import keep
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.models import NAME


@pages.get("/")
def index() -> str:
    """Show the ways: write, come with a group, read what is planned."""
    keep()
    return render_template(f"{NAME}/index.html", settings=g.module_settings)
