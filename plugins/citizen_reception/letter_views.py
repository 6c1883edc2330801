"""The guided letter: why and to whom, the words, the sender; then it is printed or sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases import keys
from mms_core.cases.deadlines import due_if_opened
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact
from mms_core.clock import local_day
from mms_core.drafts import browser
from mms_core.drafts import rules as drafts
from mms_core.drafts.models import FormDraft
from mms_core.errors import NotFound
from mms_core.files.stored import Stored
from mms_core.files.views import limits, pending, storage
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import limiter
from mms_core.modules import registry
from mms_core.people.current import Person, acting
from plugins.citizen_reception import letter_paper, letters
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.contact import FORMS, NAMES, contact_of, is_known
from plugins.citizen_reception.day_settings import addressees_of
from plugins.citizen_reception.letter_case import LETTER
from plugins.citizen_reception.letter_schemas import STEPS, LetterSchema
from plugins.citizen_reception.models import NAME

FORM = f"{NAME}.letter"
ORDER = (*STEPS, "check")
LONGEST = 5000
Answer = BaseResponse | str | tuple[str, int]


def let_in() -> None:
    """Show the pages where the hall helps in writing."""
    if not g.module_settings["letters_on"]:
        raise NotFound(_("The city hall does not take letters here."))
    require_open_door(NAME)


def _due(kind: str) -> date:
    """Give the day by which a letter of this kind that is sent now is answered."""
    now = datetime.now(UTC)
    return due_if_opened(g.tenant.id, LETTER, settings=g.module_settings, now=now, topic=kind)


@pages.get("/letters/")
def letters_index() -> str:
    """Say how the centre helps in writing to the city hall, and where an answer comes from."""
    let_in()
    return render_template(
        f"{NAME}/letters.html", kinds=letters.KINDS, draft=browser.current(FORM),
        due=_due("application"),
    )  # fmt: skip


@pages.get("/letters/new/<step>")
def letter_step(step: str) -> Answer:
    """Show a step with what its draft has; without a draft every way begins at the first."""
    let_in()
    draft = _known(step)
    if draft is None and step != ORDER[0]:
        return redirect(url_for(".letter_step", step=ORDER[0]))
    data = draft.data if draft else {}
    return _step_page(step, _fitted(step, forms.blank(LetterSchema, values=data)))


def _known(step: str) -> FormDraft | None:
    if step not in STEPS:
        abort(404)
    return browser.current(FORM)


def _context(person: Person | None = None) -> dict[str, Any]:
    known = is_known(person or acting())
    return {"addressees": addressees_of(g.module_settings), "known": known}


def _fitted(step: str, form: forms.Form) -> forms.Form:
    """Keep a step's own fields, without those that an account knows."""
    person = acting()
    wanted = [n for n in STEPS[step] if not (is_known(person) and n in NAMES)]
    form.fields = {name: form.fields[name] for name in wanted}
    if "addressee" in form.fields:
        form.fields["addressee"].choices = list(addressees_of(g.module_settings).items())
    return form


@pages.post("/letters/new/<step>")
def take_letter_step(step: str) -> Answer:
    """Keep a step in the draft and lead on; what does not hold is said beside its field."""
    let_in()
    draft = _known(step)
    names = STEPS[step]
    form = _fitted(step, forms.read(LetterSchema, request.form, only=_own(names), **_context()))
    files = _new_files(draft, form) if step == "text" else None
    if not form.valid:
        return _step_page(step, form), 422
    changes = {n: request.form.get(n, "").replace("\x00", "")[:LONGEST] for n in names}
    draft = browser.keep(draft, FORM, changes=changes)
    if files is not None:
        draft.files = files
    draft.title, draft.path = draft.data.get("title", "")[:120], url_for(".letters_index")
    if request.form.get("go") == "attach":
        return redirect(url_for(".letter_step", step=step), 303)
    following = ORDER[ORDER.index(step) + 1]
    return redirect(_way(following), 303)


