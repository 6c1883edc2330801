"""Whose case it is: the account that wrote it, or the browser that opened it by its key."""

from __future__ import annotations

from flask import current_app, g
from flask import session as browser
from sqlalchemy import select

from mms_core.cases import numbers
from mms_core.cases.keys import fits
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.people.current import acting

OPENED = "cases"  # the cases that this browser has opened by their keys
MOST_OPENED = 20


def find(number: str | None, *, lock: bool = False) -> Case | None:
    """Find a case of this page's hall by its number."""
    if not number:
        return None
    mine = select(Case).where(Case.tenant_id == g.tenant.id, Case.number == number)
    query = mine.with_for_update() if lock else mine
    found: Case | None = db.session.execute(query).scalar_one_or_none()
    return found


def let_in(case: Case, key: str) -> bool:
    """Tell whether the key opens the case or the person wrote it; the browser remembers a key."""
    settings = current_app.extensions["mms_settings"]
    if key and fits(settings, case.tenant_id, case.id, key):
        known = [one for one in browser.get(OPENED, []) if one != case.id.hex]
        browser[OPENED] = [*known, case.id.hex][-MOST_OPENED:]
        return True
    return is_own(case)


def is_own(case: Case) -> bool:
    """Tell whether the acting person wrote the case, or this browser has opened it by its key."""
    person = acting()
    if person is not None and case.author_id == person.id:
        return True
    return case.id.hex in browser.get(OPENED, [])


def own_case(number: str, *, lock: bool = False) -> Case:
    """Give the citizen's own case; NotFound for anybody else's, as if there were none."""
    case = find(numbers.read(number), lock=lock)
    if case is None or not is_own(case):
        raise NotFound(_("There is no case with this number."))
    return case
