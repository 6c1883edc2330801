"""A case as its citizen sees it, the door for those who have only number and key, and its files."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)

from mms_core import forms
from mms_core.cases import numbers, own_reply, reading, timeline
from mms_core.cases.clockwork import stands
from mms_core.cases.deadlines import complaint_ends, due_words, is_overdue
from mms_core.cases.models import Case
from mms_core.cases.publicly import is_public, public_url
from mms_core.cases.rules import local_day
from mms_core.cases.schemas import CheckSchema
from mms_core.cases.whose import find, is_own, let_in, own_case
from mms_core.citizen import opinion
from mms_core.citizen.rules import may_reply
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.files.names import size_words
from mms_core.files.stored import Stored
from mms_core.files.views import send
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext, locale
from mms_core.limits import limiter
from mms_core.modules import registry
from mms_core.people.current import acting, is_staff
from mms_core.promises.rules import of_case as promises_of
from mms_core.promises.showing import shown

pages = Blueprint("cases", __name__, url_prefix="/<slug>")
NO_SUCH = lazy_gettext(
    "No case opens with this number and key. Please compare both with the receipt."
)
GUESSES = "20 per minute; 200 per hour"  # a key has 50 bits; a village may share one address


def init_app(app: Flask) -> None:
    """Attach the pages, and the filter that writes a file's size."""
    app.jinja_env.filters["file_size"] = size_words
    app.register_blueprint(pages)


@pages.get("/cases/")
def check() -> str:
    """Ask for number and key."""
    number = request.args.get("number", "")[:40]
    return _door(forms.blank(CheckSchema, values={"number": number}))


@pages.post("/cases/")
@limiter.limit(GUESSES, methods=["POST"])
def open_door() -> Any:
    """Open a case by number and key, or say what is wrong with them."""
    form = forms.read(CheckSchema, request.form)
    if form.valid:
        number = numbers.read(form.data["number"]) or ""
        case = find(number)
        if case is not None and let_in(case, form.data["key"]):
            return redirect(url_for("cases.page", number=number), 303)
        public = public_url(case) if case is not None and not form.data["key"] else None
        if public:
            return redirect(public, 303)
        form.refuse({"key": [NO_SUCH]})
    return _door(form), 422


def _door(form: forms.Form) -> str:
    return render_template("cases/check.html", form=form)


@pages.get("/cases/<number>")
def page(number: str) -> Any:
    """Show a case to its citizen; send others to its public page, its desk, or the door."""
    read = numbers.read(number)
    case = find(read)
    key = request.args.get("key", "")
    if case is not None and key and let_in(case, key):
        return redirect(url_for("cases.page", number=read), 303)  # the key leaves the address
    if case is not None and is_own(case):
        return show_own(case)
    if case is not None and is_staff(case.tenant_id):
        return redirect(url_for("desk.case_page", number=read), 303)
    public = public_url(case) if case is not None else None
    if public:
        return redirect(public, 303)
    form = forms.blank(CheckSchema, values={"number": number[:40]})
    if key:
        form.refuse({"key": [NO_SUCH]})
    return _door(form), 404


@pages.post("/cases/<number>")
@limiter.limit(GUESSES, methods=["POST"])
def answer(number: str) -> Any:
    """Keep the citizen's reply to a message of the hall."""
    case = own_case(number, lock=True)
    try:
        said = own_reply.take(case, acting())
    except (Invalid, Refused) as problem:
        text = request.form.get("text", "")
        return show_own(case, text=text, error=str(problem.message)), problem.status
    flash(said, "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def show_own(
    case: Case,
    *,
    text: str = "",
    error: str = "",
    opinion_error: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """Draw the citizen's page of a case, with what was typed into one of its forms."""
    modules, today = registry(), local_day(datetime.now(UTC))
    case_type, loaded = modules.case_type(case.module, case.kind), modules.loaded.get(case.module)
    messages = reading.messages(case)
    events = reading.events(case)
    return render_template(
        "cases/case.html",
        case=case,
        module=loaded.module.title if loaded else "",
        state=timeline.state_title(case_type, case.state),
        tone=timeline.tone(case_type, case.state),
        remedy=_remedy(case, case_type),
        complain_until=complaint_ends(case),
        overdue=is_overdue(case, today=today),
        due_reason=due_words(case, case_type, locale=locale()),
        lines=timeline.outside(events, case_type, messages=messages, language=case.language),
        files=reading.files(case),
        public_url=public_url(case),
        own_url=_own_url(case, case_type),
        may_reply=may_reply(case),
        waits=case.waits_until if stands(case) else None,
        may_wait=own_reply.may_have_more_time(case),
        asks=opinion.asks(case, case_type, now=datetime.now(UTC)),
        scores=opinion.SCORES,
        reasons=opinion.REASONS,
        opinion_error=opinion_error,
        typed=typed or {},
        promises=[shown(row) for row in promises_of(case)],
        text=text,
        error=error,
    )


def _remedy(case: Case, case_type: Any) -> Any:
    """Say how somebody complains who does not agree, where the case ended with a refusal."""
    states = case_type.states if case_type else ()
    return next((state.remedy for state in states if state.name == case.state), "")


def _own_url(case: Case, case_type: Any) -> str | None:
    """Give the module's page where the author changes or withdraws what is still open."""
    if case_type is None or case_type.own_endpoint is None or case.answered_at or not case.is_open:
        return None
    return url_for(case_type.own_endpoint, number=case.number)


@pages.get("/files/<uuid:attachment_id>")
def file(attachment_id: uuid.UUID) -> Any:
    """Send a file to whoever may see it: everybody a public one, its citizen and the hall any."""
    found = reading.attachment(g.tenant.id, attachment_id)
    if found is None:
        raise NotFound(_("This file is no longer here."))
    row, case = found
    public = row.public and is_public(case)
    if not (public or is_own(case) or is_staff(case.tenant_id)):
        raise NotFound(_("This file is no longer here."))
    edge = request.args.get("thumb", type=int)
    download = "download" in request.args
    return send(Stored.of(row), thumbnail=edge, public=public, download=download)
