"""Who is at a case now, and the draft that each of them has typed; nobody overwrites anybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from mms_core import together
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.desk.models import Seat
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _

PRESENT = timedelta(seconds=90)  # the page asks every half minute
KEPT = frozenset({"step", "text_step", "promise_text", "promise_due", "promise_unit",
                  "when", "hold_until", "hold_set"})  # fmt: skip
LONGEST = 20_000  # characters of a draft with all its fields
SEAT = Seat.__table__
SIT = (
    "insert into mms.case_seat (tenant_id, case_id, person_id, name, seen_at, draft_version,"
    " case_version) values (%s, %s, %s, %s, %s, 0, %s)"
    " on conflict (tenant_id, case_id, person_id)"
    " do update set seen_at = excluded.seen_at, name = excluded.name"
)


class NewerDraftError(Refused):
    """The same person has saved a newer draft in another window."""

    def __init__(self) -> None:
        super().__init__(
            _("A newer draft of yours was saved in another window; this one was not kept.")
        )


def sit_down(case: Case, person: Any, *, now: datetime) -> None:
    """Say that a person is at a case; nothing of their draft is touched."""
    values = (case.tenant_id, case.id, person.id, person.name, now, case.version)
    together.run(SIT, values)


def at_case(case: Case) -> Sequence[Seat]:
    """Give everybody who was ever at a case, the last seen first."""
    mine = (Seat.tenant_id == case.tenant_id) & (Seat.case_id == case.id)
    return db.session.scalars(select(Seat).where(mine).order_by(Seat.seen_at.desc())).all()


def beside(seats: Iterable[Seat], person_id: uuid.UUID, *, now: datetime) -> list[Seat]:
    """Give the others who are at the case now."""
    return [s for s in seats if s.person_id != person_id and now - s.seen_at < PRESENT]


def drafts(seats: Iterable[Seat], person_id: uuid.UUID) -> list[Seat]:
    """Give the drafts of colleagues, the newest first."""
    found = [s for s in seats if s.person_id != person_id and s.typed]
    return sorted(found, key=lambda seat: str(seat.saved_at), reverse=True)


def own(seats: Iterable[Seat], person_id: uuid.UUID) -> Seat | None:
    """Give a person's own draft if there is one."""
    return next((s for s in seats if s.person_id == person_id and s.typed), None)


def kept_part(typed: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give what a draft keeps of a form: the answer's fields, without files and marks."""
    found: dict[str, list[str]] = {}
    for name in typed:
        values = typed.getlist(name) if hasattr(typed, "getlist") else [typed[name]]
        if (name in KEPT or "." in name) and any(value.strip() for value in values):
            found[name] = [value.replace("\x00", "").replace("\r\n", "\n") for value in values]
    return found


def save(
    case: Case,
    person: Any,
    typed: Mapping[str, Any],
    *,
    draft_version: int,
    case_version: int,
    now: datetime,
) -> int:
    """Keep a draft; gives its number, which the next save has to name.

    Raises NewerDraftError when another window of the same person has saved meanwhile, Refused for
    one that is far too long.
    """
    part = kept_part(typed)
    if sum(len(value) for values in part.values() for value in values) > LONGEST:
        raise Refused(_("The draft is too long to be kept."))
    sit_down(case, person, now=now)
    words = set(part) - {"step", "when"}
    values = {
        "typed": part if words else None,
        "draft_version": draft_version + 1,
        "case_version": case_version,
        "saved_at": now if words else None,
    }
    mine = _mine(case, person.id) & (SEAT.c.draft_version == draft_version)
    done = db.session.execute(update(SEAT).where(mine).values(values))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NewerDraftError
    return draft_version + 1


def put_back(case: Case, person: Any, typed: Mapping[str, Any], *, now: datetime) -> None:
    """Make words an officer's draft again, as those of an answer that was taken back."""
    sit_down(case, person, now=now)
    values = {
        "typed": kept_part(MultiDict(dict(typed))),
        "draft_version": SEAT.c.draft_version + 1,
        "case_version": case.version,
        "saved_at": now,
    }
    db.session.execute(update(SEAT).where(_mine(case, person.id)).values(values))


def clear(case: Case, person_id: uuid.UUID) -> None:
    """Forget a person's draft: it has become an answer."""
    values = {"typed": None, "saved_at": None, "draft_version": SEAT.c.draft_version + 1}
    db.session.execute(update(SEAT).where(_mine(case, person_id)).values(values))


def _mine(case: Case, person_id: uuid.UUID) -> Any:
    return (
        (SEAT.c.tenant_id == case.tenant_id)
        & (SEAT.c.case_id == case.id)
        & (SEAT.c.person_id == person_id)
    )
