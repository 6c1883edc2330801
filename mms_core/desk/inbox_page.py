"""Puts the inbox on a page: its filters with their choices, its tabs with counts, its cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from flask import g, render_template, request, url_for

from mms_core.cases import numbers
from mms_core.cases.timeline import state_title, tone
from mms_core.desk import inbox
from mms_core.desk.counts import counts
from mms_core.desk.filters import Filters
from mms_core.desk.held import tasks
from mms_core.desk.places import CHANNELS, address, asked, filters_of, place_of
from mms_core.desk.saved import saved_for
from mms_core.desk.words import CHANNEL_WORDS, STATE_WORDS
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import Person
from mms_core.people.rules import staff_of
from mms_core.units import rules as units


def filters_now(person: Person, *, today: date) -> Filters:
    """Read the filters of this request's address."""
    return filters_of(
        request.args,
        registry(),
        person_id=person.id,
        today=today,
        settlements=g.tenant.settlements,
    )


def show(person: Person, query: str, *, today: date, problem: str = "") -> str:
    """Draw the inbox, or what was searched for."""
    filters, place = filters_now(person, today=today), place_of(request.args)
    inside = bool(request.args.get("inside"))
    if query:
        found, inside = inbox.search(
            g.tenant.id, query, module=filters.module, place=place, inside=inside
        )
    else:
        found = inbox.page(g.tenant.id, filters, place=place)
    along = {**tasks(g.tenant.id), "saved": saved_for(g.tenant.id, person.id)}
    counted = counts(g.tenant.id, person.id, today=today, beside=along)
    beside = dict(counted.beside)
    return render_template(
        "desk/inbox.html",
        query=query,
        inside=inside,
        wrong_number=query and _looks_like_number(query),
        filters=filters,
        today=today,
        rows=[row_of(row, today=today) for row in found.rows],
        previous=_beside(found.previous, inside=inside),
        next=_beside(found.next, inside=inside),
        first=place is not None,
        counts={n: _number(c) for n, c in vars(counted).items() if n != "beside"},
        saved=[_saved(one) for one in beside.pop("saved")],
        asked=asked(request.args),
        gone=_gone(request.args.get("module", "")),
        problem=problem,
        **beside,
        **_choices(filters),
    )


def _number(count: int) -> str:
    return str(format_decimal(count, locale=locale()))


def _looks_like_number(query: str) -> bool:
    return numbers.PATTERN.match(query) is not None


def _beside(place: inbox.Place | None, *, inside: bool) -> str | None:
    if place is None:
        return None
    more: dict[str, Any] = {"inside": 1} if inside else {}
    return url_for("desk.inbox_page", **address(place, request.args), **more)


def _gone(module: str) -> str:
    """Name the module of a filter that is here no more; its cases are shown with all others."""
    return module if module not in {"", "all", *registry().loaded} else ""


def _choices(filters: Filters) -> dict[str, Any]:
    """Give what can be chosen in the form of the filters."""
    loaded, working = registry().loaded, units.units_of(g.tenant.id, closed=True)
    titles = {str(unit.id): units.title(unit) for unit in working}
    staff = [(str(one.id), one.name) for one in staff_of(g.tenant.id)]
    states: list[tuple[str, Any]] = list(STATE_WORDS.items())
    topics: dict[str, str] = {}
    if filters.module:
        for case_type in loaded[filters.module].case_types:
            states += [(s.name, s.title) for s in case_type.states]
            topics |= case_type.topics(g.tenant) if case_type.topics else {}
    return {
        "modules": [(name, item.module.title) for name, item in loaded.items()],
        "units": titles,
        "unit_choices": [(str(u.id), titles[str(u.id)]) for u in working if u.closed_at is None],
        "state_choices": states,
        "whose_choices": [("any", _("Anybody")), ("mine", _("I am")), ("nobody", _("Nobody"))]
        + [one for one in staff if one[0] != str(filters.person_id)],
        "channel_choices": [(name, CHANNEL_WORDS[name]) for name in CHANNELS],
        "topic_choices": [(f"{filters.module}:{key}", word) for key, word in topics.items()],
    }


def _saved(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a saved filter as a link; one whose module is gone says so and leads nowhere."""
    gone = _gone(row["asked"].get("module", ""))
    return {**row, "by": row["by_name"], "url": "" if gone else _saved_url(row["asked"])}


def _saved_url(asked: Mapping[str, Any]) -> str:
    return url_for("desk.inbox_page", **asked)


def row_of(row: Any, *, today: Any) -> dict[str, Any]:
    """Give a line of a list of cases in words."""
    modules = registry()
    case_type = modules.case_type(row.module, row.kind)
    loaded = modules.loaded.get(row.module)
    owed = row.is_open and row.answered_at is None and row.due_on
    return {
        "case": row,
        "module": loaded.module.title if loaded else row.module,
        "state": state_title(case_type, row.state),
        "tone": tone(case_type, row.state),
        "late": (today - row.due_on).days if owed and row.due_on < today else 0,
        "today": bool(owed and row.due_on == today),
        "owed": bool(owed),
    }
