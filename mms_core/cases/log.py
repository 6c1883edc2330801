"""The event log: the single source of timeline, audit, deadlines and figures.

Events of a case are chained by hash; the chain's head lies on the case, so that appending reads
nothing. Each municipality's heads are sealed by a periodic root, so that no chain ever makes the
posts of a hall wait for each other.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core import rows
from mms_core.cases.models import Case
from mms_core.db import TenantScoped, db


class CaseEvent(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """What happened to a case; it can be read and added, never changed or removed."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_at", "tenant_id", "at"),)
    append_only = True

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Text)  # step, message, note, assigned, due, file
    step: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text, default="")  # officers only, never a citizen's
    public: Mapped[bool]
    text: Mapped[str] = mapped_column(Text, default="")  # official words, never a citizen's
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class Seal(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A root over the heads of all cases that moved since the seal before."""

    __tablename__ = "case_seal"
    append_only = True

    no: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    until: Mapped[datetime]
    cases: Mapped[int]
    heads: Mapped[dict[str, str]] = mapped_column(JSONB)  # case id -> "seq:hash"
    previous: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who did it: a citizen without a name, an officer by name, or the system."""

    role: str
    id: uuid.UUID | None = None
    name: str = ""


SYSTEM = Actor(role="system")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What to write into the log."""

    kind: str
    actor: Actor
    step: str = ""
    before: str = ""
    after: str = ""
    public: bool = False
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def append(case: Case, entry: Entry, *, at: datetime) -> None:
    """Add an event to a case within the transaction; the case's version becomes its number."""
    if rows.is_written_only(case):
        raise RuntimeError("The case was opened alone: its new version would not be written.")
    case.version = (case.version or 0) + 1
    case.updated_at = at
    officer = entry.actor.role != "citizen"
    event = {
        "tenant_id": case.tenant_id,
        "case_id": case.id,
        "seq": case.version,
        "at": at.astimezone(UTC),
        "kind": entry.kind,
        "step": entry.step,
        "before": entry.before,
        "after": entry.after,
        "actor_id": entry.actor.id,
        "actor_role": entry.actor.role,
        "actor_name": entry.actor.name if officer else "",
        "public": entry.public,
        "text": entry.text,
        "data": entry.data,
        "previous": case.head or "",
    }
    case.head = event["hash"] = digest(event)
    rows.put(CaseEvent, event)


HASHED = (
    "tenant_id", "case_id", "seq", "kind", "step", "before", "after",
    "actor_id", "actor_role", "actor_name", "public", "text", "data", "previous",
)  # fmt: skip


def digest(event: Mapping[str, Any]) -> str:
    """Hash an event with the one before it (SHA-256 over canonical JSON, hexadecimal)."""
    content = {name: event[name] for name in HASHED}
    content["at"] = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    raw = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(raw.encode()).hexdigest()
