"""Filters that officers keep under a name, for themselves or for the whole hall."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db
from mms_core.errors import Invalid, NotAllowed, NotFound
from mms_core.i18n import lazy_gettext as _

MOST = 30  # filters of one officer
LONGEST = 60  # characters of a name
SAVED = ("id", "name", "by_name", "shared", "asked")  # what a page shows of a filter


class SavedFilter(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """What an officer asks the inbox for again and again, under a name."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("tenant_id", "person_id", "name"),
        Index(
            "ix_saved_filter_shared",
            "tenant_id",
            "name",
            postgresql_where=text("shared"),
        ),
    )

    person_id: Mapped[uuid.UUID]
    by_name: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shared: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


def saved_for(tenant_id: int, person_id: uuid.UUID) -> Any:
    """Write the question for an officer's own filters and those that colleagues share, by name.

    A page asks it along with its counts; it gives a list of what `SAVED` names, and `own`.
    """
    mine = SavedFilter.person_id == person_id
    names = [getattr(SavedFilter, name) for name in SAVED]
    found = (
        select(*names, mine.label("own"))
        .where(SavedFilter.tenant_id == tenant_id, mine | SavedFilter.shared)
        .order_by(SavedFilter.name, SavedFilter.id)
        .limit(MOST)
        .subquery("saved")
    )
    rows = func.jsonb_agg(found.table_valued(), type_=JSONB)
    return select(func.coalesce(rows, text("'[]'::jsonb"), type_=JSONB)).scalar_subquery()


def save(
    tenant_id: int, person: Any, *, name: str, asked: Mapping[str, str], shared: bool
) -> SavedFilter:
    """Keep a filter; one of the officer's with the same name is replaced. Invalid: `name`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        words = _("Give the filter a name of at most %(count)s characters.", count=LONGEST)
        raise Invalid(words, fields={"name": [words]})
    mine = select(SavedFilter).where(
        SavedFilter.tenant_id == tenant_id, SavedFilter.person_id == person.id
    )
    own = list(db.session.scalars(mine))
    row = next((one for one in own if one.name == name), None)
    if row is None and len(own) >= MOST:
        words = _("You have %(count)s filters already. Remove one first.", count=MOST)
        raise Invalid(words, fields={"name": [words]})
    if row is None:
        row = SavedFilter(tenant_id=tenant_id, person_id=person.id, name=name)
        db.session.add(row)
    row.asked, row.shared, row.by_name = dict(asked), shared, person.name
    return row


def remove(tenant_id: int, person_id: uuid.UUID, filter_id: uuid.UUID) -> None:
    """Remove an own filter; NotAllowed for a colleague's."""
    row = db.session.get(SavedFilter, (tenant_id, filter_id))
    if row is None:
        raise NotFound(_("There is no such filter."))
    if row.person_id != person_id:
        raise NotAllowed(_("Only its owner can remove this filter."))
    db.session.delete(row)
