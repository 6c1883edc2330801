"""Cases of before a new version get its search words in pieces, wherever that was cut off."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select, update

from mms_core import upkeep
from mms_core.cases import reindexing
from mms_core.cases.models import Case
from mms_core.cases.search import find, find_by_name
from mms_core.db import bind, db, rollback
from mms_core.desk import inbox
from mms_core.letters import index_text
from tests.core.case_town import TSKALTUBO, ZUGDIDI, hall, number_of_new

NAME = {"name": "ქეთევან ნიმუშაძე"}
NOW = datetime.now(UTC)


def old_rows(app: Flask, how_many: int) -> None:
    """Open cases and leave them the words that an old version gave: only whole words."""
    for n in range(how_many):
        number_of_new(app, title=f"სანიაღვრე არხი {n}", contact=NAME)
    with hall(app):
        old = update(Case).where(Case.tenant_id == TSKALTUBO)
        db.session.execute(old.values(search=f"'t{TSKALTUBO}x{index_text('ძველი')}'"))


def found(app: Flask) -> tuple[int, int, int]:
    """Count what is found by a part of a word, by a name, and by an old word."""
    with hall(app) as tenant:
        ways = (
            inbox.search(tenant.id, "აღვრ", inside=True)[0].rows,
            find_by_name(tenant.id, "ნიმუშაძე", limit=20),
            find(tenant.id, "ძველი"),
        )
        return len(ways[0]), len(ways[1]), len(ways[2])


def test_the_work_goes_on_where_it_was_cut_off(app: Flask) -> None:
    old_rows(app, 5)
    assert found(app)[:2] == (0, 0)
    with hall(app) as tenant:
        assert reindexing.piece(tenant.id, now=NOW, size=2)
    with app.app_context():  # a worker that dies in a piece leaves nothing half done
        bind(TSKALTUBO)
        assert reindexing.piece(TSKALTUBO, now=NOW, size=2)
        rollback()
    assert found(app)[:2] == (2, 2)
    with hall(app) as tenant:
        assert reindexing.piece(tenant.id, now=NOW, size=2)
        assert not reindexing.piece(tenant.id, now=NOW, size=2)
        assert not reindexing.piece(tenant.id, now=NOW, size=2)  # done stays done
        assert reindexing.done(tenant.id)
        row = db.session.scalars(select(reindexing.Reindexed)).one()
        assert row.cases == 5
    assert found(app) == (5, 5, 5)  # nothing that was found before is lost


def test_the_worker_does_every_hall_by_itself(app: Flask) -> None:
    old_rows(app, 2)
    (chore,) = [one for one in upkeep.CHORES if one.name == "search.words"]
    assert upkeep.do(app, chore)
    assert found(app) == (2, 2, 2)
    for town in (TSKALTUBO, ZUGDIDI):
        with hall(app, town) as tenant:
            assert reindexing.done(tenant.id)
