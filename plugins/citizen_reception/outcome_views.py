"""What came of a visit: written after it, kept as a draft while the line is bad, never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases import numbers
from mms_core.cases.models import Case
from mms_core.cases.rules import StaleError, by_number
from mms_core.drafts import browser
from mms_core.drafts import rules as drafts
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from plugins.citizen_reception import outcomes
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.day_schemas import OutcomeSchema
from plugins.citizen_reception.day_views import actor, officer
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]
KEPT = ("result", "text", "promise_text", "promise_due", "linked", "note")


@pages.get("/desk/outcomes/<number>")
def outcome(number: str) -> Answer:
    """Show the form, with what was kept of it."""
    officer()
    case = _visit(number)
    draft = browser.current(_form(case))
    return _page(case, forms.blank(OutcomeSchema, values=draft.data if draft else {}))


def _visit(number: str, *, lock: bool = False) -> Case:
    case = by_number(g.tenant.id, numbers.read(number) or number, lock=lock)
    case_type = registry().case_type(case.module, case.kind)
    if case.module != NAME or case_type is None or case_type.step(outcomes.MISSED) is None:
        raise NotFound(_("There is no case with this number."))
    return case


def _form(case: Case) -> str:
    return f"{NAME}.outcome.{case.number}"


def _page(case: Case, form: forms.Form) -> str:
    return render_template(
        f"{NAME}/desk/outcome.html", case=case, form=form, linked=outcomes.linked(case)
    )


@pages.post("/desk/outcomes/<number>")
def write_outcome(number: str) -> Answer:
    """Close the visit with what came of it; what a colleague wrote first is shown."""
    person = officer()
    case = _visit(number, lock=True)
    if request.form.get("do") == "keep":
        return _keep(case)
    if not case.is_open:
        flash(_("What came of this visit is written already."), "info")
        return redirect(url_for("desk.case_page", number=case.number), 303)
    form = forms.read(OutcomeSchema, request.form)
    missed = request.form.get("do") == "missed"
    if not missed and not request.form.get("result"):
        form.refuse({"result": [_("Choose what came of it.")]})
    if not form.valid:
        return _page(case, form), 422
    try:
        outcomes.conclude(
            registry(),
            case,
            outcome=_outcome(form.data, missed=missed),
            version=request.form.get("version", 0, type=int),
            actor=actor(person),
            now=datetime.now(UTC),
        )
    except StaleError as problem:
        form.general.append(str(problem.message))
        return _page(case, form), 409
    except Invalid as problem:
        form.refuse(problem.fields)
        return _page(case, form), 422
    draft = browser.current(_form(case))
    if draft is not None:
        drafts.drop(draft)
    flash(_("Kept. The citizen is told, where they left an address."), "success")
    return redirect(url_for(".desk_day"), 303)


def _outcome(data: dict[str, Any], *, missed: bool) -> outcomes.Outcome:
    return outcomes.Outcome(
        text=data["text"],
        result="" if missed else data["result"],
        note=data["note"],
        linked=outcomes.typed_numbers(data["linked"]),
        promise_text="" if missed else data["promise_text"],
        promise_due=data["promise_due"],
        step=outcomes.MISSED if missed else outcomes.RECEIVED,
    )


def _keep(case: Case) -> BaseResponse:
    """Keep the words as they are, for a bad line or the next visitor."""
    changes = {name: request.form.get(name, "").replace("\x00", "")[:5000] for name in KEPT}
    draft = browser.keep(browser.current(_form(case)), _form(case), changes=changes)
    draft.title, draft.path = case.title[:120], url_for(".outcome", number=case.number)
    flash(_("Kept. Come back to this page to go on."), "success")
    return redirect(url_for(".outcome", number=case.number), 303)
