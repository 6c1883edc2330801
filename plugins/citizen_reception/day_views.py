"""The secretary's day: who is expected, who is here, and what each does next."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases.log import Actor
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.dates import day as day_words
from mms_core.errors import NotFound, Refused
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import STAFF, Person, require, roles_in
from plugins.citizen_reception import day, day_showing, expected, tours, walk_in
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.day_schemas import WalkInSchema
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]
PAPER = Path(__file__).parent / "templates" / NAME / "day_sheet.typ"


def officer() -> Person:
    """Give the acting officer of this hall; anybody else is refused."""
    return require(*sorted(STAFF))


def actor(person: Person) -> Actor:
    """Give the officer as the log names them, by the highest of their roles here."""
    roles = roles_in(g.tenant.id)
    role = next(one for one in ("mayor", "head", "operator") if one in roles)
    return Actor(role=role, id=person.id, name=person.name)


def today() -> date:
    """Give today's day in Georgia."""
    return local_day(datetime.now(UTC))


@pages.get("/desk/day")
def desk_day() -> str:
    """Show the list of today, with the form for whoever comes without a booking."""
    person = officer()
    return _page(person, forms.blank(WalkInSchema))


def _page(person: Person, form: forms.Form) -> str:
    shown = _list(person)
    room = day.room_of(g.tenant.id, person)
    return render_template(f"{NAME}/desk/day.html", form=form, day=today(), room=room, **shown)


def _list(person: Person) -> dict[str, Any]:
    """Give what the list shows: who is expected, who is here, who else looks at it."""
    on, now = today(), datetime.now(UTC)
    here = day.of_day(g.tenant.id, on)
    come = {line.case.id for line in here}
    waited = [one for one in expected.of_day(g.tenant.id, on) if one.case.id not in come]
    return {
        "rows": [day_showing.row(line) for line in here],
        "expected": [day_showing.expected_row(one) for one in waited],
        "groups": [
            (day_showing.hour(tour.starts_at), case.title, tour.size, case.number)
            for tour, case in tours.of_day(g.tenant.id, on)
        ],
        "others": day.look(g.tenant.id, person, now=now),
        "at": day_showing.hour(now),
    }


@pages.get("/desk/day/list")
def day_list() -> Response:
    """Give the list alone, for the page that asks again and again; nothing keeps it."""
    shown = render_template(f"{NAME}/desk/day_list.html", **_list(officer()))
    answer = Response(shown, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/desk/day")
def walk_in_comes() -> Answer:
    """Give a number to somebody who came without a booking."""
    person = officer()
    require_open_door(NAME)
    form = forms.read(WalkInSchema, request.form)
    if not form.valid:
        return _page(person, form), 422
    case, number = walk_in.come(
        registry(),
        g.tenant,
        data=form.data | {"language": "ka"},
        settings=g.module_settings,
        by=actor(person),
        now=datetime.now(UTC),
    )
    flash(_("Number %(no)s: %(matter)s", no=number, matter=case.title), "success")
    return redirect(url_for(".desk_day"), 303)


@pages.post("/desk/day/room")
def own_room() -> BaseResponse:
    """Keep the room to which this clerk calls."""
    person = officer()
    day.look(g.tenant.id, person, now=datetime.now(UTC), room=request.form.get("room", ""))
    return redirect(url_for(".desk_day"), 303)


@pages.post("/desk/day/arrive")
def arrive() -> BaseResponse:
    """Note that somebody with a booking is here; a second tap gives the same number."""
    person = officer()
    case = by_number(g.tenant.id, request.form.get("number", ""), lock=True)
    one = next((e for e in expected.of_day(g.tenant.id, today()) if e.case.id == case.id), None)
    if one is None:
        raise NotFound(_("Nobody with this number is expected today."))
    turn, new = day.arrive(
        case, official=one.official, planned_at=one.at, by=person.name, now=datetime.now(UTC)
    )
    said = _("Here, with number %(no)s.", no=turn.no) if new else day.latest(turn)
    flash(said, "success" if new else "info")
    return redirect(url_for(".desk_day"), 303)


@pages.post("/desk/day/<uuid:turn_id>")
def turn_act(turn_id: uuid.UUID) -> BaseResponse:
    """Call somebody, let them in, see them out; what a colleague did meanwhile is said."""
    person = officer()
    row = day.by_id(g.tenant.id, turn_id, lock=True)
    what, seen = request.form.get("do", ""), request.form.get("version", 0, type=int)
    room = day.room_of(g.tenant.id, person)
    try:
        done = day.act(row, what, seen=seen, by=person.name, room=room, now=datetime.now(UTC))
    except Refused as problem:
        flash(str(problem.message), "warning")
    else:
        flash(day.latest(row), "success" if done else "info")
    return redirect(url_for(".desk_day"), 303)


@pages.get("/desk/day/sheet.pdf")
def day_sheet() -> Response:
    """Give the day's sheet on one A4, of all or of one official, for the desk and the pocket."""
    officer()
    from mms_core.papers import to_pdf

    on, official = _asked_day(), request.args.get("official", "")[:120]
    rows = day_showing.sheet_rows(g.tenant.id, on, official=official)
    title = _("Reception on %(day)s", day=day_words(on))
    data = {
        "title": title,
        "hall": g.tenant.hall,
        "official": official,
        "head": [str(w) for w in (_("Hour"), _("Name"), _("Matter"), _("Who receives"), "№")],
        "rows": rows,
        "size": 10 if len(rows) <= 22 else 8 if len(rows) <= 32 else 6.5,
        "none": _("Nobody has booked a visit on this day."),
        "groups": [
            [day_showing.hour(tour.starts_at), case.title, str(tour.size)]
            for tour, case in tours.of_day(g.tenant.id, on)
        ],
        "groups_word": _("Visits of groups"),
        "secret": _("Has personal data: only for those who receive; destroy it afterwards."),
    }
    body = to_pdf(PAPER, data=data, language=locale(), title=title)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=reception-{on.isoformat()}.pdf"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()


@pages.get("/screen")
def screen() -> str:
    """Show the numbers that are called, in large type; nobody's name stands here."""
    return render_template(f"{NAME}/screen.html", **_screen())


def _screen() -> dict[str, Any]:
    called, waiting = day.on_screen(g.tenant.id, today())
    return {
        "called": [(turn.no, turn.room) for turn in called],
        "waiting": waiting,
        "at": day_showing.hour(datetime.now(UTC)),
        "words": g.module_settings["screen_words"],
    }


@pages.get("/screen/numbers")
def screen_numbers() -> Response:
    """Give the numbers alone, for the screen that asks again and again."""
    answer = Response(render_template(f"{NAME}/screen_numbers.html", **_screen()))
    answer.headers["Cache-Control"] = "no-store"
    return answer
