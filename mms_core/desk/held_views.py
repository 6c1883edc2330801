"""The list of held answers: published together, or taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from mms_core.cases import numbers
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.desk import held
from mms_core.desk.acting import actor_for
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.i18n import ngettext
from mms_core.people.current import STAFF, Person, require

pages = Blueprint("held", __name__, url_prefix="/<slug>/desk/held")


def _officer() -> Person:
    return require(*sorted(STAFF))


@pages.get("/")
def index() -> str:
    """Show what is held, what was refused first."""
    _officer()
    return _list()


def _list(problem: str = "") -> str:
    rows = held.listed(g.tenant.id)
    return render_template(
        "desk/held.html",
        refused=[one for one in rows if one.row.state == held.REFUSED],
        waiting=[one for one in rows if one.row.state == held.WAITING],
        problem=problem,
        chosen=request.form.getlist("chosen"),
    )


@pages.post("/")
def publish() -> Any:
    """Let the worker publish the chosen ones."""
    _officer()
    chosen = list(_chosen())
    if not chosen:
        return _list(_("Choose at least one answer.")), 422
    done = held.publish_now(g.tenant.id, chosen, today=local_day(datetime.now(UTC)))
    text = ngettext(
        "%(num)s answer is being published.", "%(num)s answers are being published.", done
    )
    flash(text, "success")
    back = numbers.read(request.form.get("back", ""))
    here = url_for("desk.case_page", number=back) if back else url_for("held.index")
    return redirect(here, 303)


def _chosen() -> Iterator[uuid.UUID]:
    for raw in request.form.getlist("chosen"):
        try:
            yield uuid.UUID(raw)
        except ValueError as problem:
            raise Invalid(_("It is not clear what should be done.")) from problem


@pages.post("/<uuid:held_id>/withdraw")
def withdraw(held_id: uuid.UUID) -> Any:
    """Take an answer back: its words stand in the form of the case again."""
    person = _officer()
    row = held.by_id(g.tenant.id, held_id, lock=True)
    case = db.session.get(Case, (row.tenant_id, row.case_id), with_for_update=True)
    if case is None:
        raise NotFound(_("There is no case with this number."))
    held.withdraw(row, case, person, actor=actor_for(case, person), now=datetime.now(UTC))
    flash(_("It was taken back; the words are in the form as your draft."), "success")
    return redirect(url_for("desk.case_page", number=row.number), 303)
