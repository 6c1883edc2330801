"""The ministry's pages: who uses what, and whether answers come in time. No personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.clock import local_day
from mms_core.errors import NotFound
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.monitoring import allowances as allowing
from mms_core.monitoring import figures as read
from mms_core.monitoring.definitions import DEFINITIONS, PROMISES
from mms_core.monitoring.export import table_of_figures
from mms_core.monitoring.kept import Kept
from mms_core.monitoring.overview import Overview, Subject, count_states, legend, overview, tiles
from mms_core.monitoring.reader import reading
from mms_core.people.current import require
from mms_core.switching import words
from mms_core.tenancy import rules as tenancy

pages = Blueprint("ministry", __name__, url_prefix="/ministry")
KEPT = "mms_ministry_pages"


def init_app(app: Flask) -> None:
    """Add the ministry's pages."""
    app.extensions[KEPT] = Kept()
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for; what makes no sense is left out."""

    span: read.Period
    region: str
    module: str

    @property
    def key(self) -> tuple[object, ...]:
        """All that makes one page of figures differ from another."""
        return (self.span, self.region, self.module, locale())

    @property
    def given(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        return {"region": self.region, "module": self.module, "period": self.span.name}


def _filters() -> Filters:
    region, module = request.args.get("region", ""), request.args.get("module", "")
    span = read.period(request.args.get("period", ""), today=local_day(datetime.now(UTC)))
    return Filters(
        span=span,
        region=region if tenancy.region_of(region) else "",
        module=module if module in _subjects() else "",
    )


def _subjects(reasons: dict[str, str] | None = None) -> dict[str, Subject]:
    """Name every module of the installation, the quarantined ones last."""
    modules = registry()
    why = modules.quarantined if reasons is None else reasons
    sound = {
        name: Subject(name=name, title=loaded.module.title, reason=why.get(name, ""))
        for name, loaded in modules.loaded.items()
    }
    broken = {
        name: Subject(name=name, title=name, reason=reason)
        for name, reason in modules.quarantined.items()
    }
    return sound | broken


def _read(filters: Filters, connection: Any) -> Overview:
    halls = [t for t in tenancy.all_tenants() if filters.region in {"", t.region}]
    subjects = _subjects(allowing.reasons(connection, registry()))
    wanted = [s for s in subjects.values() if filters.module in {"", s.name}]
    return overview(
        halls,
        wanted,
        figures=read.figures(connection, filters.span),
        standings=read.standings(connection),
    )


@pages.get("/")
def index() -> str:
    """Show adoption and answers of all municipalities."""
    filters, now = _filters(), datetime.now(UTC)
    kept: Kept = current_app.extensions[KEPT]
    with reading() as connection:
        here = (_names(tenancy.known().read_at), *registry().quarantined.items())
        version = (*read.version(connection), *here)
        body = kept.get(filters.key, version, lambda: _figures(filters, connection))
    return render_template(
        "monitoring/index.html",
        body=body,
        filters=filters,
        now=now,
        regions=[(region.code, region.name) for region in tenancy.all_regions()],
        modules=[(subject.name, subject.title) for subject in _subjects().values()],
        periods=_periods(),
    )


@lru_cache(maxsize=1)
def _names(_read_at: float) -> int:
    """Give a mark of what the pages say of municipalities; looked at when they are read anew."""
    return hash(
        tuple((t.successor_id, t.slug, t.region, *t.names.values()) for t in tenancy.all_tenants())
    )


def _periods() -> list[tuple[str, str]]:
    return [
        ("12", _("The last twelve months")),
        ("year", _("This calendar year")),
        ("month", _("This month")),
    ]


def _figures(filters: Filters, connection: Any) -> str:
    found = _read(filters, connection)
    count = len(found.modules)
    return render_template(
        "monitoring/figures.html",
        found=found,
        tiles=tiles(found.halls, modules=count, everywhere=tenancy.all_tenants()),
        legend=legend(count),
        recounted=read.recounted(connection),
        definitions=DEFINITIONS,
        words=words,
        successor=_successor,
    )


def _successor(hall: Any) -> str:
    later = tenancy.by_id(hall.successor_id) if hall.successor_id else None
    return str(later.short_name) if later else ""


@pages.get("/figures.csv")
def export() -> Response:
    """Give the same figures as a table for a spreadsheet, one row a municipality and module."""
    filters, now = _filters(), datetime.now(UTC)
    with reading() as connection:
        text = table_of_figures(_read(filters, connection), filters.span, now=now)
    name = f"mms-{filters.span.today.isoformat()}.csv"
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/<hall>")
def municipality(hall: str) -> str:
    """Show every module of one municipality, and what its city hall decided."""
    tenant, filters = tenancy.by_slug(hall), _filters()
    if tenant is None:
        raise NotFound(_("There is no such municipality here."))
    with reading() as connection:
        found = _read(filters, connection)
        decided = allowing.decisions(connection, hall=tenant.id)
        allowed = allowing.allowances(connection)
    row = next((row for row in found.halls if row.subject.id == tenant.id), None)
    return render_template(
        "monitoring/municipality.html",
        hall=tenant,
        row=row,
        decided=decided,
        titles={name: subject.title for name, subject in _subjects().items()},
        allowed={name: item.covers(tenant.id) for name, item in allowed.items()},
        definitions=DEFINITIONS,
        words=words,
        successor=_successor(tenant),
        now=datetime.now(UTC),
    )


@pages.route("/modules/<name>", methods=["GET", "POST"])
def module(name: str) -> str | BaseResponse | tuple[str, int]:
    """Show one module in all municipalities, its health, and where it is allowed."""
    if name not in _subjects():
        raise NotFound(_("There is no such module."))
    if request.method == "POST":
        form = forms.read(allowing.AllowanceSchema, request.form)
        form.fields["tenants"].value = request.form.getlist("tenants")
        if form.valid:
            return _allow(name, form.data)
        return _module_page(name, form=form), 422
    return _module_page(name)


def _allow(name: str, data: dict[str, Any]) -> BaseResponse:
    person = require("ministry")
    allowing.allow(
        registry(),
        name,
        everywhere=data["scope"] == "everywhere",
        tenants=data["tenants"],
        decided_by=person.name,
    )
    flash(_("Your decision is recorded and holds at once."), "success")
    return redirect(url_for("ministry.module", name=name), 303)


def _module_page(name: str, *, form: forms.Form | None = None) -> str:
    filters = _filters()
    with reading() as connection:
        found = _read(Filters(span=filters.span, region="", module=name), connection)
        measured = read.measures(connection, filters.span, module=name)
        decided = allowing.decisions(connection, module=name)
        allowed = allowing.allowances(connection).get(name, allowing.Allowance())
    row = found.modules[0]
    loaded = registry().loaded.get(name)
    outside = [c for c in row.cells if c.state != "off" and not allowed.covers(c.hall.id)]
    return render_template(
        "monitoring/module.html",
        row=row,
        loaded=loaded,
        states=count_states(row.cells),
        indicators=_indicators(loaded, measured),
        decided=decided,
        halls={hall.id: hall for hall in tenancy.all_tenants()},
        allowed=allowed,
        outside=outside,
        form=form or _blank(allowed),
        definitions=DEFINITIONS,
        words=words,
        now=datetime.now(UTC),
    )


def _blank(allowed: allowing.Allowance) -> forms.Form:
    values = {
        "scope": "everywhere" if allowed.everywhere else "listed",
        "tenants": list(allowed.tenants),
    }
    return forms.blank(allowing.AllowanceSchema, values=values)


def _indicators(loaded: Any, measured: dict[tuple[int, str], int]) -> list[dict[str, Any]]:
    """Sum the module's own indicators over the country; what every module counts is shown already.

    A share needs enough cases.
    """
    sums: dict[str, int] = {}
    for (_hall, measure), n in measured.items():
        sums[measure] = sums.get(measure, 0) + n
    found = []
    for item in (*loaded.indicators, *PROMISES) if loaded else ():
        if item.measure in read.COMMON:
            continue
        n, of = sums.get(item.measure, 0), sums.get(item.of, 0) if item.of else None
        share = n / of if of is not None and of >= read.FEW else None
        found.append({"item": item, "n": n, "of": of, "share": share})
    return found
