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
from mms_core.errors import NotFound
from mms_core.forms import Form, blank, read
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import acting
from plugins.your_idea_to_mayor import changing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.schemas import IdeaSchema

WORDS = ("title", "body")
Answer = BaseResponse | str | tuple[str, int]


def _own(number: str, *, lock: bool = False) -> Case:
    """Give the author's own idea; its key in the address opens it too."""
    key = request.args.get("key", "")
    found = find_case(numbers.read(number)) if key else None
    if found is not None:
        let_in(found, key)
    case = own_case(number, lock=lock)
    if case.module != NAME:
        raise NotFound
    return case


@pages.get("/<number>/own")
def own(number: str) -> Answer:
    """Show what the author may still do."""
    case = _own(number)
    form = blank(IdeaSchema, values={"title": case.title, "body": case.body})
    return _page(case, form)


@pages.post("/<number>/own")
def change(number: str) -> Answer:
    """Change the text, or withdraw the idea."""
    case, now = _own(number, lock=True), datetime.now(UTC)
    person = acting()
    actor = Actor(role="citizen", id=person.id if person else None)
    if request.form.get("go") == "withdraw":
        return _withdraw(case, actor)
    form = read(IdeaSchema, request.form, known=True, only=WORDS)
    if not form.valid:
        return _page(case, form), 422
    changing.change(
        case,
        title=form.data["title"],
        body=form.data["body"],
        settings=g.module_settings,
        actor=actor,
        now=now,
    )
    flash(_("The idea is changed; how it stood before is kept."), "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def _withdraw(case: Case, actor: Actor) -> Answer:
    if request.form.get("sure") != "true":
        form = blank(IdeaSchema, values={"title": case.title, "body": case.body})
        return _page(case, form, unsure=_("Tick the box if you really want to withdraw it.")), 422
    changing.withdraw(registry(), case, actor=actor, now=datetime.now(UTC))
    flash(_("The idea is withdrawn."), "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def _page(case: Case, form: Form, *, unsure: str = "") -> str:
    until = changing.changeable_until(case, g.module_settings)
    form.fields = {name: form.fields[name] for name in WORDS}
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
