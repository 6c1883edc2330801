"""Decides about texts: kept by a hall or the ministry, adopted, renewed, retired."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from mms_core.answer_texts.models import AnswerText, SharedText, SharedTextVersion
from mms_core.answer_texts.placeholders import check
from mms_core.cases.models import Case
from mms_core.db import db, uuid7
from mms_core.errors import NotFound, Refused
from mms_core.i18n import lazy_gettext as _

MOST = 200  # texts of a hall
FITTING = "not t.retired and t.language = :language and t.module in ('', :module)"  # for around()


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What is typed about a text; empty module or step: for all."""

    name: str
    body: str
    module: str = ""
    step: str = ""
    language: str = "ka"


def fitting(case: Case) -> Sequence[AnswerText]:
    """Give the hall's texts for a case: of its module or of all, in its language."""
    row = AnswerText
    query = (
        select(row)
        .where(row.tenant_id == case.tenant_id, ~row.retired, row.language == case.language)
        .where(or_(row.module == "", row.module == case.module))
        .order_by(row.module.desc(), row.name)
        .limit(MOST)
    )
    return db.session.scalars(query).all()


def of_hall(tenant_id: int) -> Sequence[AnswerText]:
    """Give a hall's texts by name, the retired ones last."""
    row = AnswerText
    mine = select(row).where(row.tenant_id == tenant_id)
    return db.session.scalars(mine.order_by(row.retired, row.name).limit(MOST)).all()


def own(tenant_id: int, text_id: uuid.UUID) -> AnswerText:
    """Find a text of a hall; NotFound when there is none."""
    found = db.session.get(AnswerText, (tenant_id, text_id))
    if found is None:
        raise NotFound(_("There is no such text."))
    return found


def keep(
    tenant_id: int, typed: Typed, *, by: str, now: datetime, row: AnswerText | None = None
) -> AnswerText:
    """Save a text of a hall, new or changed; Invalid (field `body`) for a wrong placeholder."""
    body = check(typed.body)
    if row is None:
        row = AnswerText(tenant_id=tenant_id, id=uuid7())
        db.session.add(row)
    row.name, row.body, row.module, row.step = typed.name, body, typed.module, typed.step
    row.language, row.updated_by, row.updated_at = typed.language, by, now
    return row


def retire(row: AnswerText | SharedText, *, retired: bool, by: str, now: datetime) -> None:
    """Take a text out of use, or into use again; nothing is removed."""
    row.retired, row.updated_by, row.updated_at = retired, by, now


# --- the ministry's ------------------------------------------------------------------------------


def shared_texts(*, retired: bool = False) -> Sequence[SharedText]:
    """Give the ministry's texts by name; with `retired` also those out of use."""
    query = select(SharedText).order_by(SharedText.retired, SharedText.name).limit(MOST)
    return db.session.scalars(query if retired else query.where(~SharedText.retired)).all()


def shared(text_id: uuid.UUID) -> SharedText:
    """Find a text of the ministry; NotFound when there is none."""
    found = db.session.get(SharedText, text_id)
    if found is None:
        raise NotFound(_("There is no such text."))
    return found


def publish(typed: Typed, *, by: str, now: datetime, row: SharedText | None = None) -> SharedText:
    """Publish a text of the ministry, or its next version if the words have changed."""
    body = check(typed.body)
    is_new = row is None or row.body != body
    if row is None:
        row = SharedText(id=uuid7(), version=0)
        db.session.add(row)
    row.name, row.module, row.step, row.language = (
        typed.name,
        typed.module,
        typed.step,
        typed.language,
    )
    row.body, row.updated_by, row.updated_at = body, by, now
    if is_new:
        row.version += 1
        made = SharedTextVersion(text_id=row.id, version=row.version, body=body, at=now, by=by)
        db.session.add(made)
    return row


def versions(text_id: uuid.UUID) -> Sequence[SharedTextVersion]:
    """Give the versions of a text of the ministry, the newest first."""
    row = SharedTextVersion
    query = select(row).where(row.text_id == text_id).order_by(row.version.desc())
    return db.session.scalars(query.limit(MOST)).all()


def adopt(tenant_id: int, text: SharedText, *, by: str, now: datetime) -> AnswerText:
    """Give a hall a copy of its own of the ministry's text; Refused when it has one."""
    mine = (AnswerText.tenant_id == tenant_id) & (AnswerText.shared_id == text.id)
    if db.session.scalars(select(AnswerText.id).where(mine)).first():
        raise Refused(_("Your city hall has adopted this text already."))
    typed = Typed(
        name=text.name, body=text.body, module=text.module, step=text.step, language=text.language
    )
    row = keep(tenant_id, typed, by=by, now=now)
    row.shared_id = text.id
    _is_of(row, text)
    return row


def _is_of(row: AnswerText, text: SharedText) -> None:
    row.shared_version = row.seen_version = text.version
    row.shared_body = text.body


def has_update(row: AnswerText, text: SharedText | None) -> bool:
    """Tell whether the ministry has a newer version that the hall has not decided about."""
    if text is None or text.retired or row.retired:
        return False
    return text.version > max(row.shared_version, row.seen_version)


def accept(row: AnswerText, text: SharedText, *, by: str, now: datetime) -> None:
    """Take the ministry's newest words in place of the hall's."""
    row.body, row.updated_by, row.updated_at = text.body, by, now
    _is_of(row, text)


def keep_mine(row: AnswerText, text: SharedText) -> None:
    """Keep the hall's words; this version is not offered again."""
    row.seen_version = text.version
