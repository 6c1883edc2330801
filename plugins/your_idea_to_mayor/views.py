"""The pages of who gives an idea: the form and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import (
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import keys
from mms_core.centre import rules as centre
from mms_core.drafts import browser
from mms_core.errors import NotFound
from mms_core.files.stored import Stored
from mms_core.files.views import limits, pending
from mms_core.forms import Form
from mms_core.guard import enters_along, require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import acting
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor import alike, entry, giving, rules, showing, strangers
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.one_idea import due_reason, has_key, idea_row, is_author
from plugins.your_idea_to_mayor.screened import screened
from plugins.your_idea_to_mayor.settings import BY_CODE


@pages.get("/new")
def new() -> str:
    """Show the form."""
    require_open_door(NAME)
    strangers.let_in(g.module_settings)
    return _form_page(entry.blank_form(g.module_settings, acting()))


@pages.post("/new")
@enters_along
def give() -> BaseResponse | tuple[str, int]:
    """Take an idea in; what does not hold is said beside each field, and every word is kept.

    Ideas that ask for the same are shown first, once; the form then says that they were seen.
    """
    require_open_door(NAME)
    sent, tenant, settings = request.form, g.tenant, g.module_settings
    strangers.let_in(settings)
    person, waiting = acting(), pending(tenant.id)
    form = entry.read_form(sent, settings, person)
    attached = waiting.gather(
        request.files.getlist("files"),
        tokens=sent.getlist("kept_file"),
        left_out=sent.getlist("leave_out"),
    )
    form.refuse({"files": list(attached.problems)})
    if not form.valid:
        return _form_page(form, kept=waiting.keep(attached)), 422
    if not sent.get("seen") and (found := alike.alike(tenant.id, form.data)):
        return _form_page(form, kept=waiting.keep(attached), found=found), 422
    if settings["strangers"] == BY_CODE and not entry.can_be_reached(person):
        return _ask_for_code(form, waiting.settle(attached))
    new_idea = entry.new_idea(form.data, person, files=waiting.settle(attached), language=locale())
    now = datetime.now(UTC)
    new_idea = screened(tenant, new_idea, now=now)
    case = rules.submit(registry(), tenant, idea=new_idea, settings=settings, now=now, alone=True)
    key = keys.key_of(current_app.extensions["mms_settings"], tenant.id, case.id)
    return redirect(url_for(".receipt", number=case.number, key=key), 303)


def _ask_for_code(form: Form, files: Sequence[Stored]) -> BaseResponse:
    """Keep the whole form as a draft until its sender has typed the code."""
    typed = {k: v for step in giving.FIELDS for k, v in giving.typed_in(step, request.form).items()}
    draft = browser.keep(browser.current(NAME), NAME, changes=typed | {"seen": "yes"})
    draft.files = [{"stored": one.to_json(), "caption": ""} for one in files]
    draft.title, draft.path = typed["title"][:120], url_for(".check")
    return strangers.ask_for_code(draft, form.data)


def _form_page(form: Form, kept: Any = (), found: Sequence[Any] = ()) -> str:
    return render_template(
        f"{NAME}/new.html",
        form=form,
        kept=kept,
        items=showing.items(found, g.module_settings) if found else [],
        limits=limits(),
        known=acting(),
        due=entry.answer_date(g.tenant.id, g.module_settings, now=datetime.now(UTC)),
        settlements=entry.settlements(g.tenant),
        notice=entry.notice(g.tenant, g.module_settings),
    )


def _taken(row: Any) -> dict[str, Any] | None:
    """Say where and by whom the idea was filed, when a clerk filed it."""
    found = centre.intake_of(g.tenant.id, row.id)
    if found is None:
        return None
    place = tenancy.centre(found.centre_id or 0)
    return {"where": place.name if place else "", "by": found.clerk_name, "on": found.received_on}


@pages.get("/<number>/receipt")
def receipt(number: str) -> Response:
    """Show the receipt: number, date of the answer, and the way back without an account."""
    row = idea_row(number)
    if not (is_author(row) or has_key(row)):
        raise NotFound(_("There is no receipt with this number and key."))
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, row.id)
    answer = make_response(
        render_template(
            f"{NAME}/receipt.html",
            idea=row,
            key=key,
            due_reason=due_reason(row),
            lang=showing.language_of(row.title),
            link=url_for("cases.page", number=row.number, key=key, _external=True),
            taken=_taken(row),
        )
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
