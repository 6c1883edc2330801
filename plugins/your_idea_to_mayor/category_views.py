"""The desk's pages of categories: added, renamed, retired, with icon and unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response as BaseResponse

from mms_core.errors import Invalid, NotFound, Refused
from mms_core.forms import Form, blank, read
from mms_core.guard import tenant_modules
from mms_core.i18n import gettext as _now
from mms_core.i18n import lazy_gettext as _
from mms_core.letters import slug
from mms_core.modules import registry
from mms_core.people.current import require
from mms_core.switching.rules import configure
from mms_core.units import rules as units
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.categories import ICONS, LONGEST_KEY, Category, listed, written
from plugins.your_idea_to_mayor.models import NAME

Answer = BaseResponse | str | tuple[str, int]
DECIDERS = ("operator", "head", "mayor")
LAST = "other"  # what is new stands before it


def _name(value: str) -> None:
    if "|" in value or "\n" in value:
        raise ValidationError(str(_("The name may have no line break and no “|”.")))


class CategorySchema(Schema):
    """A category as the hall writes it."""

    ka = fields.String(
        required=True,
        validate=[validate.Length(min=1, max=80), _name],
        error_messages={"required": _("Write the Georgian name.")},
        metadata={"label": _("Name in Georgian")},
    )
    en = fields.String(
        load_default="",
        validate=[validate.Length(max=80), _name],
        metadata={
            "label": _("Name in English"),
            "help": _("Empty: the Georgian name stands on English pages too."),
        },
    )
    icon = fields.String(
        load_default="lightbulb",
        validate=validate.OneOf([*ICONS]),
        metadata={"label": _("Icon"), "kind": "select", "choices": list(ICONS.items())},
    )
    unit = fields.String(
        load_default="",
        metadata={
            "label": _("Unit to which new ideas go"),
            "kind": "select",
            "help": _("A rule for a settlement, which the page of units has, goes before it."),
        },
    )
    retired = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("No longer offered"),
            "help": _("Ideas that have this category keep it and are found by it."),
        },
    )


@pages.get("/desk/categories/")
def desk_categories() -> str:
    """Show the hall's categories with their icons and units."""
    require(*DECIDERS)
    names = units.names(g.tenant.id)
    routed = {row.topic: names.get(str(row.unit_id), "") for row in _routes()}
    rows = [(one, routed.get(one.key, "")) for one in listed(g.module_settings)]
    return render_template(f"{NAME}/desk_categories.html", rows=rows)


def _routes() -> list[Any]:
    rows = units.routes(g.tenant.id)
    return [row for row in rows if row.module == NAME and row.topic and not row.place_key]


@pages.get("/desk/categories/new")
def new_category() -> str:
    """Show the empty form of a category."""
    require(*DECIDERS)
    return _page(blank(CategorySchema))


@pages.post("/desk/categories/new")
def add_category() -> Answer:
    """Add a category to the list."""
    require(*DECIDERS)
    form = read(CategorySchema, request.form)
    rows = listed(g.module_settings)
    key = _new_key(form.data.get("ka", ""), {one.key for one in rows})
    if form.valid and any(one.ka == form.data["ka"] for one in rows):
        form.refuse({"ka": [_("There is a category with this name already.")]})
    if not form.valid:
        return _page(form), 422
    one = _of(Category(key=key, ka=""), form)
    place = next((n for n, row in enumerate(rows) if row.key == LAST), len(rows))
    return _kept([*rows[:place], one, *rows[place:]], one, form)


def _new_key(name: str, taken: set[str]) -> str:
    key = slug(name)[: LONGEST_KEY - 3] or "category"
    return next(one for one in (key, *(f"{key}-{n}" for n in range(2, 99))) if one not in taken)


@pages.get("/desk/categories/<category>")
def edit_category(category: str) -> str:
    """Show the form of a category as it stands."""
    require(*DECIDERS)
    one = _category(category)
    unit = next((str(row.unit_id) for row in _routes() if row.topic == category), "")
    values = {"ka": one.ka, "en": one.en, "icon": one.icon, "retired": one.retired, "unit": unit}
    return _page(blank(CategorySchema, values=values), one)


@pages.post("/desk/categories/<category>")
def change_category(category: str) -> Answer:
    """Keep what has changed of a category."""
    require(*DECIDERS)
    before, form = _category(category), read(CategorySchema, request.form)
    rows = listed(g.module_settings)
    others = [one for one in rows if one.key != category]
    if form.valid and any(one.ka == form.data["ka"] for one in others):
        form.refuse({"ka": [_("There is a category with this name already.")]})
    if form.valid and form.data["retired"] and all(one.retired for one in others):
        form.refuse({"retired": [_("One category at least must stay: a form needs a choice.")]})
    if not form.valid:
        return _page(form, before), 422
    one = _of(before, form)
    return _kept([one if row.key == category else row for row in rows], one, form)


@pages.post("/desk/categories/<category>/move")
def move_category(category: str) -> BaseResponse:
    """Put a category one place earlier in the list that forms offer."""
    require(*DECIDERS)
    one, rows = _category(category), listed(g.module_settings)
    here = rows.index(one)
    if here:
        rows[here - 1], rows[here] = rows[here], rows[here - 1]
        _keep(rows)
    return redirect(url_for(".desk_categories", _anchor=f"category-{category}"), 303)


def _category(key: str) -> Category:
    found = next((one for one in listed(g.module_settings) if one.key == key), None)
    if found is None:
        raise NotFound(_("There is no such category."))
    return found


def _of(one: Category, form: Form) -> Category:
    given = {name: form.data[name] for name in ("ka", "en", "icon", "retired")}
    return replace(one, **given)


def _kept(rows: list[Category], one: Category, form: Form) -> Answer:
    """Keep the list as a new version of the settings, and the unit as a rule of the units."""
    try:
        _keep(rows)
        _route(one, form.data["unit"])
    except Invalid:
        form.refuse({"unit": [_("Choose a unit from the list.")]})
    except Refused as problem:
        form.general.append(str(problem.message))
    if not form.valid:
        return _page(form, one), 422
    flash(_now("The categories are kept and hold at once."), "success")
    return redirect(url_for(".desk_categories"), 303)


def _keep(rows: list[Category]) -> None:
    now = tenant_modules()[NAME]
    configure(
        registry(),
        g.tenant.id,
        module=NAME,
        settings={**now.settings, "categories": written(rows)},
        decided_by=require(*DECIDERS).name,
        seen=now.version,
    )


def _route(one: Category, unit_id: str) -> None:
    before = next((row for row in _routes() if row.topic == one.key), None)
    if unit_id:
        unit = units.open_unit(g.tenant.id, unit_id)
        units.route(g.tenant.id, module=NAME, topic=one.key, place="", unit=unit)
    elif before is not None:
        units.unroute(g.tenant.id, before.id)


def _page(form: Form, one: Category | None = None) -> str:
    form.fields["unit"].choices = [(str(u.id), units.title(u)) for u in units.units_of(g.tenant.id)]
    return render_template(f"{NAME}/desk_category.html", form=form, one=one)
