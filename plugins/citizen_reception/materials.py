"""Keeps the materials that everybody can download: leaflets, forms, books."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from mms_core.changes import changed
from mms_core.db import db, uuid7
from mms_core.errors import NotFound
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.info_models import Material
from plugins.citizen_reception.models import NAME

MOST = 200


def of_hall(tenant_id: int) -> Sequence[Material]:
    """List a hall's materials in their order."""
    query = select(Material).where(Material.tenant_id == tenant_id)
    return db.session.scalars(query.order_by(Material.place, Material.id).limit(MOST)).all()


def lines(tenant_id: int) -> list[dict[str, Any]]:
    """Put the materials into lines: title, language, kind and size of the file."""
    return [_line(row) for row in of_hall(tenant_id)]


def _line(row: Material) -> dict[str, Any]:
    stored = Stored.from_json(row.file)
    return {
        "id": row.id,
        "name": row.title,
        "lang": row.language,
        "href": url_for(f"{NAME}.material", material_id=row.id),
        "kind": stored.kind_words,
        "size": stored.size_words,
    }


def add(tenant_id: int, *, title: str, language: str, file: Stored, now: datetime) -> Material:
    """Add a material at the end of the list."""
    last = select(func.max(Material.place)).where(Material.tenant_id == tenant_id)
    row = Material(
        tenant_id=tenant_id,
        id=uuid7(),
        title=title.strip(),
        language=language,
        place=(db.session.scalar(last) or 0) + 1,
        file=file.to_json(),
        added_at=now,
    )
    db.session.add(row)
    changed(tenant_id, NAME)
    return row


def by_id(tenant_id: int, material_id: uuid.UUID) -> Material:
    """Find a material; NotFound when there is none."""
    row = db.session.get(Material, (tenant_id, material_id))
    if row is None:
        raise NotFound(_("There is no such material."))
    return row


def remove(row: Material) -> None:
    """Take a material off the list; its file stays in the storage for the archive."""
    db.session.delete(row)
    changed(row.tenant_id, NAME)
