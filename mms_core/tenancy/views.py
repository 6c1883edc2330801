"""The country's front page, where people find their municipality, and the page of a merged city."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, render_template, request

from mms_core import here
from mms_core.tenancy import finder, hosts, rules

bp = Blueprint("tenancy", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Add the pages, the hosts of municipalities, and what the layout asks of them."""
    hosts.init_app(app)
    app.register_blueprint(bp)
    app.before_request(point_to_successor)
    app.jinja_env.globals.update(
        home_url=hosts.home_url,
        country_url=hosts.country_url,
        hall_url=hall_url,
        successor_of=successor_of,
    )


@bp.get("/")
def front() -> str:
    """Find a municipality by name, village or region, or in the list."""
    query = request.args.get("q", "").strip()
    tenants, regions = rules.all_tenants(), rules.all_regions()
    return render_template(
        "tenancy/front.html",
        query=query,
        found=finder.find(query, rules.known()) if query else None,
        groups=by_region(tenants, regions),
        count=len(tenants),
        centres=len(rules.all_centres()),
    )


def by_region(
    tenants: Iterable[rules.Tenant], regions: Iterable[rules.RegionOf]
) -> list[tuple[rules.RegionOf, list[rules.Tenant]]]:
    """Group municipalities by region, both in the alphabetical order of the page's language."""
    ordered = sorted(tenants, key=lambda one: (one.short_name, one.merged))
    return [
        (region, [one for one in ordered if one.region == region.code])
        for region in sorted(regions, key=lambda one: one.name)
    ]


def point_to_successor() -> str | None:
    """Say on the front page of a merged city which municipality it became."""
    tenant: rules.Tenant | None = here.given().get("tenant")
    if tenant is None or not tenant.merged or request.path != f"/{tenant.slug}/":
        return None
    successor = successor_of(tenant)
    return render_template(
        "tenancy/merged.html", successor=successor, successor_url=hall_url(successor)
    )


def successor_of(tenant: rules.Tenant) -> rules.Tenant:
    """Give the municipality that a city became, or the municipality itself."""
    found = rules.by_id(tenant.successor_id) if tenant.successor_id else None
    return found or tenant


def hall_url(tenant: rules.Tenant) -> str:
    """Give the address of a hall's front page, from wherever the reader is."""
    return f"{hosts.country_url()}{tenant.slug}/"
