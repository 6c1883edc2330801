"""A hall of the benchmark's database: its kinds of visits, its pages, its free times."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy
from plugins.citizen_reception import officials, slots
from plugins.citizen_reception.booking_models import Seat
from plugins.citizen_reception.settings import settings_now
from plugins.citizen_reception.slots import Wanted

LENGTH = timedelta(minutes=30)
ABOUT = "გარე განათება ჩვენს ქუჩაზე"


@dataclass(frozen=True, kw_only=True)
class Hall:
    """A hall with its kinds, as the pages name them."""

    slug: str
    tenant_id: int
    kinds: Sequence[uuid.UUID]

    @property
    def why(self) -> str:
        """Give the address of the booking's first page."""
        return f"/{self.slug}/reception/book"

    def times(self, **more: str) -> str:
        """Give the address of the page of free times."""
        said = "".join(f"&{name}={value}" for name, value in more.items())
        return f"/{self.slug}/reception/book/times?kind={self.kinds[0]}{said}"


def find(app: Flask, slug: str) -> Hall:
    """Find a hall of the database."""
    with app.app_context():
        database.bind(NATION)
        tenant = tenancy.by_slug(slug)
        assert tenant is not None
        database.bind(tenant.id)
        kinds = [one.id for one in officials.kinds(tenant.id)]
        return Hall(slug=slug, tenant_id=tenant.id, kinds=kinds)


def free(app: Flask, hall: Hall, kind: int, *, most: int) -> list[str]:
    """Give the next free times for a kind of visit, as a form names them."""
    with app.app_context():
        database.bind(hall.tenant_id)
        chosen = officials.kind(hall.tenant_id, hall.kinds[kind])
        looked = Wanted(kind=chosen, officials=officials.receiving(hall.tenant_id), minutes=30)
        found = slots.next_free(hall.tenant_id, looked, settings_now(hall.tenant_id),
                                now=datetime.now(UTC), most=most)  # fmt: skip
        return [slot.key for slot in found]


def untouched(app: Flask, hall: Hall, kind: int) -> str:
    """Give a free time of which nobody has a place; another kind's visit may have taken one."""
    for key in free(app, hall, kind, most=slots.OFFERED):
        official_id, _bar, at = key.partition("|")
        begin = datetime.fromisoformat(at)
        with app.app_context():
            database.bind(hall.tenant_id)
            mine = (Seat.tenant_id == hall.tenant_id) & (Seat.official_id == uuid.UUID(official_id))
            here = mine & (Seat.at >= begin) & (Seat.at < begin + LENGTH)
            if db.session.execute(select(Seat.at).where(here).limit(1)).first() is None:
                return key
    raise SystemExit("Somebody has a place of every free time.")
