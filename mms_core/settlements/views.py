"""The desk's pages of settlements: the list, a table to fill, what a file would change."""

from __future__ import annotations

import io
import json
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.i18n import ngettext
from mms_core.modules import registry
from mms_core.people.current import require
from mms_core.settlements import names, rules
from mms_core.sheets import XLSX, Row, read_rows, write_csv, write_xlsx

pages = Blueprint("settlements", __name__, url_prefix="/<slug>/desk/settlements")
HEADINGS = ("სახელი", "ინგლისურად", "ტიპი", "განედი", "გრძედი", "კოდი", "ძველი სახელი")
LARGEST = 2_000_000  # bytes of a file
Answer = BaseResponse | str | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add the pages under every municipality's desk, and the filter `place` of templates."""
    app.register_blueprint(pages)
    app.jinja_env.filters["place"] = names.place


@pages.before_request
def only_staff() -> None:
    """Let in those who work in this hall."""
    require("operator", "head", "mayor")


@pages.get("/")
def index() -> str:
    """Show the list, and the way to bring a new one."""
    return _index()


def _index(problem: str = "") -> str:
    now = rules.now_of(g.tenant)
    return render_template(
        "settlements/index.html",
        places=[place for place in now if not place.retired],
        retired=[place for place in now if place.retired],
        kinds=rules.KINDS,
        problem=problem,
    )


@pages.get("/template.<ending>")
def template(ending: str) -> Response:
    """Give the list as a table to fill and bring back: `csv` or `xlsx`."""
    rows = [
        (place.ka, place.en, place.kind, place.lat, place.lon, place.code, "")
        for place in rules.now_of(g.tenant)
        if not place.retired
    ]
    name = f"settlements-{g.tenant.slug}.{'xlsx' if ending == 'xlsx' else 'csv'}"
    if ending == "xlsx":
        out = io.BytesIO()
        write_xlsx(HEADINGS, rows, to=out, title="settlements")
        answer = Response(out.getvalue(), mimetype=XLSX)
    else:
        answer = Response(b"".join(write_csv(HEADINGS, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.post("/")
def look() -> Answer:
    """Say what a file would change, each bad line by its number; nothing is changed yet."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _index(_("Choose a file.")), 422
    content = file.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return _index(_("The file is too big; a list of settlements has at most 2 MB.")), 422
    try:
        rows = list(read_rows(io.BytesIO(content), columns=rules.COLUMNS))
    except Invalid as problem:
        return _index(str(problem.message)), 422
    return _plan_page(rows)


def _plan_page(rows: list[Row]) -> str:
    wanted = rules.plan(rules.now_of(g.tenant), rows)
    return render_template(
        "settlements/plan.html",
        plan=wanted,
        rows=json.dumps([[row.line, row.values] for row in rows], ensure_ascii=False),
        kinds=rules.KINDS,
    )


@pages.post("/apply")
def apply() -> Answer:
    """Do what was shown; the rows are judged anew, for they have been in the browser."""
    try:
        told = json.loads(request.form.get("rows", ""))
        rows = [Row(line=int(line), values=_values(values)) for line, values in told]
    except (ValueError, TypeError, AttributeError):
        return _index(_("Bring the file once more.")), 422
    wanted = rules.plan(rules.now_of(g.tenant), rows)
    gone = request.form.get("retire_missing") == "true"
    rules.apply(registry(), g.tenant, wanted, retire_missing=gone)
    count = len(wanted.lines)
    flash(
        ngettext("%(num)d settlement is kept.", "%(num)d settlements are kept.", count), "success"
    )
    return redirect(url_for("settlements.index"), 303)


def _values(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(values.get(name, ""))[:200] for name in rules.COLUMNS}


@pages.post("/retire")
def retire() -> BaseResponse:
    """Offer a settlement no more, or again."""
    back = request.form.get("back") == "yes"
    rules.retire(g.tenant, request.form.get("name", ""), retired=not back)
    flash(_("The list is changed."), "success")
    return redirect(url_for("settlements.index"), 303)
