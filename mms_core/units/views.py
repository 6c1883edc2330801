"""The pages of a hall's units and of the rules that send cases to them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import require, roles_in
from mms_core.people.rules import Colleague, staff_of
from mms_core.switching.rules import switched
from mms_core.units import away_views, rules, schemas
from mms_core.units.models import Unit

pages = Blueprint("units", __name__, url_prefix="/<slug>/desk/units")
DECIDERS = ("head", "mayor")
Answer = str | Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add the pages under every municipality's desk."""
    app.register_blueprint(pages)
    app.register_blueprint(away_views.pages)


@pages.before_request
def only_staff() -> None:
    """Let in those who work in the hall; heads and the mayor may change something."""
    require(*(("operator", "head", "mayor") if request.method == "GET" else DECIDERS))


def _may_decide() -> bool:
    return bool(roles_in(g.tenant.id) & set(DECIDERS))


@pages.get("/")
def index() -> str:
    """List the hall's units with their people, and the rules that send cases to them."""
    return _index(forms.blank(schemas.RouteSchema))


def _index(form: forms.Form) -> str:
    tenant_id = g.tenant.id
    units = rules.units_of(tenant_id)
    staff = {person.id: person.name for person in staff_of(tenant_id)}
    titles = {unit.id: rules.title(unit) for unit in units}
    topics = _topics()
    places = [place["ka"] for place in g.tenant.settlements]
    return render_template(
        "units/index.html",
        units=units,
        titles=titles,
        staff=staff,
        routes=[_route(row, titles, topics) for row in rules.routes(tenant_id)],
        may_decide=_may_decide(),
        places=places,
        form=schemas.offer(
            form,
            module=_modules(),
            topic=[(f"{m}:{key}", f"{_title(m)}: {word}") for (m, key), word in topics.items()],
            unit=[(str(unit.id), titles[unit.id]) for unit in units],
        ),
    )


def _modules() -> list[tuple[str, str]]:
    return [(name, _title(name)) for name in switched(g.tenant.id) if name in registry().loaded]


def _title(module: str) -> str:
    loaded = registry().loaded.get(module)
    return str(loaded.module.title) if loaded else module


def _topics() -> dict[tuple[str, str], str]:
    """Give the topics of the hall's modules, (module, key) to words."""
    return {
        (name, key): word
        for name, _module in _modules()
        for case_type in registry().loaded[name].case_types
        if case_type.topics
        for key, word in case_type.topics(g.tenant).items()
    }


def _route(row: Any, titles: dict[uuid.UUID, str], topics: dict[tuple[str, str], str]) -> Any:
    return {
        "id": row.id,
        "module": _title(row.module),
        "topic": topics.get((row.module, row.topic), row.topic),
        "place": row.place,
        "unit": titles.get(row.unit_id, ""),
    }


@pages.post("/")
def route() -> Answer:
    """Keep a rule."""
    form = forms.read(schemas.RouteSchema, request.form)
    if not form.valid:
        return _index(form), 422
    module, topic = form.data["module"], form.data["topic"].removeprefix(f"{form.data['module']}:")
    try:
        if form.data["topic"] and (module, topic) not in _topics():
            none = _("Choose a topic of this module.")
            raise Invalid(none, fields={"topic": [none]})
        unit = rules.open_unit(g.tenant.id, form.data["unit"])
        rules.route(g.tenant.id, module=module, topic=topic, place=form.data["place"], unit=unit)
    except Invalid as problem:
        form.refuse(problem.fields or {"unit": [problem.message]})
        return _index(form), 422
    flash(_("The rule is kept and holds for new cases."), "success")
    return redirect(url_for("units.index"), 303)


@pages.post("/routes/<uuid:rule_id>/remove")
def unroute(rule_id: uuid.UUID) -> Answer:
    """Take a rule away."""
    rules.unroute(g.tenant.id, rule_id)
    flash(_("The rule is gone. Cases that it has sent stay where they are."), "success")
    return redirect(url_for("units.index"), 303)


@pages.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Make a unit."""
    require(*DECIDERS)
    return _edit(None)


@pages.route("/<uuid:unit_id>", methods=["GET", "POST"])
def edit(unit_id: uuid.UUID) -> Answer:
    """Change a unit."""
    require(*DECIDERS)
    return _edit(rules.unit(g.tenant.id, unit_id))


def _edit(unit: Unit | None) -> Answer:
    staff = staff_of(g.tenant.id)
    if request.method == "GET":
        return _unit_page(unit, staff, forms.blank(schemas.UnitSchema, values=_values(unit)))
    form = forms.read(schemas.UnitSchema, request.form)
    form.fields["members"].value = request.form.getlist("members")
    try:
        if form.valid:
            data = _data(form.data, {str(one.id): one for one in staff})
            rules.keep(g.tenant.id, data, unit_id=unit.id if unit else None)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _unit_page(unit, staff, form), 422
    flash(_("The unit is kept."), "success")
    return redirect(url_for("units.index"), 303)


def _values(unit: Unit | None) -> dict[str, Any]:
    if unit is None:
        return {"members": []}
    return {
        "name_ka": unit.name_ka,
        "name_en": unit.name_en,
        "email": unit.email,
        "head": str(unit.head_id or ""),
        "deputy": str(unit.deputy_id or ""),
        "members": [str(one) for one in rules.members(unit.tenant_id, unit.id)],
    }


def _data(typed: dict[str, Any], staff: dict[str, Colleague]) -> rules.UnitData:
    """Read the people of a unit; one who no longer works here is none of them."""

    def one(name: str) -> uuid.UUID | None:
        found = staff.get(typed[name])
        if typed[name] and found is None:
            words = _("Choose a colleague from the list.")
            raise Invalid(words, fields={name: [words]})
        return found.id if found else None

    return rules.UnitData(
        name_ka=typed["name_ka"],
        name_en=typed["name_en"],
        email=typed["email"],
        head_id=one("head"),
        deputy_id=one("deputy"),
        members=tuple(staff[raw].id for raw in typed["members"] if raw in staff),
    )


def _unit_page(unit: Unit | None, staff: list[Colleague], form: forms.Form) -> str:
    people = [(str(one.id), one.name) for one in staff]
    schemas.offer(form, head=people, deputy=people, members=people)
    title = rules.title(unit) if unit else _("New unit")
    return render_template("units/unit.html", unit=unit, title=title, form=form)


@pages.post("/<uuid:unit_id>/close")
def close(unit_id: uuid.UUID) -> Answer:
    """Close a unit that has no open cases."""
    try:
        rules.close(g.tenant.id, unit_id, now=datetime.now(UTC))
    except Refused as problem:
        flash(str(problem.message), "warning")
        return redirect(url_for("desk.inbox_page", unit=str(unit_id), due="any"), 303)
    flash(_("The unit is closed. Its old cases keep its name."), "success")
    return redirect(url_for("units.index"), 303)
