"""The desk's pages of modules: what is on, what it needs, how it is set, who decided it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.contributions import Check
from mms_core.errors import NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import Loaded, registry
from mms_core.people.current import require
from mms_core.switching import planning, rules, schemas, telling, words
from mms_core.switching.grounds import LINES
from mms_core.switching.health import explained
from mms_core.switching.history import history, last_decisions
from mms_core.switching.impact import impact
from mms_core.switching.readiness import TITLES, missing, readiness
from mms_core.switching.readme import PICTURES, pictures, readme
from mms_core.switching.standards import outside, standards

pages = Blueprint("switching", __name__, url_prefix="/<slug>/desk/modules")
DECIDERS = ("operator", "head", "mayor")
PARTS = ("ground_views", "off_views", "plan_views", "setting_views")  # add pages to these
Answer = str | Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add the pages under every municipality's desk."""
    for part in PARTS:
        importlib.import_module(f"mms_core.switching.{part}")
    app.register_blueprint(pages)


@pages.before_request
def only_staff() -> None:
    """Let in those who may decide."""
    require(*DECIDERS)


@pages.context_processor
def _shared() -> dict[str, Any]:
    return {"words": words, "desk_url": url_for("switching.index").removesuffix("modules/")}


@pages.get("/")
def index() -> str:
    """List every module that was found, the quarantined ones with their reason."""
    modules, tenant = registry(), g.tenant
    return render_template(
        "switching/index.html",
        modules=list(modules.loaded.values()),
        broken=modules.quarantined,
        explained=explained,
        now=rules.switched(tenant.id),
        last=last_decisions(tenant.id),
    )


def loaded_module(name: str) -> Loaded:
    """Find a sound module, or say that there is none."""
    found = registry().loaded.get(name)
    if found is None:
        raise NotFound(_("There is no such module, or it is out of order."))
    return found


def standing_of(name: str) -> rules.Switched:
    """Tell how a module stands in this hall."""
    return rules.standing(g.tenant.id, name)


def _outside(loaded: Loaded, standing: rules.Switched) -> list[Any]:
    """Name the settings that stand outside of what the ministry allows now."""
    if loaded.settings is None:
        return []
    stored = rules.settings_of(registry(), loaded.name, stored=standing.settings)
    fields = loaded.settings().fields
    names = outside(stored, standards(loaded.name))
    return [fields[name].metadata.get("label", name) for name in names if name in fields]


def seen() -> int | None:
    """Give the version of the module that the person had before their eyes."""
    raw = request.form.get("seen", "")
    return int(raw) if raw.isdigit() else None


@pages.get("/<name>/")
def module(name: str) -> str:
    """Show a module: its state, its checklist, its description and its history."""
    return _module_page(loaded_module(name))


@pages.get("/<name>/pictures/<file>")
def picture(name: str, file: str) -> Response:
    """Send one of the pictures that a module lists."""
    loaded = loaded_module(name)
    if file not in {one.file for one in pictures(loaded)}:
        raise NotFound(_("This file is no longer here."))
    return send_from_directory(loaded.folder / PICTURES, file, max_age=3600)


def _module_page(
    loaded: Loaded, *, form: forms.Form | None = None, problem: object = ""
) -> str:  # fmt: skip
    now = rules.switched(g.tenant.id)
    standing = now.get(loaded.name, rules.Switched(module=loaded.name))
    checks = readiness(registry(), g.tenant, module=loaded.name, now=now)
    may_start = next(check.done for check in checks if check.name == "allowed")
    states = _offered(standing, may_start=may_start)
    return render_template(
        "switching/module.html",
        loaded=loaded,
        standing=standing,
        outside=_outside(loaded, standing),
        may_start=may_start,
        checks=checks,
        ways={check.name: way_to(loaded, check) for check in checks},
        titles={**TITLES, **{check.name: check.title for check in checks}},
        states=states,
        form=schemas.offer(form or forms.blank(schemas.SwitchSchema), states),
        problem=problem,
        readme=readme(loaded.folder, locale()),
        pictures=pictures(loaded),
        history=history(registry(), g.tenant.id, module=loaded.name),
        planned=planning.waiting(g.tenant.id, module=loaded.name),
        ended=planning.ended(g.tenant.id, module=loaded.name),
        told=telling.concerned(g.tenant.id, loaded.name, but=require(*DECIDERS).id),
        undoable=planning.undoable(g.tenant.id, module=loaded.name),
    )


def way_to(loaded: Loaded, check: Check) -> str:
    """Give the address where an open line of the checklist is done."""
    for line, (fields, _everywhere) in LINES.items():
        if check.name == line:
            return url_for("switching.ground", name=loaded.name, _anchor=f"field-{fields[0]}")
    if check.name == "allowed":
        return url_for("letters_desk.inbox")
    if check.name.startswith("requires:"):
        return url_for("switching.module", name=check.name.removeprefix("requires:"))
    if check.url or loaded.settings is None or check.name == "contacts":
        return check.url
    return url_for("switching.settings", name=loaded.name)


def _offered(standing: rules.Switched, *, may_start: bool) -> set[str]:
    """Name the states that can be chosen now; switching off has a page of its own."""
    states = {"on", "trial", "closing"} - {standing.state}
    if standing.state == "off":
        states.discard("closing")
    return states if may_start else states - rules.STARTING


@pages.post("/<name>/switch")
def switch(name: str) -> Answer:
    """Switch a module on, to trial or to closing; off first shows what it would touch."""
    loaded = loaded_module(name)
    form = forms.read(schemas.SwitchSchema, request.form)
    if not form.valid:
        return _module_page(loaded, form=form), 422
    if form.data["state"] == "off" and impact(registry(), g.tenant, module=name):
        return redirect(url_for("switching.off", name=name), 303)
    try:
        decide(name, form.data["state"], form.data)
    except Refused as problem:
        return _module_page(loaded, form=form, problem=problem.message), 409
    return done(loaded, form.data["state"])


def decision_of(state: str, data: Mapping[str, Any]) -> rules.Decision:
    """Make a decision of a form's words and the officer who sent it."""
    return rules.Decision(
        state=state,
        decided_by=require(*DECIDERS).name,
        act_number=data["act_number"],
        act_date=data["act_date"],
        reason=data["reason"],
    )


def decide(name: str, state: str, data: Mapping[str, Any]) -> None:
    """Record a decision, with what was not ready when it opens, and tell the officers."""
    open_lines, before = missing(registry(), g.tenant, module=name, state=state), standing_of(name)
    decision = replace(decision_of(state, data), missing=open_lines)
    row = rules.switch(registry(), g.tenant.id, module=name, decision=decision, seen=seen())
    by = require(*DECIDERS).id
    telling.tell(registry(), row, before=before.state, reason=decision.reason, by=by)


def done(loaded: Loaded, state: str) -> Response:
    """Say how the module stands now."""
    said = _("%(module)s: %(state)s.", module=loaded.module.title, state=words.STATES[state])
    flash(said, "success")
    return redirect(url_for("switching.module", name=loaded.name), 303)
