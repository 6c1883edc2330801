"""The officers' pages: what waits for a look, and one thing with all that can be done to it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from mms_core.cases.log import Actor
from mms_core.errors import Invalid, NotAllowed, NotFound, Refused
from mms_core.files.stored import Stored
from mms_core.files.views import send, storage
from mms_core.i18n import gettext as _
from mms_core.moderation import appeals, pictures, queue, redaction, rules
from mms_core.moderation.catalogue import act_of, national, rules_of, set_rules, write_own
from mms_core.moderation.screening import CAUSES
from mms_core.moderation.things import Thing, moderated, posted
from mms_core.people.current import STAFF, Person, require, roles_in

pages = Blueprint("moderation_desk", __name__, url_prefix="/<slug>/desk/moderation")
Problems = dict[str, list[Any]]


def officer() -> Person:
    """Give the acting officer of this hall; anybody else is refused."""
    return require(*sorted(STAFF))


def _actor(person: Person) -> Actor:
    roles = roles_in(g.tenant.id)
    role = next((role for role in ("operator", "head", "mayor") if role in roles), "operator")
    return Actor(role=role, id=person.id, name=person.name)


@pages.get("/")
def queue_page() -> str:
    """List what screening held, what readers reported, and the appeals that wait."""
    actor = _actor(officer())
    rows, beyond = queue.page(g.tenant.id, after=_place(request.args.get("after", "")))
    following = f"{beyond[0].isoformat()}~{beyond[1]}" if beyond else ""
    return render_template(
        "moderation/queue.html",
        rows=[_row(row) for row in rows],
        appeals=[_row(row) | {"own": appeals.is_own(row, actor)} for row in _appeals()],
        causes=CAUSES,
        may_rule=bool(roles_in(g.tenant.id) & {"head", "mayor"}),
        next=url_for("moderation_desk.queue_page", after=following) if following else None,
    )


def _appeals() -> Any:
    return queue.appeals(g.tenant.id) if "after" not in request.args else ()


def _place(raw: str) -> queue.Place | None:
    moment, _sign, number = raw.partition("~")
    try:
        return datetime.fromisoformat(moment), uuid.UUID(number)
    except ValueError:
        return None


def _row(row: Any) -> dict[str, Any]:
    """Put a thing into a line; one whose module is gone is named by its number alone."""
    thing = rules.thing_of(row)
    try:
        kind, found = moderated(thing).title, posted(thing)
    except NotFound:
        kind, found = thing.kind, None
    return {"row": row, "kind": kind, "found": found}


@pages.get("/<module>/<kind>/<uuid:ref>")
def thing_page(module: str, kind: str, ref: uuid.UUID) -> str:
    """Show a thing with its reports and everything that can be decided."""
    person = officer()
    thing = Thing(tenant_id=g.tenant.id, module=module, kind=kind, ref=ref)
    return _show(thing, person, problems={})


def _show(thing: Thing, person: Person, *, problems: Problems, original: str = "") -> str:
    actor, hidden = _actor(person), rules.hidden_now(thing)
    rows = rules_of(thing.tenant_id)
    return render_template(
        "moderation/thing.html",
        thing=thing,
        kind=moderated(thing),
        found=posted(thing),
        hidden=hidden,
        own=hidden is not None and appeals.is_own(hidden, actor),
        waiting=rules.waiting(thing),
        reports=queue.reports(thing),
        history=queue.history(thing),
        rules=[(rule.key, rule.named(), rule.told()) for rule in rows.values()],
        names={rule.key: rule.named() for rule in rows.values()},
        causes=CAUSES,
        picture=_picture(thing),
        original=original,
        typed=request.form,
        problems=problems,
    )


def _picture(thing: Thing) -> bool:
    """Tell whether the thing is a picture, which can be painted over."""
    found = pictures.attachment(thing.tenant_id, thing.ref) if thing.kind == pictures.KIND else None
    return found is not None and Stored.of(found[0]).is_picture


@pages.post("/<module>/<kind>/<uuid:ref>")
def act(module: str, kind: str, ref: uuid.UUID) -> Any:
    """Do what an officer decided; a refusal shows the page with the words as they were typed."""
    person = officer()
    thing = Thing(tenant_id=g.tenant.id, module=module, kind=kind, ref=ref)
    work = WORK.get(request.form.get("do", ""))
    if work is None:
        raise Invalid(_("It is not clear what should be done."))
    try:
        work(thing, _actor(person))
    except (Invalid, Refused, NotAllowed) as problem:
        fields = _own_fields(problem) if isinstance(problem, Invalid) else {}
        shown = _show(thing, person, problems=fields or {"": [problem.message]})
        return shown, problem.status
    flash(_("Done. The trace of it has been kept."), "success")
    return redirect(url_for(".thing_page", module=module, kind=kind, ref=ref), 303)


def _own_fields(problem: Invalid) -> Problems:
    """Name the fields as the form for a part calls them, where the form for a part was sent."""
    if request.form.get("do") not in {"strike", "paint"}:
        return problem.fields
    names = {"rule": "rule_part", "reason": "reason_part"}
    return {names.get(name, name): texts for name, texts in problem.fields.items()}


@pages.post("/original/<uuid:hiding_id>")
def original(hiding_id: uuid.UUID) -> Any:
    """Show an officer the original of what is hidden in part; the look is logged."""
    person = officer()
    row = appeals.hiding(g.tenant.id, hiding_id)
    if row.part == "whole" or not row.original:
        raise NotFound(_("There is no such text."))
    redaction.look(row, actor=_actor(person), now=datetime.now(UTC))
    if row.part == "picture":
        return send(Stored.from_json(json.loads(row.original)))
    return _show(rules.thing_of(row), person, problems={}, original=row.original)


def _hide(thing: Thing, actor: Actor) -> None:
    rule, reason = request.form.get("rule", ""), request.form.get("reason", "")
    rules.hide(thing, rule=rule, reason=reason, actor=actor, now=datetime.now(UTC))


def _strike(thing: Thing, actor: Actor) -> None:
    redaction.strike(
        thing,
        passages=request.form.get("passages", ""),
        rule=request.form.get("rule_part", ""),
        reason=request.form.get("reason_part", ""),
        actor=actor,
        now=datetime.now(UTC),
    )


def _paint(thing: Thing, actor: Actor) -> None:
    found = pictures.attachment(thing.tenant_id, thing.ref)
    if found is None or thing.kind != pictures.KIND:
        raise Refused(_("Only a picture can be painted over."))
    redaction.paint(
        thing,
        found[0],
        boxes=redaction.read_boxes(request.form.get("boxes", "")),
        rule=request.form.get("rule_part", ""),
        reason=request.form.get("reason_part", ""),
        actor=actor,
        now=datetime.now(UTC),
        storage=storage(),
    )


def _restore(thing: Thing, actor: Actor) -> None:
    reason = request.form.get("reason_restore", "")
    rules.restore(thing, actor=actor, now=datetime.now(UTC), reason=reason)


def _keep(thing: Thing, actor: Actor) -> None:
    rules.keep(thing, actor=actor, now=datetime.now(UTC))


def _decide(thing: Thing, actor: Actor) -> None:
    row = rules.hidden_now(thing, lock=True)
    if row is None:
        raise Refused(_("It is not hidden any more."))
    won, text = request.form.get("won", ""), request.form.get("text_appeal", "")
    if won not in {"yes", "no"}:
        none = [_("Choose whether the appeal is won.")]
        raise Invalid(none[0], fields={"won": none})
    appeals.decide(row, won=won == "yes", text=text, actor=actor, now=datetime.now(UTC))


WORK: dict[str, Callable[[Thing, Actor], None]] = {
    "hide": _hide,
    "strike": _strike,
    "paint": _paint,
    "restore": _restore,
    "keep": _keep,
    "decide": _decide,
}


@pages.get("/rules")
def rules_page() -> str:
    """Show the head and the mayor the rules of the hall."""
    require("head", "mayor")
    chosen = [key for key in rules_of(g.tenant.id) if key in national()]
    typed = {"own": write_own(g.tenant.id), "legal_act": act_of(g.tenant.id)}
    return _rules_form(chosen, typed, problems={})


def _rules_form(chosen: list[str], typed: dict[str, str], *, problems: Problems) -> str:
    listed = [(rule.key, rule.named(), rule.told()) for rule in national().values()]
    return render_template(
        "moderation/rules.html", listed=listed, chosen=chosen, typed=typed, problems=problems
    )


@pages.post("/rules")
def save_rules() -> Any:
    """Keep the rules of the hall; what was decided by the former ones stays as it was."""
    person = require("head", "mayor")
    chosen = request.form.getlist("in_force")
    typed = {name: request.form.get(name, "") for name in ("own", "legal_act")}
    try:
        set_rules(g.tenant.id, in_force=chosen, by=person.name, now=datetime.now(UTC), **typed)
    except Invalid as problem:
        return _rules_form(chosen, typed, problems=problem.fields), 422
    flash(_("The rules have been saved."), "success")
    return redirect(url_for(".rules_page"), 303)
