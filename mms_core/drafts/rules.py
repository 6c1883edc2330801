"""Keeps unfinished forms and finds them again: by the person, or by the key in their browser.

A draft is personal data. It goes when the form is sent, when its author throws it away or is
erased, and `KEPT` after the last word was typed.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from mms_core.db import bind, bound, db, scope
from mms_core.drafts.models import FormDraft
from mms_core.files.intake import discard
from mms_core.files.storage import Storage
from mms_core.files.stored import Stored

KEPT = timedelta(days=14)
MOST = 200  # drafts that are swept of a hall at a time
DRAFT = FormDraft.__table__


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose drafts are asked for: a person, a browser's key, or both."""

    person_id: uuid.UUID | None = None
    key: str = ""


def new_key() -> str:
    """Make the key that a browser keeps, of 128 bits."""
    return secrets.token_urlsafe(16)


def current(tenant_id: int, form: str, *, owner: Owner) -> FormDraft | None:
    """Find the draft of a form; one that was begun before signing in becomes the person's."""
    found = None
    if owner.person_id is not None:
        found = _newest(tenant_id, form, FormDraft.person_id == owner.person_id)
    if found is None and owner.key:
        of_browser = (FormDraft.key_hash == _hash(owner.key)) & FormDraft.person_id.is_(None)
        found = _newest(tenant_id, form, of_browser)
        if found is not None and owner.person_id is not None:
            found.person_id, found.key_hash = owner.person_id, ""
    return found


def _newest(tenant_id: int, form: str, whose: ColumnElement[bool]) -> FormDraft | None:
    query = select(FormDraft).where(FormDraft.tenant_id == tenant_id, FormDraft.form == form, whose)
    return db.session.scalars(query.order_by(FormDraft.updated_at.desc()).limit(1)).first()


def keep(
    draft: FormDraft | None,
    *,
    tenant_id: int,
    form: str,
    owner: Owner,
    changes: Mapping[str, Any],
    now: datetime,
) -> FormDraft:
    """Keep what was typed: in the draft, or in a new one of the person or of the browser."""
    if draft is None:
        draft = FormDraft(
            tenant_id=tenant_id,
            form=form,
            person_id=owner.person_id,
            key_hash="" if owner.person_id else _hash(owner.key),
            data={},
            files=[],
        )
        db.session.add(draft)
    draft.data = {**draft.data, **changes}
    draft.updated_at = now
    return draft


def drop(draft: FormDraft) -> None:
    """Forget a draft whose form was sent; its files belong to the case now."""
    db.session.delete(draft)


def throw_away(draft: FormDraft, *, storage: Storage) -> None:
    """Forget a draft that is not wanted any more, with its files."""
    for file in draft.files:
        discard(Stored.from_json(file["stored"]), storage=storage)
    db.session.delete(draft)


def own(person_id: uuid.UUID) -> Sequence[FormDraft]:
    """List a person's drafts in all municipalities; the session is bound with the person."""
    mine = select(FormDraft).where(FormDraft.person_id == person_id)
    newest = mine.order_by(FormDraft.updated_at.desc()).limit(20)
    return db.session.scalars(newest.execution_options(across_tenants=True)).all()


def forget(person_id: uuid.UUID, *, storage: Storage) -> int:
    """Erase a person's drafts in all municipalities; gives how many they were."""
    bind(bound(), person_id=person_id)
    found = [(draft.tenant_id, draft.files) for draft in own(person_id)]
    for tenant_id, files in found:
        for file in files:
            discard(Stored.from_json(file["stored"]), storage=storage)
        with scope(tenant_id):
            mine = (DRAFT.c.tenant_id == tenant_id) & (DRAFT.c.person_id == person_id)
            db.session.execute(delete(DRAFT).where(mine))
    db.session.expire_all()
    return len(found)


def sweep(tenant_id: int, *, storage: Storage, now: datetime) -> int:
    """Throw away what nobody has gone on with for `KEPT`; gives how many drafts they were."""
    old = (FormDraft.tenant_id == tenant_id) & (FormDraft.updated_at < now - KEPT)
    found = db.session.scalars(select(FormDraft).where(old).limit(MOST)).all()
    for draft in found:
        throw_away(draft, storage=storage)
    return len(found)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest() if key else ""
