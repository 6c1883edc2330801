"""What the public reads of one idea, as a row with few columns: itself, its timeline, files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    Float,
    Uuid,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from mms_core.asking import ask_all, ask_last, planned_once
from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Attachment, Case, CaseContact
from mms_core.cases.near import CaseNear
from mms_core.files.stored import Stored
from mms_core.moderation.stubs import beside
from plugins.your_idea_to_mayor.listing import OF_CASE, TENANT, figures, unfolded
from plugins.your_idea_to_mayor.models import NAME, Idea
from plugins.your_idea_to_mayor.rules import KIND
from plugins.your_idea_to_mayor.supports import taking_part

IDEA, CASE, CONTACT = Idea.__table__, Case.__table__, CaseContact.__table__
EVENT, ATTACHMENT, NEAR = CaseEvent.__table__, Attachment.__table__, CaseNear.__table__
RELATED = 4  # ideas that are shown beside one
UNFOLDED = unfolded(IDEA)


def _of(table: Any) -> Any:
    return (table.c.tenant_id == CASE.c.tenant_id) & (table.c.case_id == CASE.c.id)


def _together(table: Any, names: Sequence[str], *, order: Sequence[Any], where: Any) -> Any:
    """Gather the rows of a case into one JSON list, so that a page is one question."""
    gathered = _objects(table, names, order=order)
    return select(gathered).where(where).correlate(CASE).scalar_subquery()


def _objects(table: Any, names: Sequence[str], *, order: Sequence[Any]) -> Any:
    pairs: list[Any] = []
    for name in names:
        pairs += [literal_column(f"'{name}'"), table.c[name]]
    return func.json_agg(aggregate_order_by(func.json_build_object(*pairs), *order))


def _near() -> Any:
    """Gather the public ideas that are near one, the likest first; null while none are kept.

    They are kept in that order, so that no more of them are looked up than are shown.
    """
    columns = column("id", Uuid), column("score", Float)
    ids = func.unnest(NEAR.c.near, NEAR.c.scores).table_valued(*columns, with_ordinality="place")
    kept = ids.render_derived(name="kept")
    case, idea = CASE.alias("other"), IDEA.alias("other_idea")
    here = (case.c.tenant_id == NEAR.c.tenant_id, idea.c.tenant_id == NEAR.c.tenant_id)
    shown = (
        select(case.c.number, case.c.title, idea.c.state, kept.c.score, kept.c.place)
        .where(*here, case.c.id == kept.c.id, idea.c.case_id == kept.c.id, idea.c.is_public)
        .order_by(kept.c.place)
        .limit(RELATED)
        .correlate(NEAR)
        .lateral("shown")
    )
    names = ("number", "title", "state", "score")
    gathered = _objects(shown, names, order=[shown.c.place])
    some = gathered.filter(shown.c.number.is_not(None))
    return (
        select(func.coalesce(some, literal_column("'[]'::json")))
        .select_from(NEAR.outerjoin(shown, true()))
        .where(_of(NEAR))
        .group_by(NEAR.c.case_id)
        .correlate(CASE)
        .scalar_subquery()
    )


ONE = planned_once(
    select(
        CASE.c.id, CASE.c.tenant_id, CASE.c.number, CASE.c.title, CASE.c.body, CASE.c.author_id,
        CASE.c.opened_at, CASE.c.answered_at, CASE.c.due_on, CASE.c.due_reason, CASE.c.answer,
        CASE.c.is_open, IDEA.c.state, IDEA.c.category, IDEA.c.settlement, IDEA.c.is_public,
        IDEA.c.why, IDEA.c.for_whom, IDEA.c.published_at, CONTACT.c.public_name,
        *figures(IDEA, UNFOLDED), *taking_part(),
        _together(
            EVENT, ("at", "step", "after", "text", "data"), order=[EVENT.c.seq],
            where=_of(EVENT) & EVENT.c.public,
        ).label("events"),
        _together(
            ATTACHMENT, (*Stored.__dataclass_fields__, "id", "public", "by_role", "caption", "at"),
            order=[ATTACHMENT.c.at, ATTACHMENT.c.id], where=_of(ATTACHMENT),
        ).label("files"),
        beside(NAME, KIND, tenant_id=CASE.c.tenant_id, ref=CASE.c.id).label("stub"),
        _near().label("near"),
    )
    .select_from(OF_CASE.outerjoin(CONTACT, _of(CONTACT)).join(UNFOLDED, true()))
    .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT)
    .where(CASE.c.number == bindparam("number"))
)  # fmt: skip


def one(
    tenant_id: int, number: str, *, person_id: uuid.UUID | None = None, last: bool = False
) -> Any:
    """Give an idea whole, with its author's public name; None when there is none.

    `support` and `follows` say how a person takes part, `support` as JSON or None;
    `events` are what everybody may know, the first first; `files` all that is attached;
    `stub` is what `stubs.told` reads; `near` are public ideas like it, None while none are kept.
    `last` says that the page asks nothing else (`asking.ask_last`).
    """
    asked = (ONE, {"tenant": tenant_id, "number": number, "person": person_id})
    (rows,) = ask_last(asked) if last else ask_all(asked)
    return next(iter(rows), None)


def support(row: Any) -> SimpleNamespace | None:
    """Give how the person supports the idea: counted, or from when."""
    if row.support is None:
        return None
    since = datetime.fromisoformat(row.support["counts_from"])
    return SimpleNamespace(counted=row.support["counted"], counts_from=since)


def events(row: Any) -> list[SimpleNamespace]:
    """Give the public events of an idea, their times as moments."""
    return [
        SimpleNamespace(**event | {"at": datetime.fromisoformat(event["at"])})
        for event in row.events or ()
    ]


def files(row: Any, *, all_of_them: bool = False) -> list[SimpleNamespace]:
    """Give what is attached and public; all of it to its author and to the hall."""
    return [SimpleNamespace(**file) for file in row.files or () if all_of_them or file["public"]]
