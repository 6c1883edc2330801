"""The author's page of their own idea: change it while that is possible, or withdraw it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import numbers
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.whose import find as find_case
from mms_core.cases.whose import let_in, own_case
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.forms import Form, blank, read
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import acting
from plugins.your_idea_to_mayor import changing, entry
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME, Idea
from plugins.your_idea_to_mayor.rules import KIND
from plugins.your_idea_to_mayor.schemas import IdeaSchema

WORDS = ("title", "body", "why", "for_whom")
Answer = BaseResponse | str | tuple[str, int]


def _own(number: str, *, lock: bool = False) -> Case:
    """Give the author's own idea; its key in the address opens it too."""
    key = request.args.get("key", "")
    found = find_case(numbers.read(number)) if key else None
    if found is not None:
        let_in(found, key)
    case = own_case(number, lock=lock)
    if (case.module, case.kind) != (NAME, KIND):
        raise NotFound
    return case


@pages.get("/<number>/own")
def own(number: str) -> Answer:
    """Show what the author may still do."""
    case = _own(number)
    return _page(case, _as_it_stands(case))


def _as_it_stands(case: Case) -> Form:
    idea = db.session.get(Idea, (case.tenant_id, case.id))
    more = {"why": idea.why, "for_whom": idea.for_whom} if idea else {}
    return blank(IdeaSchema, values={"title": case.title, "body": case.body, **more})


@pages.post("/<number>/own")
def change(number: str) -> Answer:
    """Change the text, or withdraw the idea."""
    case, now = _own(number, lock=True), datetime.now(UTC)
    person = acting()
    actor = Actor(role="citizen", id=person.id if person else None)
    if request.form.get("go") == "withdraw":
        return _withdraw(case, actor)
    required = g.module_settings["why_required"]
    form = read(IdeaSchema, request.form, known=True, why_required=required, only=WORDS)
    if not form.valid:
        return _page(case, form), 422
    changing.change(
        case,
        **{name: form.data[name] for name in WORDS},
        settings=g.module_settings,
        actor=actor,
        now=now,
    )
    flash(_("The idea is changed; how it stood before is kept."), "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def _withdraw(case: Case, actor: Actor) -> Answer:
    if request.form.get("sure") != "true":
        form = _as_it_stands(case)
        return _page(case, form, unsure=_("Tick the box if you really want to withdraw it.")), 422
    changing.withdraw(registry(), case, actor=actor, now=datetime.now(UTC))
    flash(_("The idea is withdrawn."), "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def _page(case: Case, form: Form, *, unsure: str = "") -> str:
    until = changing.changeable_until(case, g.module_settings)
    form.fields = {name: form.fields[name] for name in WORDS}
    entry.ask_why(form.fields, g.module_settings)
    return render_template(
        f"{NAME}/own.html",
        case=case,
        form=form,
        until=until if until and until > datetime.now(UTC) else None,
        withdrawable=case.merged_into is None and case.state in changing.WITHDRAW,
        late=case.state != changing.FIRST,
        unsure=unsure,
        versions=changing.versions(case),
    )
