"""The guided form, a question at a time: the idea, what is there already, the place, you, check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.drafts import browser
from mms_core.drafts import rules as drafts
from mms_core.drafts.models import FormDraft
from mms_core.files.views import limits, pending, storage
from mms_core.forms import Form
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.maps import tiles
from mms_core.people.current import acting, ask_to_sign_in
from plugins.your_idea_to_mayor import alike, entry, giving, sending, showing, strangers
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.categories import words_of
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.schemas import LANGUAGES, SHOWN
from plugins.your_idea_to_mayor.scripts import in_georgian_letters, is_latin_georgian

Answer = BaseResponse | str | tuple[str, int]


@pages.get("/new/<step>")
def give_step(step: str) -> Answer:
    """Show a step with what its draft has; without a draft every way begins at the first."""
    _known(step)
    require_open_door(NAME)
    strangers.let_in(g.module_settings)
    draft = browser.current(NAME)
    if draft is None and step != "idea":
        return redirect(url_for(".give_step", step="idea"))
    data = draft.data if draft else {}
    form = giving.step_shown(step, data, g.module_settings, person=acting())
    return _step_page(step, form, draft)


@pages.post("/new/<step>")
def take_step(step: str) -> Answer:
    """Keep a step in the draft and lead on; what does not hold is said beside its field."""
    _known(step)
    require_open_door(NAME)
    strangers.let_in(g.module_settings)
    draft = _draft()
    form = giving.step_form(step, request.form, g.module_settings, person=acting())
    files = _new_files(draft, form) if step == "place" else None
    to_map = step == "place" and request.form.get("go") == "map" and not form.general
    if not form.valid and not to_map:
        return _step_page(step, form, draft), 422
    typed = giving.typed_in(step, request.form)
    draft = browser.keep(draft, NAME, changes=typed)
    if files is not None:
        draft.files = files
    draft.title = draft.data.get("title", "")[:120]
    draft.path = _way(step)
    return redirect(url_for(".map_page") if to_map else _onward(step, draft), 303)


def _known(step: str) -> None:
    if step not in giving.FIELDS:
        abort(404)


def _onward(step: str, draft: FormDraft) -> str:
    """Give the way on: past what is there already, and back to the check where one came from."""
    if request.form.get("go") == "attach":
        return _way(step)
    if step == "idea" and alike.alike(g.tenant.id, draft.data):
        return url_for(".alike_page")
    return _way("check" if draft.data.get("seen") else giving.after(step))


def _way(step: str) -> str:
    return url_for(".check") if step == "check" else url_for(".give_step", step=step)


def _draft() -> FormDraft | None:
    """Give the draft of this form; who was signed out while typing signs in and loses nothing."""
    draft = browser.current(NAME)
    if draft is None and request.form.get("of_person") and acting() is None:
        ask_to_sign_in()
    return draft


def _new_files(draft: FormDraft | None, form: Form) -> list[dict[str, Any]]:
    """Give the draft's files without those left out, with captions, and with the new ones."""
    waiting = pending(g.tenant.id)
    left_out = set(request.form.getlist("leave_out"))
    before = [f for f in (draft.files if draft else []) if f["stored"]["key"] not in left_out]
    kept = [
        {**file, "caption": request.form.get(f"caption-{file['stored']['key']}", "")[:200]}
        for file in before
    ]
    room = limits().max_files - len(kept)
    uploads = [item for item in request.files.getlist("files") if item.filename]
    attached = waiting.gather(uploads[: max(room, 0)])
    problems = list(attached.problems)
    if len(uploads) > room:
        problems.append(str(limits().words))
    if problems:
        form.general += problems
        return kept
    new = [{"stored": one.to_json(), "caption": ""} for one in waiting.settle(attached)]
    return kept + new


def _step_page(step: str, form: Form, draft: FormDraft | None) -> str:
    return render_template(
        f"{NAME}/give_{step}.html",
        step=step,
        form=form,
        draft=draft,
        data=(draft.data if draft else {}) | dict(request.form),
        known=acting(),
        limits=limits(),
        settlements=entry.settlements(g.tenant),
        where=_where(draft),
        has_map=tiles() is not None,
        due=entry.answer_date(g.tenant.id, g.module_settings, now=datetime.now(UTC)),
        labels=list(giving.LABELS.values()),
        at=giving.ORDER.index(step) + 1,
    )


def _where(draft: FormDraft | None) -> str:
    try:
        point = [float(draft.data[name]) for name in ("lat", "lon")] if draft else []
    except (KeyError, ValueError):
        return ""
    return giving.place_words(g.tenant, *point) if point else ""


