"""Attached files of all modules, as things that readers can report and officers can hide."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import url_for
from sqlalchemy import Select, select

from mms_core.cases import reading
from mms_core.cases.models import Attachment, Case
from mms_core.contributions import Moderated, Posted
from mms_core.db import db
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation.models import Hiding
from mms_core.moderation.redaction import put

ROOM, KIND = "cases", "file"  # what stands in a Thing for the module and the kind


def find(tenant_id: int, ref: uuid.UUID) -> Posted | None:
    """Find an attachment with its case, whose author is told if the file is the author's."""
    found = reading.attachment(tenant_id, ref)
    if found is None:
        return None
    row, case = found
    return Posted(
        title=row.name,
        text=row.caption or row.name,
        url=url_for("cases.file", attachment_id=row.id),
        at=row.at,
        language=case.language,
        author_id=case.author_id if row.by_role == "citizen" else None,
        case_id=case.id,
        own_case=row.by_role == "citizen",
        public=row.public,
    )


def hide(tenant_id: int, ref: uuid.UUID) -> None:
    """Take a file off the public pages; its author and the hall still have it."""
    _row(tenant_id, ref).public = False


def show(tenant_id: int, ref: uuid.UUID) -> None:
    """Show a file again."""
    _row(tenant_id, ref).public = True


def give_back(tenant_id: int, ref: uuid.UUID, original: str) -> None:
    """Put the picture as it was in the place of the painted one."""
    put(_row(tenant_id, ref), Stored.from_json(json.loads(original)))


def _row(tenant_id: int, ref: uuid.UUID) -> Attachment:
    mine = select(Attachment).where(Attachment.tenant_id == tenant_id, Attachment.id == ref)
    found: Attachment = db.session.scalars(mine.with_for_update()).one()
    return found


def attachment(tenant_id: int, ref: uuid.UUID) -> tuple[Attachment, Case] | None:
    """Give a file's row and its case."""
    return reading.attachment(tenant_id, ref)


def hidden_files(tenant_id: int) -> Select[Any]:
    """Give the query of files that officers have hidden, for a module that publishes files."""
    row = Hiding
    mine = select(row.ref).where(row.tenant_id == tenant_id, row.module == ROOM, row.kind == KIND)
    return mine.where(row.restored_at.is_(None), row.part == "whole")


FILES = Moderated(kind=KIND, title=_("File"), find=find, hide=hide, show=show)
