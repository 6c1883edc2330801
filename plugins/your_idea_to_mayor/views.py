"""The pages: the list, one idea, the form, the receipt, the feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
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

from mms_core.cases import keys, numbers
from mms_core.cases.deadlines import explain_due
from mms_core.errors import NotFound
from mms_core.files.stored import Stored
from mms_core.files.views import limits, pending
from mms_core.forms import Form
from mms_core.guard import require_open_door, tenant_modules
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.page_cache import keep
from mms_core.people.current import acting, is_staff
from plugins.your_idea_to_mayor import entry, public, rules, showing
from plugins.your_idea_to_mayor.categories import categories_of, words_of
from plugins.your_idea_to_mayor.feed import write_feed
from plugins.your_idea_to_mayor.models import NAME

THUMBNAIL = 320  # px
pages = Blueprint(NAME, __name__)


@pages.get("/")
def index() -> str | BaseResponse:
    """Show the public ideas, the newest first; a number in the search leads to its idea."""
    keep()
    wanted = _wanted()
    number = numbers.read(wanted.query)
    if number and public.one(g.tenant.id, number):
        return redirect(url_for(".idea", number=number))
    found, categories = public.lines(g.tenant.id, wanted), categories_of(g.module_settings)
    return render_template(
        f"{NAME}/index.html",
        items=showing.items(found.rows, categories),
        wanted=wanted,
        categories=list(categories.items()),
        states=showing.state_choices(),
        previous=_neighbour(after=found.previous),
        next=_neighbour(before=found.next),
        open_door=tenant_modules()[NAME].takes_new,
    )


def _wanted() -> public.Wanted:
    asked = request.args
    return public.Wanted(
        query=asked.get("q", "").strip()[:200],
        state=asked.get("state", "") if asked.get("state", "") in showing.PUBLIC_STATES else "",
        category=asked.get("category", "")[:40],
        before=public.read_place(asked.get("before", "")),
        after=public.read_place(asked.get("after", "")),
    )


def _neighbour(**place: str | None) -> str | None:
    if not any(place.values()):
        return None
    kept = {
        name: request.args[name] for name in ("q", "state", "category") if request.args.get(name)
    }
    return url_for(".index", **kept, **place)  # type: ignore[arg-type]  # a place is text here


@pages.get("/feed.xml")
def feed() -> Response:
    """Give the newest ideas as an Atom feed."""
    found = public.lines(g.tenant.id, public.Wanted())
    answer = Response(write_feed(g.tenant, found.rows), mimetype="application/atom+xml")
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@pages.get("/<number>")
def idea(number: str) -> str:
    """Show an idea with its answer and timeline; one not yet public only to those it concerns."""
    if "key" not in request.args:
        keep()
    row = _row(number)
    inside = _is_author(row) or is_staff(g.tenant.id)
    if not (row.is_public or inside or _has_key(row)):
        raise NotFound(_("There is no public idea with this number."))
    files = public.files(row, all_of_them=inside)
    events = public.events(row)
    return render_template(
        f"{NAME}/idea.html",
        idea=row,
        state=showing.state(row.state),
        category=words_of(row.category, g.module_settings),
        due_reason=_due_reason(row),
        timeline=showing.timeline(events, answer=row.answer),
        answered_on=showing.answered_on(events, row.answer) or row.answered_at,
        late=showing.is_late(row),
        files=[_file_line(file) for file in files],
        lang=showing.language_of(row.title + row.body),
        answer_lang=showing.language_of(row.answer),
    )


def _row(number: str) -> Any:
    found = public.one(g.tenant.id, numbers.read(number) or number)
    if found is None:
        raise NotFound(_("There is no public idea with this number."))
    return found


def _is_author(row: Any) -> bool:
    person = acting()
    return person is not None and row.author_id == person.id


def _has_key(row: Any) -> bool:
    key, settings = request.args.get("key", ""), current_app.extensions["mms_settings"]
    return bool(key) and keys.fits(settings, g.tenant.id, row.id, key)


def _due_reason(row: Any) -> str:
    return explain_due(row, registry().case_type(NAME, rules.KIND), locale=locale())


def _file_line(file: Any) -> dict[str, Any]:
    stored = Stored.of(file)
    small = url_for("cases.file", attachment_id=file.id, thumb=THUMBNAIL)
    return {
        "name": stored.name,
        "href": url_for("cases.file", attachment_id=file.id),
        "kind": stored.kind_words,
        "size": stored.size_words,
        "thumbnail": small if stored.is_picture and stored.thumbnails else None,
    }


@pages.get("/new")
def new() -> str:
    """Show the form."""
    require_open_door(NAME)
    return _form_page(entry.blank_form(g.module_settings, acting()))


@pages.post("/new")
def give() -> BaseResponse | tuple[str, int]:
    """Take an idea in; what does not hold is said beside each field, and every word is kept."""
    require_open_door(NAME)
    person, waiting = acting(), pending(g.tenant.id)
    form = entry.read_form(request.form, g.module_settings, person)
    attached = waiting.gather(
        request.files.getlist("files"),
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    form.refuse({"files": list(attached.problems)})
    if not form.valid:
        return _form_page(form, kept=waiting.keep(attached)), 422
    new_idea = entry.new_idea(form.data, person, files=waiting.settle(attached), language=locale())
    case = rules.submit(
        registry(), g.tenant, idea=new_idea, settings=g.module_settings, now=datetime.now(UTC)
    )
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, case.id)
    return redirect(url_for(".receipt", number=case.number, key=key), 303)


def _form_page(form: Form, kept: Any = ()) -> str:
    return render_template(
        f"{NAME}/new.html",
        form=form,
        kept=kept,
        limits=limits(),
        known=acting(),
        due=entry.answer_date(g.module_settings, now=datetime.now(UTC)),
        settlements=entry.settlements(g.tenant),
        notice=entry.notice(g.tenant, g.module_settings),
    )


@pages.get("/<number>/receipt")
def receipt(number: str) -> Response:
    """Show the receipt: number, date of the answer, and the way back without an account."""
    row = _row(number)
    if not (_is_author(row) or _has_key(row)):
        raise NotFound(_("There is no receipt with this number and key."))
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, row.id)
    answer = make_response(
        render_template(
            f"{NAME}/receipt.html",
            idea=row,
            key=key,
            due_reason=_due_reason(row),
            lang=showing.language_of(row.title),
        )
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
