"""The clerk's front page: find any municipality, give something in for a citizen, track a case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for

from mms_core.cases import numbers
from mms_core.i18n import gettext as _
from mms_core.people.current import assisting, require
from mms_core.tenancy import finder, rules

pages = Blueprint("centre", __name__, url_prefix="/centre")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(pages)


@pages.get("/")
def index() -> Any:
    """Show the centre, the municipalities that fit, and the way to a case."""
    clerk = require("clerk")
    centre = rules.centre(assisting(clerk) or 0)
    query = request.args.get("q", "").strip()[:100]
    home = centre.municipality if centre else None
    found = finder.find(query, rules.known()).tenants if query else ()
    return render_template(
        "centre/index.html",
        centre=centre,
        query=query,
        tenants=[tenant for tenant in found if not tenant.merged] or ([home] if home else []),
        number=request.args.get("number", ""),
        wrong="",
    )


@pages.get("/case")
def track() -> Any:
    """Lead to a case by its number, whichever municipality it belongs to."""
    clerk = require("clerk")
    typed = request.args.get("number", "")[:40]
    number = numbers.read(typed)
    prefix = (number or "")[:3]
    tenant = next((t for t in rules.all_tenants() if t.case_prefix == prefix), None)
    if number and tenant:
        return redirect(url_for("cases.page", slug=tenant.slug, number=number), 303)
    return render_template(
        "centre/index.html",
        centre=rules.centre(assisting(clerk) or 0),
        query="",
        tenants=[],
        number=typed,
        wrong=_("This number is not right. Check each digit with the receipt."),
    ), 422
