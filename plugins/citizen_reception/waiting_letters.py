"""Writes to those who wait: that they are on the list, and that a time is theirs for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale

from mms_core.cases import keys
from mms_core.dates import named_moment
from mms_core.messages.outbox import post_to
from mms_core.tenancy import rules as tenancy
from plugins.citizen_reception import officials
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.slots import Slot
from plugins.citizen_reception.waiting_models import Waiting


def key_of(row: Waiting) -> str:
    """Give the key by which somebody without an account opens their place on the list."""
    return keys.key_of(current_app.extensions["mms_settings"], row.tenant_id, row.id)


def fits(row: Waiting, typed: str) -> bool:
    """Tell whether a key opens a place on the list."""
    return keys.fits(current_app.extensions["mms_settings"], row.tenant_id, row.id, typed)


def path(row: Waiting) -> str:
    """Give the address of somebody's place on the list, within this site."""
    tenant = tenancy.by_id(row.tenant_id)
    slug = tenant.slug if tenant else ""
    return f"/{slug}/reception/waiting/{row.id}?key={key_of(row)}"


def joined(row: Waiting) -> None:
    """Write that somebody is on the list, and how they leave it."""
    _write(row, "waiting_joined", {"until": row.until.isoformat()})


def offer(row: Waiting, slot: Slot, *, at: datetime) -> None:
    """Write which time is held for somebody and until when; the letter leaves in office hours."""
    assert row.offered_until is not None
    with force_locale(row.language):
        official = officials.one(row.tenant_id, slot.official_id)
        parts = (named_moment(slot.starts_at), official.name,
                 officials.WAY_WORDS[slot.way], slot.place)  # fmt: skip
        said = "\n".join(str(part) for part in parts if part)
        until = named_moment(row.offered_until)
    _write(row, "waiting_offer", {"text": said, "until": until}, at=at)


def _write(
    row: Waiting, template: str, context: dict[str, Any], *, at: datetime | None = None
) -> None:
    settings = current_app.extensions["mms_settings"]
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    post_to(
        row.tenant_id,
        template,
        channel="email" if row.email else "sms",
        recipient=row.email or row.phone,
        language=row.language,
        context=context | {"about": row.about, "link": f"{base}{path(row)}"},
        module=NAME,
        at=at,
    )
