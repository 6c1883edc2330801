"""The hall's page of its own figures: what the ministry sees of it, and the events behind."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for

from mms_core.clock import local_day
from mms_core.errors import NotFound
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.monitoring import explain
from mms_core.people.current import require

desk = Blueprint("own_figures", __name__, url_prefix="/<slug>/desk/figures")


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(desk)


@desk.before_request
def only_staff() -> None:
    """Let in those who work in the hall."""
    require("operator", "head", "mayor")


def _month(words: str, months: list[date]) -> date:
    return next((month for month in months if month.isoformat()[:7] == words), months[0])


def _place(words: str) -> tuple[datetime, uuid.UUID, int] | None:
    try:
        at, case, seq = words.split("_")
        return datetime.fromisoformat(at), uuid.UUID(case), int(seq)
    except ValueError:
        return None


@desk.get("/")
def index() -> str:
    """Show the hall's figures of a month; each leads to what it is made of."""
    months = explain.months_to(local_day(datetime.now(UTC)))
    month = _month(request.args.get("month", ""), months)
    counted = explain.counted(g.tenant.id, month)
    names = sorted({module for module, _measure in counted})
    return render_template(
        "monitoring/own_figures.html",
        month=month,
        months=months,
        measures=explain.MEASURES,
        rows=[(name, _title(name), [counted.get((name, m), 0) for m in explain.MEASURES])
              for name in names],
        now=datetime.now(UTC),
    )  # fmt: skip


def _title(module: str) -> Any:
    loaded = registry().loaded.get(module)
    return loaded.module.title if loaded else module


@desk.get("/<module>/<measure>")
def events(module: str, measure: str) -> str:
    """List the events behind one figure, in their order."""
    if measure not in explain.MEASURES:
        raise NotFound(_("There is no such figure."))
    months = explain.months_to(local_day(datetime.now(UTC)))
    month = _month(request.args.get("month", ""), months)
    asked = explain.Question(tenant_id=g.tenant.id, month=month, module=module, measure=measure)
    found = explain.events(asked, after=_place(request.args.get("after", "")))
    rows = found[: explain.PAGE]
    after = _words_of(rows[-1]) if len(found) > explain.PAGE else ""
    words = f"{month:%Y-%m}"

    def address(**more: str) -> str:
        there = {"month": words, "module": module, "measure": measure, **more}
        return url_for("own_figures.events", **there)  # type: ignore[arg-type]

    return render_template(
        "monitoring/own_events.html",
        title=_title(module),
        measure=explain.MEASURES[measure],
        month=month,
        counted=explain.counted(g.tenant.id, month).get((module, measure), 0),
        rows=rows,
        back=url_for("own_figures.index", month=words),
        first=address() if request.args.get("after") else None,
        next=address(after=after) if after else None,
    )


def _words_of(row: Any) -> str:
    at = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    return f"{at}_{row.case_id}_{row.seq}"
