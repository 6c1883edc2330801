"""A host that a municipality owns: its pages need no slug in their address there.

A request on `idea.tskaltubo.gov.ge` for `/ideas/` is served as `/tskaltubo/ideas/`; addresses made
while it is answered leave the slug out again. The pages of the whole country stay where they are,
and the country's front page, whose place the hall's takes, is reached at the public address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, has_request_context, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from mms_core import here
from mms_core.db import NATION, bind, db
from mms_core.tenancy import rules

if TYPE_CHECKING:
    from flask.ctx import RequestContext

log = structlog.get_logger(__name__)
_OWNER, PLACE = "mms.host_owner", "mms.url_place"
MOST_MADE = 4096  # addresses that a process keeps
OPTIONS = {"_anchor", "_method", "_scheme", "_external"}  # of Flask's url_for
PLAIN = {str, int, type(None)}  # equal ones of one type are written alike


def init_app(app: Flask) -> None:
    """Stand between the server and the routes, and behind `url_for`."""
    enter, make_url = app.request_context, app.url_for

    def request_context(environ: dict[str, Any]) -> RequestContext:
        return enter(_with_slug(app, environ))

    def url_for(endpoint: str, **values: Any) -> str:
        root = _root(values)
        if root:
            del values["_external"]
            path = url_for(endpoint, **values)
            return root + path if path[0] == "/" else path
        key = _key(app, endpoint, values)
        found = made.get(key) if key else None
        if found is None:
            found = _without_slug(make_url(endpoint, **values))
            if key:
                if len(made) > MOST_MADE:
                    made.clear()
                made[key] = found
        return found

    made: dict[tuple[Any, ...], str] = {}
    app.request_context = request_context  # type: ignore[method-assign]  # Flask has no hook here
    app.url_for = url_for  # type: ignore[method-assign]  # nor one here
    app.jinja_env.globals["url_for"] = url_for


def _root(values: dict[str, Any]) -> str:
    """Give what stands before a page's path, where its whole address is wanted of a request."""
    if not values.get("_external") or values.get("_scheme") or not has_request_context():
        return ""
    adapter = here.matching().url_adapter
    return f"{adapter.url_scheme}://{adapter.server_name}" if adapter else ""


def _key(app: Flask, endpoint: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    """Name all that a page's address within the site hangs on; None for one that is not kept.

    A page makes dozens of addresses, mostly the same as the page before. Flask's own function sends
    its options along even where nobody has set them.
    """
    try:
        now, given = here.asked(), here.given()
    except RuntimeError:  # outside of a request
        return None
    tenant = given.get("tenant")
    kept = now.environ.get(PLACE)
    if kept is None or kept[0] is not tenant:
        owner = now.environ.get(_OWNER)
        place = (now.script_root, owner, tenant.slug if tenant else None)
        kept = now.environ[PLACE] = (tenant, now.blueprint, place)
    asked = tuple([(n, v) for n, v in values.items() if v is not None or n not in OPTIONS])
    for name, value in asked:
        if name[0] == "_" or type(value) not in PLAIN:
            return None
    area = kept[1] if endpoint[0] == "." else None
    if (area or endpoint).partition(".")[0] in app.url_default_functions:
        return None
    return (endpoint, area, kept[2], asked)


def owner() -> str | None:
    """Give the slug of the municipality that owns the host of this request."""
    try:
        found: str | None = here.asked().environ.get(_OWNER)
    except RuntimeError:  # outside of a request
        return None
    return found


def home_url() -> str:
    """Give the address of the front page to which the page's header leads."""
    tenant = here.given().get("tenant")
    if tenant is None:
        return country_url()
    return "/" if owner() == tenant.slug else f"/{tenant.slug}/"


def country_url() -> str:
    """Give the address of the country's front page, from whichever host."""
    public = str(here.application().extensions["mms_settings"].public_url).rstrip("/")
    return f"{public}/" if owner() else "/"


def _with_slug(app: Flask, environ: dict[str, Any]) -> dict[str, Any]:
    """Put the slug of the host's owner before the path, unless the path is the country's."""
    slug = _owner_of(app, str(environ.get("HTTP_HOST", "")))
    if slug is None:
        return environ
    path = str(environ.get("PATH_INFO", "/")) or "/"
    first = path.split("/", 2)[1]
    if first != slug and first not in _country_paths(app):
        path = f"/{slug}{path}"
    return environ | {"PATH_INFO": path, _OWNER: slug}


def _without_slug(url: str) -> str:
    """Leave the owner's slug out; the country's front page is at the country's address."""
    slug = owner()
    if not slug:
        return url
    for before in ("", request.host_url.rstrip("/")):
        if url == f"{before}/":
            return country_url()
        if url.startswith(f"{before}/{slug}/"):
            return before + url.removeprefix(f"{before}/{slug}")
    return url


def _owner_of(app: Flask, host: str) -> str | None:
    engine: Engine | None = app.extensions.get("mms_hosts_engine")
    known = rules.remembered(engine) if engine is not None else None
    if known is None or not known.fresh:
        known = _read(app) or known
    tenant = known.by_host.get(host.partition(":")[0].lower()) if known else None
    return tenant.slug if tenant else None


def _read(app: Flask) -> rules.Known | None:
    """Read the hosts; while the database is away, what was known last is good enough."""
    with app.app_context():
        try:
            bind(NATION)
            app.extensions["mms_hosts_engine"] = db.engine
            return rules.known()
        except SQLAlchemyError as problem:
            log.warning("tenancy.hosts_unread", error=type(problem).__name__)
            return None


def _country_paths(app: Flask) -> frozenset[str]:
    """Name the first parts of addresses that belong to the whole country."""
    found: frozenset[str] | None = app.extensions.get("mms_country_paths")
    if found is None:
        firsts = (rule.rule.split("/", 2)[1] for rule in app.url_map.iter_rules())
        found = frozenset(first for first in firsts if first and not first.startswith("<"))
        app.extensions["mms_country_paths"] = found
    return found
