"""The desk's page on which a hall makes a module ready: act, unit, officer, evidence."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.files.pending import Kept
from mms_core.files.views import limits, pending, send
from mms_core.i18n import gettext as _
from mms_core.modules import Loaded
from mms_core.people.current import require
from mms_core.switching import evidence
from mms_core.switching.grounds import GroundSchema, grounds, lay
from mms_core.switching.views import DECIDERS, Answer, loaded_module, pages


@pages.route("/<name>/ready", methods=["GET", "POST"])
def ground(name: str) -> Answer:
    """Fill the core's lines of the checklist."""
    loaded = loaded_module(name)
    if request.method == "GET":
        return _page(loaded, forms.blank(GroundSchema, values=grounds(g.tenant.id, name)))
    form, box, sent = forms.read(GroundSchema, request.form), pending(g.tenant.id), request.form
    attached = box.gather(
        request.files.getlist("files"),
        tokens=sent.getlist("kept_file"),
        left_out=sent.getlist("leave_out"),
    )
    if not form.valid or attached.problems:
        return _page(loaded, form, kept=box.keep(attached), problems=attached.problems), 422
    by = require(*DECIDERS).name
    lay(g.tenant.id, name, form.data, by=by)
    evidence.change(
        g.tenant.id, name, new=box.settle(attached), without=sent.getlist("without"), by=by
    )
    flash(_("It is noted; the checklist shows what is still open."), "success")
    return redirect(url_for("switching.module", name=name), 303)


def _page(
    loaded: Loaded, form: forms.Form, *, kept: tuple[Kept, ...] = (), problems: tuple[str, ...] = ()
) -> str:
    return render_template(
        "switching/ready.html",
        loaded=loaded,
        form=form,
        kept=kept,
        problems=problems,
        limits=limits(),
        files=evidence.evidence(g.tenant.id, loaded.name),
    )


@pages.get("/<name>/ready/files/<digest>")
def evidence_file(name: str, digest: str) -> Response:
    """Send a file of evidence to the staff of the hall."""
    return send(evidence.find(g.tenant.id, loaded_module(name).name, digest), download=True)
