"""The form of a day off, the same for a hall and for the ministry."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request

from mms_core import forms
from mms_core.cases import declaring
from mms_core.cases.days_off import standing
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext, locale
from mms_core.i18n import lazy_gettext as _

LENGTH = ma.validate.Length


class DayOffSchema(ma.Schema):
    """A day off as an officer declares it."""

    day = ma.fields.Date(required=True, metadata={"label": _("Day")})
    name_ka = ma.fields.String(
        required=True,
        validate=LENGTH(min=3, max=120),
        metadata={
            "label": _("Why it is a day off, in Georgian"),
            "help": _("Citizens read it beside the date of their answer."),
        },
    )
    name_en = ma.fields.String(
        load_default="",
        validate=LENGTH(max=120),
        metadata={"label": _("Why it is a day off, in English")},
    )
    act = ma.fields.String(
        load_default="",
        validate=LENGTH(max=120),
        metadata={"label": _("Number of the legal act")},
    )


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where days off are declared: a hall or the nation, and what differs between their pages."""

    tenant_id: int
    kind: type[Any]
    address: str
    crumbs: list[tuple[Any, str]]
    # (day, removed=...) -> how many clocks would move, said in a sentence
    touched: Callable[..., str]
    may_decide: bool = True


def show(place: Place, *, form: forms.Form | None = None, asked: str = "") -> str:
    """Draw the page: the days declared, the form, and what a decision would touch."""
    leaving = _leaving(place)
    return render_template(
        "cases/days_off.html",
        place=place,
        rows=standing(place.kind),
        form=form or forms.blank(DayOffSchema),
        asked=asked,
        leaving=leaving,
        touched=place.touched(leaving.day, removed=True) if leaving else "",
        language=locale(),
    )


def _leaving(place: Place) -> Any:
    """Give the day whose removal is asked about in the address."""
    raw = request.args.get("remove", "")
    if not raw or not place.may_decide:
        return None
    try:
        row = declaring.find(place.tenant_id, uuid.UUID(raw))
    except (ValueError, NotFound):
        return None
    return row if row.removed_at is None else None


def take(place: Place, *, by: str) -> Any:
    """Do what the form asks: show what a day would touch, declare it, or take one back."""
    now, what = datetime.now(UTC), request.form.get("do", "look")
    if what == "remove":
        return _remove(place, by=by, now=now)
    form = forms.read(DayOffSchema, request.form)
    given = declaring.Declared(**form.data) if form.valid else None
    try:
        if given is not None and what == "declare":
            declaring.declare(place.tenant_id, given, by=by, now=now)
            flash(gettext("The day off is declared. Clocks that run are being moved."), "success")
            return redirect(place.address, 303)
        if given is not None:
            declaring.check(place.tenant_id, given, now=now)
            return show(place, form=form, asked=place.touched(given.day, removed=False))
    except Invalid as problem:
        form.refuse(problem.fields)
    return show(place, form=form), 422


def _remove(place: Place, *, by: str, now: datetime) -> Any:
    try:
        day_off_id = uuid.UUID(request.form.get("id", ""))
    except ValueError as problem:
        raise NotFound(_("There is no such day off.")) from problem
    declaring.take_back(place.tenant_id, day_off_id, by=by, now=now)
    flash(gettext("The day off is taken back. Clocks that run are being moved."), "success")
    return redirect(place.address, 303)
