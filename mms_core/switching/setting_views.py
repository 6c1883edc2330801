"""The desk's page of a module's settings, with the ministry's defaults and bounds."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup, escape

from mms_core import forms
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.modules import Loaded, registry
from mms_core.people.current import require
from mms_core.switching import rules
from mms_core.switching.impact import Running, running, touching
from mms_core.switching.standards import notes, outside, standards
from mms_core.switching.views import DECIDERS, Answer, loaded_module, pages, seen, standing_of


@pages.route("/<name>/settings", methods=["GET", "POST"])
def settings(name: str) -> Answer:
    """Draw the module's settings from its schema, and keep each version as a decision."""
    loaded, standing = loaded_module(name), standing_of(name)
    if loaded.settings is None:
        raise NotFound(_("This module has no settings."))
    if request.method == "GET":
        blank = forms.blank(loaded.settings, values=_stored(name, standing))
        return _page(loaded, standing, blank)
    form = forms.read(loaded.settings, request.form)
    for key, field in form.fields.items():
        if field.kind == "checkboxes":
            field.value = request.form.getlist(key)
    if not form.valid:
        return _page(loaded, standing, form), 422
    typed = loaded.settings().dump(form.data)
    touched = touching(loaded, _stored(name, standing), typed)
    found = running(g.tenant.id, name) if touched else Running()
    if found.cases and request.form.get("sure") != "true":
        return _page(loaded, standing, form, card=(touched, found)), 409
    try:
        rules.configure(
            registry(),
            g.tenant.id,
            module=name,
            settings=typed,
            decided_by=require(*DECIDERS).name,
            seen=seen(),
        )
    except Invalid as problem:
        form.refuse(problem.fields or {"": [problem.message]})
        return _page(loaded, standing, form), 422
    except Refused as problem:
        return _page(loaded, standing_of(name), form, problem=problem.message), 409
    flash(_("The settings are kept and hold at once."), "success")
    return redirect(url_for("switching.module", name=name), 303)


def _stored(name: str, standing: rules.Switched) -> dict[str, Any]:
    return rules.settings_of(registry(), name, stored=standing.settings)


def _page(
    loaded: Loaded,
    standing: rules.Switched,
    form: forms.Form,
    *,
    problem: object = "",
    card: tuple[list[Any], Running] | None = None,
) -> str:
    known = standards(loaded.name)
    schema = loaded.settings
    fields = schema().fields if schema else {}
    for name, standard in known.items():
        if name in form.fields and name in fields:
            drawn, said = form.fields[name], notes(fields[name], standard)
            drawn.help = Markup(" ").join(escape(part) for part in (drawn.help, said) if part)
    stored = _stored(loaded.name, standing)
    return render_template(
        "switching/settings.html",
        loaded=loaded,
        standing=standing,
        form=form,
        outside=[form.fields[name].label for name in outside(stored, known) if name in form.fields],
        problem=problem,
        card=card,
    )
