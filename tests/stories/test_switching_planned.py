"""The ministry allows a region and from a day; a hall plans its switch, and undoes its last one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from lamp_town import DESK, NAME, report, signed_in
from sqlalchemy import select

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.modules import registry
from mms_core.switching import planning, rules
from mms_core.switching.models import ModulePlan
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page

ALLOW = f"/ministry/modules/{NAME}"


def today_and(days: int) -> str:
    return (local_day(datetime.now(UTC)) + timedelta(days=days)).isoformat()


def its_day_comes(town: Flask) -> ModulePlan:
    """Do what the worker does on the day."""
    with town.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall
        database.bind(hall.id)
        query = select(ModulePlan).where(ModulePlan.tenant_id == hall.id)
        row = db.session.execute(query.order_by(ModulePlan.id.desc())).scalars().first()
        assert row
        planning.fulfil(registry(), hall.id, row.id)
        database.commit()
        return row


def test_the_ministry_allows_a_region(town: Flask) -> None:
    ministry, head = signed_in(town, "ministry"), signed_in(town, "head")
    ministry.post(ALLOW, data={"scope": "listed", "regions": ["GE-KA"]})
    assert head.post(f"{DESK}/switch", data={"state": "on"}).status_code == 403
    ministry.post(ALLOW, data={"scope": "listed", "regions": ["GE-IM"]})
    assert re.search(r'value="GE-IM" checked', page(ministry.get(ALLOW)))
    assert head.post(f"{DESK}/switch", data={"state": "on"}).status_code == 303
    wrong = ministry.post(ALLOW, data={"scope": "listed", "regions": ["GE-XX"]})
    assert wrong.status_code == 422


def test_the_ministry_allows_from_a_day(town: Flask) -> None:
    ministry, head = signed_in(town, "ministry"), signed_in(town, "head")
    ministry.post(ALLOW, data={"scope": "everywhere", "starts_on": today_and(30)})
    assert "It can be switched on from" in page(ministry.get(ALLOW))
    assert head.post(f"{DESK}/switch", data={"state": "on"}).status_code == 403
    ministry.post(ALLOW, data={"scope": "everywhere", "starts_on": today_and(0)})
    assert head.post(f"{DESK}/switch", data={"state": "on"}).status_code == 303


def test_a_place_is_allowed_from_its_first_day() -> None:
    day = local_day(datetime.now(UTC))
    place = rules.Place(starts_on=day)
    assert place.covers(1, on=day)
    assert not place.covers(1, on=day - timedelta(days=1))


def test_a_planned_switch_happens_on_its_day(town: Flask) -> None:
    head = signed_in(town, "head")
    past = head.post(f"{DESK}/plan", data={"state": "on", "on_day": today_and(0)})
    assert past.status_code == 422
    assert "Choose a day that is still to come." in page(past)
    data = {"state": "on", "on_day": today_and(3), "act_number": "N 7"}
    assert head.post(f"{DESK}/plan", data=data).status_code == 303
    assert "Planned for" in page(head.get(f"{DESK}/"))
    assert head.post(f"{DESK}/plan", data=data).status_code == 409
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 404
    its_day_comes(town)
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 200
    told = page(head.get(f"{DESK}/"))
    assert "happened as planned" in told
    assert "N 7" in told


def test_a_plan_is_called_off(town: Flask) -> None:
    head = signed_in(town, "head")
    head.post(f"{DESK}/plan", data={"state": "on", "on_day": today_and(3)})
    address = re.search(rf'action="({DESK}/plan/[^"]+)"', page(head.get(f"{DESK}/")))
    assert address
    assert head.post(address[1]).status_code == 303
    its_day_comes(town)
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 404
    head.post(address[1])
    assert "This plan has ended already." in page(head.get(f"{DESK}/"))


def test_an_allowance_withdrawn_before_the_day_is_told(town: Flask) -> None:
    head = signed_in(town, "head")
    head.post(f"{DESK}/plan", data={"state": "on", "on_day": today_and(3)})
    signed_in(town, "ministry").post(ALLOW, data={"scope": "listed"})
    its_day_comes(town)
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 404
    told = page(head.get(f"{DESK}/"))
    assert "could not happen" in told
    assert "სამინისტრო" in told


def test_the_last_switch_is_undone(town: Flask) -> None:
    """On to closing goes back at once; what leads to off shows its card first."""
    head = signed_in(town, "head")
    head.post(f"{DESK}/switch", data={"state": "on"})
    report(town, "tskaltubo", title="Rustaveli 14")
    head.post(f"{DESK}/switch", data={"state": "closing"})
    assert "Undo the last switch" in page(head.get(f"{DESK}/"))
    assert head.post(f"{DESK}/undo").status_code == 303
    assert "Closing → Switched on" in page(head.get(f"{DESK}/"))
    head.post(f"{DESK}/switch", data={"state": "trial"})
    stale = head.post(f"{DESK}/undo", data={"seen": "1"})
    assert stale.status_code == 303
    assert "Look again" in page(head.get(f"{DESK}/"))


def test_undoing_the_first_switch_shows_what_it_touches(town: Flask) -> None:
    head = signed_in(town, "head")
    head.post(f"{DESK}/switch", data={"state": "on"})
    report(town, "tskaltubo", title="Rustaveli 14")
    assert head.post(f"{DESK}/undo").location.endswith("/off")
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 200