def _own(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(n for n in names if not (is_known(acting()) and n in NAMES))


def _way(step: str) -> str:
    return url_for(".letter_check") if step == "check" else url_for(".letter_step", step=step)


def _new_files(draft: FormDraft | None, form: forms.Form) -> list[dict[str, Any]]:
    """Give the draft's files without those left out, and with the new ones."""
    left_out = set(request.form.getlist("leave_out"))
    kept = [f for f in (draft.files if draft else []) if f["stored"]["key"] not in left_out]
    uploads = [item for item in request.files.getlist("files") if item.filename]
    attached = pending(g.tenant.id).gather(uploads[: max(limits().max_files - len(kept), 0)])
    form.general += attached.problems
    if len(uploads) > limits().max_files - len(kept):
        form.general.append(str(limits().words))
    if form.general:
        return kept
    return kept + [{"stored": one.to_json()} for one in pending(g.tenant.id).settle(attached)]


def _step_page(step: str, form: forms.Form) -> str:
    person, draft = acting(), browser.current(FORM)
    kind = (draft.data if draft else {}).get("kind", "")
    needs = next((needs for key, _words, needs in letters.KINDS if key == kind), "")
    return render_template(
        f"{NAME}/letter_step.html",
        step=step,
        form=form,
        at=ORDER.index(step) + 1,
        files=files_of(draft) if draft else [],
        needs=needs,
        known=person if is_known(person) else None,
        limits=limits(),
    )


def files_of(draft: FormDraft) -> list[Stored]:
    """Give a draft's files."""
    return [Stored.from_json(file["stored"]) for file in draft.files]


@pages.get("/letters/new/check")
def letter_check() -> Answer:
    """Show the whole letter; from here it is printed or sent."""
    let_in()
    draft = browser.current(FORM)
    wrong = _wrong_step(draft)
    if draft is None or wrong:
        return redirect(url_for(".letter_step", step=wrong or ORDER[0]))
    return render_template(
        f"{NAME}/letter_check.html",
        words=_words(draft),
        kind=letters.topics(None)[draft.data["kind"]],
        files=files_of(draft),
        at=len(ORDER),
        due=_due(draft.data["kind"]),
    )


def _wrong_step(draft: FormDraft | None) -> str:
    """Name the first step of a draft that does not hold; empty when all do."""
    data = draft.data if draft else {}
    for step, names in STEPS.items():
        if not forms.read(LetterSchema, data, only=_own(names), **_context()).valid:
            return step
    return ""


def _words(draft: FormDraft) -> dict[str, Any]:
    form = forms.read(LetterSchema, draft.data, **_context())
    said = contact_of(form.data, acting()) | {n: form.data[n] for n in form.data if n not in NAMES}
    return said | {"addressee": addressees_of(g.module_settings)[form.data["addressee"]]}


@pages.get("/letters/new/paper.pdf")
def draft_paper() -> Answer:
    """Give the letter as a paper to be signed and brought; nothing is sent."""
    let_in()
    draft = browser.current(FORM)
    wrong = _wrong_step(draft)
    if draft is None or wrong:
        return redirect(url_for(".letter_step", step=wrong or ORDER[0]))
    names = [one.name for one in files_of(draft)]
    today = local_day(datetime.now(UTC))
    return as_pdf(letter_paper.pdf(g.tenant, _words(draft), files=names, on=today))


def as_pdf(body: bytes, name: str = "letter.pdf") -> Response:
    """Answer with a paper that the browser shows."""
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/letters/new/check")
@limiter.limit(FORMS, methods=["POST"])
def send_letter() -> Answer:
    """Register the letter of the draft; its number and date come back at once."""
    let_in()
    draft = browser.current(FORM)
    if draft is None:
        flash(_("There is no unfinished letter here; perhaps it was sent already."), "info")
        return redirect(url_for(".letters_index"), 303)
    wrong = _wrong_step(draft)
    if wrong:
        return redirect(url_for(".letter_step", step=wrong), 303)
    person, words = acting(), _words(draft)
    new = letters.NewLetter(
        **{n: words[n] for n in ("kind", "addressee", "title", "facts", "request", "address")},
        contact=Contact(**{n: words[n] for n in NAMES}),
        author_id=person.id if person else None,
        language=locale(),
        files=files_of(draft),
    )
    case = _register(new, g.module_settings)
    drafts.drop(draft)
    flash(_("Thank you. Your letter is registered: %(number)s.", number=case.number), "success")
    return redirect(way_to(case), 303)


def _register(new: letters.NewLetter, settings: Mapping[str, Any]) -> Case:
    now = datetime.now(UTC)
    return letters.register(registry(), g.tenant, new=new, settings=settings, now=now)


def way_to(case: Case) -> str:
    """Give the address of a case with its key."""
    key = keys.key_of(current_app.extensions["mms_settings"], case.tenant_id, case.id)
    return url_for("cases.page", number=case.number, key=key)


@pages.post("/letters/new/discard")
def discard_letter() -> BaseResponse:
    """Throw the draft away."""
    draft = browser.current(FORM)
    if draft is not None:
        drafts.throw_away(draft, storage=storage())
        flash(_("The draft is gone."), "info")
    return redirect(url_for(".letters_index"), 303)
