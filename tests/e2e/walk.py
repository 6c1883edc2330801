"""Finds every page of the running site, and who is the right person to open it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from running import FULL, MODULE, Site
from sqlalchemy import select
from werkzeug.routing import Rule

from mms_core import db as database
from mms_core.cases import keys
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy
from mms_core.units.rules import units_of

# A file walk_<part>.py beside this one says what only it knows of its own pages, all optional:
# PREFIX, with which the names of its endpoints begin; places(site), what stands in their addresses
# ("slug" for another hall); NO_PAGES, OWNERS and STATUS as here; more(places), as (who, path).
PARTS: list[ModuleType] = [
    importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("walk_*.py"))
]

# What answers a GET and is no page, and why; everything else is visited, also what is new.
NO_PAGES = {
    "static": "files",
    "theme": "a stylesheet",
    "language": "a cookie and the way back",
    "mode": "a cookie and the way back",
    "livez": "for supervisors",
    "readyz": "for supervisors",
    "metrics": "for Prometheus",
    "cases.file": "a file",
    "desk.here": "a piece of a page",
    "citizen.download": "a file",
    "ministry.export": "a file",
    "security.qr": "a picture",
    f"{MODULE}.feed": "a feed",
    f"{MODULE}.draft_file": "a picture",
    "settlements.template": "a file",
    "switching.evidence_file": "a file",
    "switching.picture": "a picture",
    f"{MODULE}.rss": "a feed",
    f"{MODULE}.json_feed": "a feed",
    f"{MODULE}.card": "a picture",
    f"{MODULE}.file": "a file",
}
OWNERS = (
    (r"^/ministry/", "ministry"),
    (r"^/centre/", "clerk"),
    (r"^/<slug>/ideas/intake", "clerk"),
    (r"^/my/", "citizen"),
    (r"^/sign-out", "citizen"),
    (r"^/<slug>/desk/units/(new|<)", "mayor"),
    (r"^/<slug>/desk/", "operator"),
)
# Answers that are right although they are no 200.
STATUS = {
    f"{MODULE}.unfollow_page": 404,  # its token stands in a letter only
    "people.use_link": 409,
    "demo_mail.show": 404,
    "centre.track": 422,
}
SELF = importlib.import_module(__name__)


@dataclass(frozen=True, kw_only=True)
class PageOf:
    """A page, who opens it, and how the site answers."""

    who: str
    path: str
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class Known:
    """A case that has an answer, and its key."""

    number: str
    key: str
    unit: str = ""
    places: dict[str, dict[str, Any]] = field(default_factory=dict)


def every_page(site: Site) -> list[PageOf]:
    """List the pages by the application's own map, then a few more that its map does not name."""
    known = answered_case(site)
    found = [_page(site.app, rule, known) for rule in _pages_in(site.app)]
    return sorted({*found, *_more(known)}, key=lambda page: (page.who, page.path))


def answered_case(site: Site) -> Known:
    """Find an answered idea of the demo."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(FULL)
        assert hall is not None
        database.bind(hall.id)
        answered = (Case.tenant_id == hall.id) & Case.answered_at.is_not(None)
        case = db.session.scalars(select(Case).where(answered).order_by(Case.number)).first()
        assert case is not None
        unit = units_of(hall.id)[0].id
        key = keys.key_of(site.settings, hall.id, case.id)
    places = {part.PREFIX: part.places(site) for part in PARTS if hasattr(part, "places")}
    return Known(number=case.number, key=key, unit=str(unit), places=places)


def _pages_in(app: Flask) -> Iterator[Rule]:
    no_pages = set(NO_PAGES).union(*(getattr(part, "NO_PAGES", {}) for part in PARTS))
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in no_pages:
            yield rule


def _page(app: Flask, rule: Rule, known: Known) -> PageOf:
    """Fill the places of an address with what there is, and name the person it is for."""
    places = {"slug": FULL, "hall": FULL, "number": known.number, "secret": "x", "name": MODULE}
    places |= {"unit_id": known.unit, "step": "idea"}
    for prefix, own in known.places.items():
        if rule.endpoint.startswith(prefix):
            places |= own
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(
            rule.endpoint, {name: places[name] for name in rule.arguments}
        )
    owners = (owner for part in (*PARTS, SELF) for owner in getattr(part, "OWNERS", ()))
    who = next((who for pattern, who in owners if re.match(pattern, rule.rule)), "stranger")
    if who == "stranger" and "number" in rule.arguments:
        path += f"?key={known.key}"
    statuses = (getattr(part, "STATUS", {}).get(rule.endpoint) for part in (*PARTS, SELF))
    return PageOf(who=who, path=path, status=next(filter(None, statuses), 200))


def _more(known: Known) -> Iterator[PageOf]:
    """Name what a search leads to, errors, and pages that look otherwise to somebody else."""
    for part in PARTS:
        if hasattr(part, "more"):
            own = part.more(known.places.get(part.PREFIX, {}))
            yield from (PageOf(who=who, path=path) for who, path in own)
    yield PageOf(who="stranger", path="/?q=wyaltubo")
    yield PageOf(who="stranger", path="/?q=atlantis")
    yield PageOf(who="stranger", path=f"/{FULL}/ideas/?q=xxxx")
    yield PageOf(who="stranger", path=f"/{FULL}/ideas/?sort=supported&category=roads")
    yield PageOf(who="citizen", path=f"/{FULL}/ideas/{known.number}")
    yield PageOf(who="stranger", path="/tskaltubo/")
    yield PageOf(who="stranger", path="/abasha/", status=200)
    yield PageOf(who="stranger", path="/atlantis/", status=404)
    yield PageOf(who="citizen", path=f"/{FULL}/desk/", status=403)
    yield PageOf(who="citizen", path=f"/{FULL}/ideas/new")
    yield PageOf(who="operator", path=f"/{FULL}/desk/?state=closed")
    yield PageOf(who="mayor", path=f"/{FULL}/desk/")
    yield PageOf(who="mayor", path=f"/{FULL}/desk/{known.number}")
