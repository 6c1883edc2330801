"""Decides on campaigns: calls for ideas on a theme and a place, open for a time.

A campaign is open from the first day to the last one, to midnight in Tbilisi. An idea that comes
later is an idea like any other: nothing is refused for having missed a campaign.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy import bindparam, select

from mms_core.asking import Question
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.letters import slug
from plugins.your_idea_to_mayor.models import NAME, Campaign

SHOWN = 30  # campaigns that the desk and the page of all campaigns list
CAMPAIGN = Campaign.__table__


class CampaignSchema(Schema):
    """What an officer writes of a campaign."""

    title = fields.String(
        required=True,
        validate=validate.Length(5, 120),
        metadata={"label": _("The call in one sentence")},
    )
    body = fields.String(
        required=True,
        validate=validate.Length(20, 8000),
        metadata={
            "label": _("What ideas are wanted, and what becomes of them?"),
            "kind": "textarea",
        },
    )
    place = fields.String(
        load_default="",
        validate=validate.Length(max=120),
        metadata={"label": _("Place"), "help": _("Empty means the whole municipality.")},
    )
    category = fields.String(load_default="", metadata={"label": _("Category"), "kind": "select"})
    opens_on = fields.Date(required=True, metadata={"label": _("First day"), "kind": "date"})
    closes_on = fields.Date(
        required=True,
        metadata={
            "label": _("Last day"),
            "kind": "date",
            "help": _("Ideas are taken until midnight, Georgia's time."),
        },
    )
    result = fields.String(
        load_default="",
        validate=validate.Length(max=8000),
        metadata={
            "label": _("What came of it"),
            "kind": "textarea",
            "help": _("Shown on top of the page as soon as it is written."),
        },
    )

    @validates_schema
    def _check_days(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["closes_on"] < data["opens_on"]:
            raise ValidationError(str(_("The last day comes before the first.")), "closes_on")


def make(tenant_id: int, data: Mapping[str, Any], *, picture: dict[str, Any] | None) -> Campaign:
    """Make a campaign; its address is made of the title once and stays."""
    row = Campaign(tenant_id=tenant_id, id=uuid7(), slug=_free(tenant_id, data["title"]), **data)
    row.picture = picture
    db.session.add(row)
    changed(tenant_id, NAME)
    return row


def _free(tenant_id: int, title: str) -> str:
    """Find an address that no campaign of the hall has."""
    wanted = slug(title)[:60].strip("-") or "campaign"
    same = select(CAMPAIGN.c.slug).where(
        CAMPAIGN.c.tenant_id == tenant_id, CAMPAIGN.c.slug.startswith(wanted, autoescape=True)
    )
    taken = set(db.session.execute(same).scalars())
    return next(s for n in range(1, len(taken) + 3) if (s := _numbered(wanted, n)) not in taken)


def _numbered(wanted: str, number: int) -> str:
    return wanted if number == 1 else f"{wanted}-{number}"


def rewrite(row: Campaign, data: Mapping[str, Any], *, picture: dict[str, Any] | None) -> None:
    """Change what a campaign says; ideas that came by it stay with it."""
    for name, value in data.items():
        setattr(row, name, value)
    if picture is not None:
        row.picture = picture
    changed(row.tenant_id, NAME)


def by_slug(tenant_id: int, wanted: str) -> Campaign:
    """Find a campaign by its address; NotFound when there is none."""
    query = select(Campaign).where(Campaign.tenant_id == tenant_id, Campaign.slug == wanted)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_("There is no such campaign."))
    return row


def newest(tenant_id: int) -> Sequence[Campaign]:
    """Give a hall's campaigns, the one that closes last on top."""
    query = select(Campaign).where(Campaign.tenant_id == tenant_id)
    return db.session.scalars(
        query.order_by(Campaign.closes_on.desc(), Campaign.id.desc()).limit(SHOWN)
    ).all()


OPEN = (
    select(*CAMPAIGN.c)
    .where(CAMPAIGN.c.tenant_id == bindparam("tenant"))
    .where(CAMPAIGN.c.closes_on >= bindparam("today"), CAMPAIGN.c.opens_on <= bindparam("today"))
    .order_by(CAMPAIGN.c.closes_on, CAMPAIGN.c.id)
    .limit(SHOWN)
)


def open_now(tenant_id: int, *, today: date) -> Question:
    """Ask for the campaigns that take ideas today, the one that closes first on top."""
    return OPEN, {"tenant": tenant_id, "today": today}


def open_id(tenant_id: int, wanted: str, *, now: datetime) -> uuid.UUID | None:
    """Give the campaign that an idea handed in now answers; None for a closed or unknown one."""
    if not wanted:
        return None
    query = select(Campaign).where(Campaign.tenant_id == tenant_id, Campaign.slug == wanted)
    row = db.session.execute(query).scalar_one_or_none()
    return row.id if row is not None and is_open(row, now=now) else None


def is_open(row: Any, *, now: datetime) -> bool:
    """Tell whether a campaign takes ideas at a moment; its last day ends at midnight in Tbilisi."""
    return bool(row.opens_on <= local_day(now) <= row.closes_on)
