"""The desk's page on which a hall makes a module ready: act, unit, officer, evidence."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.i18n import gettext as _
from mms_core.people.current import require
from mms_core.switching.grounds import GroundSchema, grounds, lay
from mms_core.switching.views import DECIDERS, Answer, loaded_module, pages


@pages.route("/<name>/ready", methods=["GET", "POST"])
def ground(name: str) -> Answer:
    """Fill the core's lines of the checklist."""
    loaded = loaded_module(name)
    if request.method == "GET":
        form = forms.blank(GroundSchema, values=grounds(g.tenant.id, name))
        return render_template("switching/ready.html", loaded=loaded, form=form)
    form = forms.read(GroundSchema, request.form)
    if not form.valid:
        return render_template("switching/ready.html", loaded=loaded, form=form), 422
    lay(g.tenant.id, name, form.data, by=require(*DECIDERS).name)
    flash(_("It is noted; the checklist shows what is still open."), "success")
    return redirect(url_for("switching.module", name=name), 303)
