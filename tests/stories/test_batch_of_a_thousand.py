"""Work on a thousand cases: one is refused and named, and a worker that died repeats nothing."""

from __future__ import annotations

import re
import uuid

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, given, hall, person, turn

from mms_core.batches.models import Batch, BatchCase
from mms_core.batches.running import run
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.testing import page

DESK = "/zugdidi/desk/"
MANY, LEFT = 1000, 20
# Rows as cheap as they can be: all but the key and the number are those of a real case.
LIKE = sa.text(
    """
    insert into {table} ({all})
    select {same} from {table} t, generate_series(1, :many) as n(n) where t.tenant_id = :hall
""".replace("{table}", "mms.cases")
)


def copies(app: Flask, many: int) -> None:
    """Put many cases like the one that is there beside it."""
    own = {
        "id": "gen_random_uuid()",
        "number": "'ZUG-2026-' || lpad((900000 + n.n)::text, 6, '0') || '-0'",
    }
    names = [column.name for column in Case.__table__.columns]
    same = ", ".join(own.get(name, f't."{name}"') for name in names)
    every = ", ".join(f'"{name}"' for name in names)
    sql = str(LIKE).replace("{all}", every).replace("{same}", same)
    with hall(app) as tenant:
        db.session.execute(sa.text(sql), {"many": many, "hall": tenant.id})


def chosen(app: Flask, officer: FlaskClient) -> str:
    done = officer.post(f"{DESK}batches/?due=owed", data={"all": "true"})
    assert done.status_code == 303
    return str(done.location)


def a_worker_died(app: Flask, *, but: str) -> None:
    """Leave the batch as a worker does that died with a few cases to go, one of them this one."""
    with hall(app):
        batch = db.session.scalars(sa.select(Batch)).one()
        rows = sa.select(BatchCase.place).where(BatchCase.number != but).order_by(BatchCase.place)
        places = db.session.scalars(rows.limit(MANY - LEFT)).all()
        mine = sa.update(BatchCase).where(BatchCase.batch_id == batch.id)
        db.session.execute(mine.where(BatchCase.place.in_(places)).values(state="done"))
        batch.state, batch.done = "running", len(places)


def test_one_of_a_thousand_is_refused_and_all_are_told_which(app: Flask) -> None:
    turn(app, "on")
    officer = person(app, "levan@hall.example", role="operator")
    number = given(app.test_client())
    copies(app, MANY - 1)
    address = chosen(app, officer)
    typed = {"do": "letters", "step": "review", "text_step": ""}
    first = page(officer.get(officer.post(address, data=typed).location))
    onward = re.search(r'href="([^"]*letters\?after=\d+)"', first)
    assert onward, "each letter can be looked at, a page at a time"
    assert officer.get(onward[1]).status_code == 200
    assert officer.post(address, data={"do": "step"}).status_code == 303
    answer(app, number, "review")  # a colleague was quicker with one of them
    a_worker_died(app, but=number)
    with hall(app) as tenant:
        run(tenant.id, uuid.UUID(address[-36:]))
    with hall(app):
        batch = db.session.scalars(sa.select(Batch)).one()
        assert (batch.total, batch.done, batch.refused) == (MANY, MANY - 1, 1)
        refused = db.session.scalars(sa.select(BatchCase).where(BatchCase.state == "refused")).all()
        assert [row.number for row in refused] == [number]
        moved = sa.select(sa.func.count()).select_from(Case).where(Case.state == "under_review")
        assert db.session.scalar(moved) == LEFT, (
            "the others were done before and are not done again"
        )
    told = page(officer.get(address))
    assert number in told
    assert "ვერ შესრულდა, მიზეზით" in told
