"""The ministry's pages: who uses what, and whether answers come in time. No personal data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
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
from mms_core.kept import Kept
from mms_core.modules import registry
from mms_core.monitoring import allowances as allowing
from mms_core.monitoring import figures as read
from mms_core.monitoring import letters, national, said
from mms_core.monitoring.books import books
from mms_core.monitoring.definitions import DEFINITIONS, PROMISES
from mms_core.monitoring.export import table_of_figures
from mms_core.monitoring.filters import Filters, asked_filters, gone, periods, subjects
from mms_core.monitoring.ladder import RUNGS
from mms_core.monitoring.overview import Subject, count_states
from mms_core.monitoring.reader import reading
from mms_core.people.current import require
from mms_core.switching import words
from mms_core.switching.rules import Place
from mms_core.tenancy import rules as tenancy

pages = Blueprint("ministry", __name__, url_prefix="/ministry")
KEPT = "mms_ministry_pages"


def init_app(app: Flask) -> None:
    """Add the ministry's pages."""
    app.extensions[KEPT] = Kept()
    app.jinja_env.globals["figure_words"] = said
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


@pages.get("/")
def index() -> str:
    """Show adoption and answers of all municipalities."""
    filters, now = asked_filters(), datetime.now(UTC)
    kept: Kept = current_app.extensions[KEPT]
    with reading() as connection:
        version = national.version(connection, today=filters.span.today)
        body = kept.get(
            filters.key, version, partial(national.body, filters, connection, known=version)
        )
    return render_template(
        "monitoring/index.html",
        body=body,
        filters=filters,
        now=now,
        regions=[(region.code, region.name) for region in tenancy.all_regions()],
        modules=[(subject.name, subject.title) for subject in subjects().values()],
        periods=periods(),
    )


@pages.get("/figures.csv")
def export() -> Response:
    """Give the same figures as a table for a spreadsheet, one row a municipality and module."""
    filters, now = asked_filters(), datetime.now(UTC)
    with reading() as connection, books(connection) as opened:
        text = table_of_figures(national.overview_of(filters, opened), filters.span, now=now)
    name = f"mms-{filters.span.today.isoformat()}.csv"
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/<hall>")
def municipality(hall: str) -> str:
    """Show every module of one municipality, and what its city hall decided."""
    tenant, filters = tenancy.by_slug(hall), asked_filters()
    if tenant is None:
        raise NotFound(_("There is no such municipality here."))
    with reading() as connection, books(connection) as opened:
        seen = national.read_all(filters, opened, halls=[tenant])
        decided = allowing.decisions(connection, hall=tenant.id)
    return render_template(
        "monitoring/municipality.html",
        hall=tenant,
        seen=seen,
        ways_words=national.ways_words(seen),
        row=seen.found.halls[0],
        decided=decided,
        titles={name: subject.title for name, subject in subjects().items()},
        letters=letters.of_hall(tenant.id),
        definitions=DEFINITIONS,
        rungs=RUNGS,
        words=words,
        successor=tenancy.by_id(tenant.successor_id) if tenant.successor_id else None,
        predecessors=national.predecessors(tenant),
        filters=filters,
        periods=periods(),
        now=datetime.now(UTC),
    )


@pages.route("/modules/<name>", methods=["GET", "POST"])
def module(name: str) -> str | BaseResponse | tuple[str, int]:
    """Show one module in all municipalities, its health, and where it is allowed."""
    if name not in subjects() | _gone():
        raise NotFound(_("There is no such module."))
    if request.method == "POST":
        form = forms.read(allowing.AllowanceSchema, request.form)
        for several in ("tenants", "regions"):
            form.fields[several].value = request.form.getlist(several)
        if form.valid:
            return _allow(name, form.data)
        return _module_page(name, form=form), 422
    return _module_page(name)


def _gone() -> dict[str, Subject]:
    with reading() as connection:
        return gone(read.standings(connection))


def _allow(name: str, data: dict[str, Any]) -> BaseResponse:
    person = require("ministry")
    allowing.allow(
        registry(),
        name,
        place=Place(
            everywhere=data["scope"] == "everywhere",
            tenants=tuple(data["tenants"]),
            regions=tuple(data["regions"]),
            starts_on=data["starts_on"],
        ),
        decided_by=person.name,
    )
    flash(_("Your decision is recorded and holds at once."), "success")
    return redirect(url_for("ministry.module", name=name), 303)


def _module_page(name: str, *, form: forms.Form | None = None) -> str:
    filters = asked_filters()
    with reading() as connection, books(connection) as opened:
        found = national.overview_of(Filters(span=filters.span, region="", module=name), opened)
        measured = read.measures(connection, filters.span, module=name, wanted=_asked(name))
        waits = national.waits_of(filters, opened, module=name)
        decided = allowing.decisions(connection, module=name)
        allowed = allowing.allowances(connection).get(name, allowing.Allowance())
    row = found.modules[0]
    loaded = registry().loaded.get(name)
    outside = [
        c for c in row.cells if c.state != "off" and not allowed.covers(c.hall.id, on=_today())
    ]
    return render_template(
        "monitoring/module.html",
        row=row,
        waits=waits,
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


def _today() -> date:
    return local_day(datetime.now(UTC))


def _blank(allowed: allowing.Allowance) -> forms.Form:
    values = {
        "scope": "everywhere" if allowed.everywhere else "listed",
        "tenants": list(allowed.tenants),
        "regions": list(allowed.regions),
        "starts_on": allowed.starts_on,
    }
    return forms.blank(allowing.AllowanceSchema, values=values)


def _asked(name: str) -> set[str]:
    """Name the measures that a module's own indicators need."""
    loaded = registry().loaded.get(name)
    items = (*loaded.indicators, *PROMISES) if loaded else ()
    return {measure for item in items for measure in (item.measure, item.of) if measure}


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