@pages.get("/new/alike")
def alike_page() -> Answer:
    """Show the ideas that ask for the same, before another one is sent."""
    draft = browser.current(NAME)
    if draft is None:
        return redirect(url_for(".give_step", step="idea"))
    found = alike.alike(g.tenant.id, draft.data)
    onward = _way("check" if draft.data.get("seen") else "place")
    if not found:
        return redirect(onward)
    items = showing.items(found, g.module_settings)
    return render_template(
        f"{NAME}/give_alike.html",
        items=items,
        onward=onward,
        draft=draft,
        labels=list(giving.LABELS.values()),
    )


@pages.post("/new/alike")
def alike_now() -> str:
    """Give the alike ideas of what is being typed, as a part of the page."""
    typed = {name: request.form.get(name, "")[:500] for name in ("title", "body")}
    found = alike.alike(g.tenant.id, typed) if len(typed["title"]) > 5 else []
    return render_template(f"{NAME}/alike_part.html", items=showing.items(found, g.module_settings))


@pages.get("/new/check")
def check() -> Answer:
    """Show the whole idea as it will be sent."""
    require_open_door(NAME)
    draft = browser.current(NAME)
    if draft is None:
        return redirect(url_for(".give_step", step="idea"))
    wrong = giving.first_wrong(draft.data, g.module_settings, person=acting())
    if wrong:
        return redirect(_way(wrong[0]))
    if not draft.data.get("seen"):
        draft = browser.keep(draft, NAME, changes={"seen": "yes"})
    draft.path = url_for(".check")
    return _check_page(draft)


def _check_page(draft: FormDraft) -> str:
    form = entry.read_form(draft.data, g.module_settings, acting())
    data, files = form.data, giving.files_of(draft)
    text = f"{data['title']} {data['body']}"
    latin = is_latin_georgian(text, language=data["language"])
    return render_template(
        f"{NAME}/give_check.html",
        data=data,
        lang=showing.language_of(text),
        category=words_of(data["category"], g.module_settings),
        where=giving.place_words(g.tenant, data["lat"], data["lon"]),
        language=dict(LANGUAGES).get(data["language"], ""),
        shown=dict(SHOWN)[data["shown"]],
        files=[(one, files[1][one.key]) for one in files[0]],
        georgian=in_georgian_letters(data["title"]) if latin else "",
        known=acting(),
        draft=draft,
        due=entry.answer_date(g.tenant.id, g.module_settings, now=datetime.now(UTC)),
        notice=entry.notice(g.tenant, g.module_settings),
        labels=list(giving.LABELS.values()),
    )


@pages.post("/new/check")
def send() -> Answer:
    """Send the idea as it was shown; what holds no more, such as a category, is asked anew."""
    require_open_door(NAME)
    strangers.let_in(g.module_settings)
    draft = _draft()
    if draft is None:
        flash(_("There is no unfinished idea here; perhaps it was sent already."), "info")
        return redirect(url_for(".give_step", step="idea"), 303)
    if request.form.get("go") == "georgian":
        return _into_georgian(draft)
    wrong = giving.first_wrong(draft.data, g.module_settings, person=acting())
    if wrong:
        return _step_page(wrong[0], wrong[1], draft), 422
    data = giving.data_of(draft, g.module_settings, person=acting())
    if strangers.must_prove(draft, data, g.module_settings):
        return strangers.ask_for_code(draft, data)
    return redirect(sending.send_draft(draft), 303)


def _into_georgian(draft: FormDraft) -> BaseResponse:
    changes: Mapping[str, Any] = {
        name: in_georgian_letters(draft.data.get(name, ""))
        for name in ("title", "body", "why", "for_whom")
    }
    browser.keep(draft, NAME, changes=dict(changes))
    flash(_("Read it through: not every letter can be told from Latin ones."), "info")
    return redirect(url_for(".give_step", step="idea"), 303)


@pages.post("/new/discard")
def discard() -> BaseResponse:
    """Throw the draft away."""
    draft = browser.current(NAME)
    if draft is not None:
        drafts.throw_away(draft, storage=storage())
        flash(_("The draft is gone."), "info")
    return redirect(url_for(".index"), 303)


@pages.get("/new/file/<int:place>")
def draft_file(place: int) -> BaseResponse:
    """Show a picture of one's own draft."""
    from mms_core.files.views import send as send_file

    draft = browser.current(NAME)
    files = giving.files_of(draft)[0] if draft else []
    if place >= len(files):
        abort(404)
    return send_file(files[place], thumbnail=320 if files[place].thumbnails else None)
