"""The pictures of a need, as lines of a list."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from mms_core.cases.models import Attachment
from mms_core.db import db
from mms_core.files.stored import Stored


def file_lines(row: Any, *, all_of_them: bool) -> list[dict[str, Any]]:
    """Give what is attached to a need: what is public, or all of it."""
    mine = (Attachment.tenant_id == row.tenant_id) & (Attachment.case_id == row.case_id)
    found = db.session.scalars(select(Attachment).where(mine).order_by(Attachment.at))
    return [_line(file) for file in found if all_of_them or file.public]


def _line(file: Any) -> dict[str, Any]:
    stored = Stored.of(file)
    small = stored.is_picture and stored.thumbnails
    return {
        "name": stored.name,
        "href": url_for("cases.file", attachment_id=file.id),
        "kind": stored.kind_words,
        "size": stored.size_words,
        "thumbnail": url_for("cases.file", attachment_id=file.id, thumb=320) if small else None,
    }
