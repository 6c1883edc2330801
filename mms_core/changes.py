"""The version of what the public sees: an append-only row with each public change.

A page rendered for people not signed in may be kept for as long as the version stands still.
Rows are only appended, so posts to one hall do not wait for each other; a version is the pair
(newest number, how many), so a transaction that commits late changes it too. Trimming adds a row
of its own, so that no version ever comes back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Index,
    ScalarSelect,
    Sequence,
    Text,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, TenantScoped, db

change_no = Sequence("public_change_no", schema=SCHEMA, metadata=db.metadata)


class PublicChange(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One public change of a module in a municipality ("*" for all its pages)."""

    __tablename__ = "public_change"
    __table_args__ = (Index("ix_public_change_version", "tenant_id", "module", "no"),)
    read_by = ("mms_search",)

    no: Mapped[int] = mapped_column(
        BigInteger, change_no, server_default=change_no.next_value(), primary_key=True
    )
    module: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


def changed(tenant_id: int, module: str) -> None:
    """Note, in the running transaction, that public pages of a module have changed."""
    from mms_core import together

    together.insert(PublicChange.__table__, {"tenant_id": tenant_id, "module": module})


def version(tenant: str) -> ScalarSelect[str]:
    """Ask for the version of all public pages of the bound hall, whose number the parameter has.

    `mms.public_version` says the same to who is bound to no hall yet, at three times the cost: it
    enters the role of its owner and leaves it again.
    """
    marks = PublicChange.__table__.c
    newest = func.coalesce(func.max(marks.no), 0)
    said = func.concat(newest, literal_column("'.'"), func.count(), type_=Text)
    return select(said).where(marks.tenant_id == bindparam(tenant)).scalar_subquery()
