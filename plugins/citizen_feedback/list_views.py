"""The hall's pages of lists of beneficiaries: bring one, see how far it is and what is wrong."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from flask import g, redirect, render_template, request, url_for

from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext as lazy
from mms_core.i18n import locale
from mms_core.people.current import STAFF, require
from plugins.citizen_feedback import lists, programmes, proofs, tables
from plugins.citizen_feedback.list_models import DONE, FAILED, RUNNING, WAITING
from plugins.citizen_feedback.models import NAME, Programme
from plugins.citizen_feedback.views import pages

STATES = {
    WAITING: (lazy("Waiting"), "info"),
    RUNNING: (lazy("Works"), "info"),
    DONE: (lazy("Done"), "success"),
    FAILED: (lazy("Not read"), "danger"),
}


@pages.get("/desk/programmes/<programme>/beneficiaries")
def desk_uses(programme: str) -> str:
    """Show what lists have proven, the lists, and the form for another one."""
    require(*STAFF)
    return _page(programmes.by_code(g.tenant.id, programme, drafts=True))


@pages.post("/desk/programmes/<programme>/beneficiaries")
def bring_uses(programme: str) -> Any:
    """Take a list in; the worker reads it, and numbers are hashed as they are read."""
    person = require(*STAFF)
    row = programmes.by_code(g.tenant.id, programme, drafts=True)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(_("Choose a file."))
        made = lists.bring(
            row,
            cast("BinaryIO", file.stream),
            name=file.filename,
            by=person.name,
            language=locale(),
            now=datetime.now(UTC),
        )
    except Invalid as wrong:
        return _page(row, problem=str(wrong.message)), 422
    return redirect(url_for(".desk_list", programme=row.code, list_id=made.id), 303)


@pages.get("/desk/programmes/<programme>/beneficiaries/<uuid:list_id>")
def desk_list(programme: str, list_id: uuid.UUID) -> str:
    """Show how far a list is, and each of its bad lines with the reason."""
    require(*STAFF)
    row = programmes.by_code(g.tenant.id, programme, drafts=True)
    made = lists.find(g.tenant.id, list_id)
    if made.programme_id != row.id:
        raise NotFound(_("There is no such list."))
    good = made.done - made.bad
    taken = tables.Taken(good=good, mended=made.mended, bad=made.bad)
    taken.told = [(int(line), str(words)) for line, words in made.told]
    return render_template(
        f"{NAME}/desk/use_list.html",
        programme=row,
        made=made,
        state=STATES[made.state],
        running=made.state in {WAITING, RUNNING},
        taken=taken if made.state == DONE else None,
        said=tables.report_of(taken),
        problem=made.problem,
        told_in=made.language,
    )


def _page(row: Programme, *, problem: str = "") -> str:
    return render_template(
        f"{NAME}/desk/uses.html",
        programme=row,
        problem=problem,
        uses=proofs.uses_of(row),
        lists=lists.of_programme(row),
        states=STATES,
    )
