"""The clerk's pages: find a municipality, file for a citizen, track a case, read the log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for

from mms_core.cases import numbers
from mms_core.centre import rules as centres
from mms_core.clock import local_day
from mms_core.contributions import CaseType
from mms_core.db import bind
from mms_core.errors import NotFound
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person, assisting, require
from mms_core.switching.rules import switched
from mms_core.tenancy import finder, rules

pages = Blueprint("centre", __name__, url_prefix="/centre")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(pages)


@pages.get("/")
def index() -> Any:
    """Show the centre, the municipalities that fit, and the way to a case."""
    clerk = require("clerk")
    return _index(clerk, query=request.args.get("q", "").strip()[:100])


def _index(clerk: Person, *, query: str = "", number: str = "", wrong: str = "") -> str:
    centre = rules.centre(assisting(clerk) or 0)
    home = centre.municipality if centre else None
    found = finder.find(query, rules.known()).tenants if query else ()
    today = centres.lines(assisting(clerk) or 0, local_day(datetime.now(UTC)))
    return render_template(
        "centre/index.html",
        centre=centre,
        query=query,
        tenants=[tenant for tenant in found if not tenant.merged] or ([home] if home else []),
        number=number,
        wrong=wrong,
        lines=[_line(row) for row in today if row.what == "filed"],
    )


def _line(row: Any) -> dict[str, Any]:
    hall, loaded = rules.by_id(row.municipality), registry().loaded.get(row.module)
    filed = _("Filed for a citizen") if row.what == "filed" else _("Looked up")
    return {
        "at": row.at,
        "what": filed,
        "number": row.number,
        "hall": hall.name if hall else "",
        "module": loaded.module.title if loaded else "",
        "clerk": row.clerk_name,
        "url": url_for("cases.page", slug=hall.slug, number=row.number) if hall else "",
    }


@pages.get("/for/<hall>")
def for_hall(hall: str) -> str:
    """List what can be filed for a citizen with one municipality."""
    require("clerk")
    tenant = rules.by_slug(hall)
    if tenant is None or tenant.merged:
        raise NotFound
    bind(tenant.id)
    return render_template("centre/for_hall.html", hall=tenant, forms=intakes(tenant))


def intakes(tenant: Any) -> list[dict[str, Any]]:
    """List the forms by which modules that take something new here let a clerk file."""
    now = switched(tenant.id)
    found = []
    for name, loaded in registry().loaded.items():
        if name in now and now[name].takes_new and now[name].state != "trial":
            types: list[CaseType] = [t for t in loaded.case_types if t.intake_endpoint]
            found += [
                {
                    "title": loaded.module.title,
                    "summary": loaded.module.summary,
                    "icon": loaded.module.icon,
                    "url": url_for(str(kind.intake_endpoint), slug=tenant.slug),
                }
                for kind in types
            ]
    return found


@pages.get("/case")
def track() -> Any:
    """Lead to a case by its number and key, whichever municipality it belongs to."""
    clerk = require("clerk")
    typed, key = request.args.get("number", "")[:40], request.args.get("key", "").strip()[:40]
    number = numbers.read(typed)
    prefix = (number or "")[:3]
    tenant = next((t for t in rules.all_tenants() if t.case_prefix == prefix), None)
    if number and tenant:
        centres.tracked(clerk, number=number, municipality=tenant.id)
        way = url_for("cases.page", slug=tenant.slug, number=number, key=key or None)
        return redirect(way, 303)
    wrong = _("This number is not right. Check each digit with the receipt.")
    return _index(clerk, number=typed, wrong=wrong), 422


@pages.get("/log")
def log() -> str:
    """Show the clerk their own day, or their centre's."""
    clerk = require("clerk")
    of_all = request.args.get("who") == "all"
    day = _day(request.args.get("day", ""))
    found = centres.lines(assisting(clerk) or 0, day, clerk_id=None if of_all else clerk.id)
    return render_template(
        "centre/log.html",
        lines=[_line(row) for row in found],
        day=day,
        of_all=of_all,
        centre=rules.centre(assisting(clerk) or 0),
    )


def _day(typed: str) -> Any:
    try:
        return datetime.fromisoformat(typed).date()
    except ValueError:
        return local_day(datetime.now(UTC))
