"""Erases what the module keeps of a person, in every municipality where there is something."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select, union, update

from mms_core.cases.models import CaseContact, PersonCase
from mms_core.changes import changed
from mms_core.db import bind, bound, db, scope
from plugins.your_idea_to_mayor import comments, following, supports
from plugins.your_idea_to_mayor.models import NAME, Comment, Follow, Support


def forget(person_id: uuid.UUID) -> None:
    """Take a person's name off their ideas, and away what they supported and follow."""
    bind(bound(), person_id=person_id)
    _forget_name(person_id)
    tables: list[Any] = [Support.__table__, Follow.__table__, Comment.__table__]
    halls = union(*(select(t.c.tenant_id).where(t.c.person_id == person_id) for t in tables))
    for tenant_id in db.session.execute(halls).scalars().all():
        with scope(tenant_id):
            supports.forget(tenant_id, person_id)
            following.forget(tenant_id, person_id)
            comments.forget(tenant_id, person_id)
            changed(tenant_id, NAME)


def _forget_name(person_id: uuid.UUID) -> None:
    rows, contacts = PersonCase.__table__, CaseContact.__table__
    mine = select(rows.c.tenant_id, rows.c.case_id).where(
        rows.c.person_id == person_id, rows.c.module == NAME
    )
    for tenant_id, case_id in db.session.execute(mine).all():
        with scope(tenant_id):
            own = (contacts.c.tenant_id == tenant_id) & (contacts.c.case_id == case_id)
            db.session.execute(update(contacts).where(own).values(public_name=""))
            changed(tenant_id, NAME)
