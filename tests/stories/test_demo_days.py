"""The demo loads on whatever day somebody starts it."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from mms_core import db as database
from mms_core import demo
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.tenancy import rules as tenancy

DAYS = ("2028-02-29T23:50", "2027-01-01T00:10", "2026-10-25T12:00", "2027-05-10T09:00")


@pytest.mark.parametrize("day", DAYS)
def test_the_hall_with_every_module_is_filled_on_any_day(app: Flask, day: str) -> None:
    with app.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug(demo.EVERYTHING)
        assert hall is not None
    now = datetime.fromisoformat(day).replace(tzinfo=TBILISI)
    assert demo.fill_hall(app, hall, now=now)
    with app.app_context():
        database.bind(hall.id)
        cases = select(func.count()).where(Case.tenant_id == hall.id).select_from(Case)
        assert db.session.scalar(cases) > 10
