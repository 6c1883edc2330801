"""The pages of open data: a hall's, the country's, and the figures for everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    render_template,
    request,
    send_file,
    url_for,
)

from mms_core.errors import NotFound
from mms_core.guard import tenant_modules
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.kept import Kept
from mms_core.modules import registry
from mms_core.monitoring import national
from mms_core.monitoring.books import books
from mms_core.monitoring.filters import asked_filters, periods, subjects
from mms_core.monitoring.overview import SERVING
from mms_core.monitoring.reader import reading
from mms_core.opendata import figures
from mms_core.opendata.catalogue import catalogue
from mms_core.opendata.tables import LICENCE, LICENCE_NAME, TYPES, Table, write
from mms_core.tenancy import rules as tenancy

hall = Blueprint("open_data", __name__, url_prefix="/<slug>/open-data")
country = Blueprint("national_data", __name__, url_prefix="/open-data")
public = Blueprint("figures", __name__, url_prefix="/figures")
KEPT = "mms_public_figures"
JSON_LD = "application/ld+json"


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.extensions[KEPT] = Kept()
    for blueprint in (hall, country, public):
        app.register_blueprint(blueprint)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A table with the addresses of its forms."""

    table: Table
    module: str
    ways: list[tuple[str, str]]


def _of_hall() -> Iterator[tuple[str, Any, Any]]:
    """Give what the modules that the public reaches publish: (name, dataset, module)."""
    states, modules = tenant_modules(), registry()
    for name, loaded in modules.loaded.items():
        if name in states and states[name].state in SERVING and name not in modules.quarantined:
            for item in loaded.datasets:
                yield f"{loaded.module.path}-{item.name}", item, loaded.module


def _table(name: str, item: Any, module: Any) -> Table:
    return Table(
        name=name,
        title=str(item.title),
        definition=str(item.definition or _("Rows of “%(module)s” without personal data.",
                                            module=module.title)),
        columns=tuple(item.columns),
        of=g.tenant.hall,
        as_of=datetime.now(UTC),
    )  # fmt: skip


def _published() -> list[Published]:
    return [
        Published(
            table=_table(name, item, module),
            module=str(module.title),
            ways=[(form, url_for("open_data.table", name=name, form=form, _external=True))
                  for form in TYPES],
        )
        for name, item, module in _of_hall()
    ]  # fmt: skip


def _page(found: list[Published], *, title: str, catalogue_url: str) -> str:
    return render_template(
        "opendata/index.html", found=found, title=title, catalogue_url=catalogue_url,
        licence=LICENCE, licence_name=LICENCE_NAME, now=datetime.now(UTC),
    )  # fmt: skip


@hall.get("/")
def index() -> str:
    """List what the city hall publishes."""
    address = url_for("open_data.catalogue_file")
    return _page(_published(), title=_("Open data"), catalogue_url=address)


@hall.get("/catalogue.jsonld")
def catalogue_file() -> Response:
    """Describe it for machines (DCAT)."""
    return _json_ld(
        catalogue(
            address=url_for("open_data.catalogue_file", _external=True),
            title=_("Open data: %(hall)s", hall=g.tenant.hall),
            publisher=g.tenant.hall,
            language=locale(),
            now=datetime.now(UTC),
            tables=[(item.table, item.ways) for item in _published()],
        )
    )


@hall.get("/<name>.<form>")
def table(name: str, form: str) -> Response:
    """Give a table as CSV or JSON."""
    found = next((one for one in _of_hall() if one[0] == name), None)
    if found is None or form not in TYPES:
        raise NotFound(_("There is no such table."))
    _name, item, module = found
    return _file(_table(name, item, module), item.rows(g.tenant, None), form=form)


def _file(about: Table, rows: Any, *, form: str) -> Response:
    answer = send_file(
        write(about, rows, form=form), mimetype=TYPES[form], download_name=f"{about.name}.{form}",
        as_attachment=form == "csv",
    )  # fmt: skip
    answer.headers["Link"] = f'<{LICENCE}>; rel="license"'
    return answer


def _json_ld(found: dict[str, Any]) -> Response:
    return Response(json.dumps(found, ensure_ascii=False, indent=1), content_type=JSON_LD)


# --- the country ---------------------------------------------------------------------------------


def _national() -> list[Published]:
    return [
        Published(
            table=_national_table(name),
            module="",
            ways=[(form, url_for("national_data.table", name=name, form=form, _external=True))
                  for form in TYPES],
        )
        for name in figures.tables()
    ]  # fmt: skip


def _national_table(name: str) -> Table:
    title, definition, columns, _rows = figures.tables()[name]
    return Table(
        name=name, title=title, definition=definition, columns=columns,
        of=_("Georgia"), as_of=datetime.now(UTC),
    )  # fmt: skip


@country.get("/", endpoint="index")
def national_index() -> str:
    """List the figures of the country, and lead to the halls' own pages."""
    address = url_for("national_data.catalogue_file")
    return _page(_national(), title=_("Open data of the country"), catalogue_url=address)


@country.get("/catalogue.jsonld", endpoint="catalogue_file")
def national_catalogue() -> Response:
    """Describe the country's figures, and name the catalogue of each hall."""
    halls = [t.slug for t in tenancy.all_tenants() if not t.successor_id]
    parts = [url_for("open_data.catalogue_file", slug=slug, _external=True) for slug in halls]
    return _json_ld(
        catalogue(
            address=url_for("national_data.catalogue_file", _external=True),
            title=_("Open data of the country"),
            publisher=_("Georgia"),
            language=locale(),
            now=datetime.now(UTC),
            tables=[(item.table, item.ways) for item in _national()],
            parts=parts,
        )
    )


@country.get("/<name>.<form>", endpoint="table")
def national_table(name: str, form: str) -> Response:
    """Give the country's figures as CSV or JSON; filters are those of the page of figures."""
    if name not in figures.tables() or form not in TYPES:
        raise NotFound(_("There is no such table."))
    with reading() as connection, books(connection) as opened:
        seen = national.read_all(asked_filters(public=True), opened)
    rows = figures.tables()[name][3](seen)
    return _file(_national_table(name), rows, form=form)


@public.get("/", endpoint="index")
def figures_page() -> str:
    """Show adoption and answers of all municipalities to everybody."""
    filters = asked_filters(public=True)
    kept: Kept = current_app.extensions[KEPT]
    with reading() as connection:
        version = national.version(connection, today=filters.span.today)
        body = kept.get(
            filters.key, version, partial(national.body, filters, connection, known=version)
        )
    return render_template(
        "opendata/figures.html",
        body=body,
        filters=filters,
        regions=[(region.code, region.name) for region in tenancy.all_regions()],
        modules=[(subject.name, subject.title) for subject in subjects().values()],
        periods=periods(),
        now=datetime.now(UTC),
        here=request.path,
    )
