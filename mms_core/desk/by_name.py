"""Finds cases by their author's name: a look at personal data, logged for each person found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.search import SHORTEST, find_by_name
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.people.rules import log_look

MOST = 10  # each one shown is a look at somebody


@dataclass(frozen=True, kw_only=True)
class Named:
    """A case with its author's name."""

    case: Case
    name: str


def by_name(
    tenant_id: int, query: str, *, viewer: Any, role: str, now: datetime
) -> tuple[list[Named], bool]:
    """Give the newest cases of people of that name, and whether there are more; each look logged.

    Invalid (field `name`) when too little was typed to mean somebody.
    """
    if max((len(word) for word in query.split()), default=0) < SHORTEST:
        words = _("Type at least three letters of the name.")
        raise Invalid(words, fields={"name": [words]})
    found = find_by_name(tenant_id, query, limit=MOST + 1)
    ids = [one.id for one in found[:MOST]]
    query_ = select(Case, CaseContact.name).join(
        CaseContact, (CaseContact.tenant_id == Case.tenant_id) & (CaseContact.case_id == Case.id)
    )
    own = (Case.tenant_id == tenant_id) & Case.id.in_(ids)
    # Locked in the order of the keys: a look is an event of the case, and events do not overtake.
    rows = db.session.execute(query_.where(own).order_by(Case.id).with_for_update(of=Case)).all()
    for case, _name in rows:
        _log(case, viewer=viewer, role=role, now=now)
    shown = {case.id: Named(case=case, name=name) for case, name in rows}
    return [shown[one] for one in ids if one in shown], len(found) > MOST


def _log(case: Case, *, viewer: Any, role: str, now: datetime) -> None:
    if case.author_id is not None:
        log_look(
            viewer,
            case.author_id,
            what=str(_("name, found by a search at the desk")),
            case_number=case.number,
            tenant_id=case.tenant_id,
        )
    else:
        actor = Actor(role=role, id=viewer.id, name=viewer.name)
        append(case, Entry(kind="look", actor=actor, data={"by": "name"}), at=now)
