"""The ministry's pages of settings: national defaults, bounds, and the halls that deviate."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.modules import Loaded, registry
from mms_core.monitoring import standards as asked
from mms_core.monitoring import touched as touching
from mms_core.monitoring.reader import reading
from mms_core.people.current import require
from mms_core.switching import deciding, words
from mms_core.switching.bounds import FREE
from mms_core.switching.history import in_words
from mms_core.switching.impact import TOUCHES
from mms_core.switching.standards import defaults, schema_defaults, standard_of, standards
from mms_core.tenancy import rules as tenancy

pages = Blueprint("standards", __name__, url_prefix="/ministry/modules/<name>/settings")


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


def _loaded(name: str) -> tuple[Loaded, Any]:
    """Find a sound module and its schema."""
    found = registry().loaded.get(name)
    if found is None or found.settings is None:
        raise NotFound(_("This module has no settings."))
    return found, found.settings


@pages.get("/")
def index(name: str) -> str:
    """List a module's settings with what the ministry has decided, and who deviates."""
    loaded, schema = _loaded(name)
    known, fields = standards(name), schema().fields
    with reading() as connection:
        found = asked.deviations(connection, name, schema, known)
    return render_template(
        "monitoring/standards.html",
        loaded=loaded,
        fields=fields,
        usual=defaults(schema, known),
        known=known,
        free=FREE,
        found=found,
        counted=Counter(item.setting for item in found),
        halls={hall.id: hall for hall in tenancy.all_tenants()},
        decided=[(row, standard_of(row)) for row in deciding.rulings(name)],
        in_words=in_words,
        words=words,
    )


@pages.route("/<setting>", methods=["GET", "POST"])
def setting(name: str, setting: str) -> str | Response | tuple[str, int]:
    """Decide one setting: its default, its bound, and why."""
    loaded, schema = _loaded(name)
    if setting not in schema().fields:
        raise NotFound(_("There is no such setting."))
    if request.method == "GET":
        known = standards(name)
        values = asked.typed_of(known.get(setting), defaults(schema, known)[setting])
        return _form_page(
            loaded, setting, forms.blank(asked.form_of(schema, setting), values=values)
        )
    form = forms.read(asked.form_of(schema, setting), request.form)
    for key, field in form.fields.items():
        if field.kind == "checkboxes":
            field.value = request.form.getlist(key)
    if form.valid:
        ruling, sure = _ruling(setting, schema, form.data), request.form.get("sure") == "true"
        card = None if sure else _card(loaded, schema, setting, ruling)
        if card:
            return _form_page(loaded, setting, form, card=card), 409
        try:
            deciding.rule(registry(), module=name, setting=setting, ruling=ruling)
        except Invalid as problem:
            form.refuse(problem.fields or {"": [problem.message]})
        else:
            flash(_("Your decision is recorded and holds at once."), "success")
            return redirect(url_for("standards.index", name=name), 303)
    return _form_page(loaded, setting, form), 422


def _card(
    loaded: Loaded, schema: Any, setting: str, ruling: deciding.Ruling
) -> touching.Touched | None:
    """Count what it touches, where the module says that the setting holds for open cases."""
    if not schema().fields[setting].metadata.get(TOUCHES):
        return None
    usual = schema_defaults(schema)[setting]
    with reading() as connection:
        found = touching.touched(
            connection,
            loaded.name,
            setting,
            before=defaults(schema, standards(loaded.name))[setting],
            after=usual if ruling.value is None else ruling.value,
            bound=ruling.bound,
        )
    return found if found.any else None


def _ruling(setting: str, schema: Any, data: dict[str, Any]) -> deciding.Ruling:
    value = schema(only=[setting]).dump({setting: data.get("value")}).get(setting)
    return deciding.Ruling(
        value=value if data["has_default"] else None,
        bound=asked.bound_typed(data),
        decided_by=require("ministry").name,
        act_number=data["act_number"],
        act_date=data["act_date"],
        reason=data["reason"],
    )


def _form_page(
    loaded: Loaded, setting: str, form: forms.Form, *, card: touching.Touched | None = None
) -> str:
    schema = loaded.settings
    field = schema().fields[setting] if schema else None
    return render_template(
        "monitoring/standard.html",
        loaded=loaded,
        label=field.metadata.get("label", setting) if field else setting,
        help=field.metadata.get("help", "") if field else "",
        form=form,
        card=card,
    )
