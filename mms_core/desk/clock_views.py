"""The desk's pages of a hall's own clock: extra days off, and the ladder of reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.cases import day_off_forms
from mms_core.cases.days_off import HallDayOff
from mms_core.cases.days_off_moves import preview
from mms_core.cases.hall_clock import HallClock, ladder_of
from mms_core.cases.reminding import set_hall_ladder
from mms_core.clock import Policy
from mms_core.clock.words import days_words, term_words
from mms_core.db import db
from mms_core.desk.clock_schemas import LadderSchema, ladder_from, typed
from mms_core.i18n import gettext as _
from mms_core.i18n import locale, ngettext
from mms_core.modules import registry
from mms_core.people.current import require, roles_in
from mms_core.switching.rules import settings_of, switched

pages = Blueprint("clock", __name__, url_prefix="/<slug>/desk/clock")
DECIDERS = ("head", "mayor")


def init_app(app: Flask) -> None:
    """Add the pages under every municipality's desk."""
    app.register_blueprint(pages)


@pages.before_request
def only_staff() -> None:
    """Let in those who work in the hall; heads and the mayor may decide."""
    require(*(("operator", "head", "mayor") if request.method == "GET" else DECIDERS))


def may_decide() -> bool:
    """Tell whether the acting officer may change the hall's clock."""
    return bool(roles_in(g.tenant.id) & set(DECIDERS))


def _place() -> day_off_forms.Place:
    return day_off_forms.Place(
        tenant_id=g.tenant.id,
        kind=HallDayOff,
        address=url_for("clock.days_off"),
        crumbs=[
            (_("Incoming cases"), url_for("desk.inbox_page")),
            (_("Dates and reminders"), url_for("clock.ladder")),
        ],
        touched=_touched,
        may_decide=may_decide(),
    )


def _touched(day: date, *, removed: bool) -> str:
    count, more = preview(g.tenant.id, day, removed=removed)
    if more:
        return _("The dates of more than %(count)s open cases would move.", count=count)
    return ngettext(
        "The date of %(num)s open case would move.",
        "The dates of %(num)s open cases would move.",
        count,
    )


@pages.get("/")
def ladder() -> str:
    """Show who is reminded when in this hall, and which terms hold."""
    row = db.session.get(HallClock, g.tenant.id)
    steps = ladder_of(g.tenant.id)
    return _ladder(forms.blank(LadderSchema, values=typed(steps)), row)


def _ladder(form: forms.Form, row: HallClock | None) -> str:
    return render_template(
        "desk/ladder.html",
        form=form,
        row=row if row and row.version else None,
        may_decide=may_decide(),
        terms=list(_terms()),
    )


def _terms() -> Iterator[dict[str, Any]]:
    """Say by which policy each kind of case of the hall's modules is answered."""
    for name, now in switched(g.tenant.id).items():
        loaded = registry().loaded.get(name)
        stored = settings_of(registry(), name, stored=now.settings)
        for case_type in loaded.case_types if loaded else ():
            usual = case_type.deadline.chosen(stored.get(case_type.days_setting or ""))
            yield _term(case_type.title, usual)
            topics = case_type.topics(g.tenant) if case_type.topics and case_type.terms else {}
            for topic, policy in case_type.terms.items():
                yield _term(f"{case_type.title}: {topics.get(topic, topic)}", policy)


def _term(title: Any, policy: Policy) -> dict[str, Any]:
    return {
        "title": title,
        "term": term_words(policy, locale()),
        "extension": policy.extension and days_words(policy.extension, policy, locale()),
        "source": policy.source_in(locale()),
    }


@pages.post("/")
def set_ladder() -> Any:
    """Keep a new ladder; running clocks are looked at by it from the next working morning."""
    person = require(*DECIDERS)
    form = forms.read(LadderSchema, request.form)
    row = db.session.get(HallClock, g.tenant.id, with_for_update=True)
    if not form.valid:
        return _ladder(form, row), 422
    set_hall_ladder(g.tenant.id, ladder_from(form.data), by=person.name, now=datetime.now(UTC))
    flash(_("The reminders are set; they hold from the next working morning."), "success")
    return redirect(url_for("clock.ladder"), 303)


@pages.get("/days-off")
def days_off() -> str:
    """List the hall's own days off, and what a change would move."""
    return day_off_forms.show(_place())


@pages.post("/days-off")
def declare_day_off() -> Any:
    """Declare a day off of this hall, take one back, or only look what it would move."""
    return day_off_forms.take(_place(), by=require(*DECIDERS).name)
