"""Statements that nobody waits for: sent in their order, whole or not at all, and never unseen."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, hall, opened
from flask import Flask

from mms_core import db as database
from mms_core import together
from mms_core.cases.models import CaseContact
from mms_core.changes import PublicChange
from mms_core.db import db
from mms_core.monitoring.models import StatDelta

HOW_MANY = sa.select(sa.func.count()).select_from(PublicChange)
CHANGES = PublicChange.__table__


def mark(module: str) -> None:
    together.insert(CHANGES, {"tenant_id": TSKALTUBO, "module": module})


def marks() -> list[str]:
    return list(db.session.scalars(sa.select(PublicChange.module).order_by(PublicChange.no)))


def test_a_question_sees_what_was_written_before_it(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        mark("first")
        mark("second")
        assert marks()[-2:] == ["first", "second"]


def test_the_commit_takes_along_what_waits_and_a_rollback_forgets_it(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        mark("kept")
        database.commit()
        mark("forgotten")
        database.rollback()
        assert marks()[-1] == "kept"


def test_what_goes_wrong_in_one_undoes_all_and_says_nothing_that_people_typed(app: Flask) -> None:
    with hall(app, TSKALTUBO) as tenant:
        case = opened(app, tenant, title="სკვერი")
        database.commit()
        mark("lost")
        typed = {"tenant_id": TSKALTUBO, "case_id": case.id, "name": "ნინო ნიმუშაძე"}
        together.insert(CaseContact.__table__, typed)
        with pytest.raises(sa.exc.IntegrityError) as told:
            database.commit()
        database.rollback()
        assert "ნინო" not in str(told.value).partition("DETAIL")[0]
        assert "lost" not in marks()


def test_what_only_the_commit_finds_is_raised_also_when_nothing_waits(app: Flask) -> None:
    table = "create temporary table once (n int unique deferrable initially deferred)"
    with hall(app, TSKALTUBO):
        db.session.execute(sa.text(f"{table} on commit drop"))
        db.session.execute(sa.text("insert into once values (1), (1)"))
        with pytest.raises(sa.exc.IntegrityError):
            database.commit()
        database.rollback()
        mark("afterwards")
        assert marks()[-1] == "afterwards"


def test_a_transaction_reads_at_one_moment_where_that_is_asked(app: Flask) -> None:
    level = sa.text("show transaction_isolation")
    with hall(app, TSKALTUBO):
        database.commit()
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert db.session.execute(level).scalar_one() == "repeatable read"
        database.rollback()
        assert db.session.execute(level).scalar_one() == "read committed"


@pytest.mark.parametrize("rows", [1, 2, together.FEW, together.FEW + 1])
def test_rows_come_back_as_they_were_whether_few_or_many(app: Flask, rows: int) -> None:
    texts = ["ხიდი", "quoted \"so\" \\ and 'so'", "", "{1,2}", "two\nlines"][:rows]
    today = date(2028, 2, 29)
    given = [
        {"tenant_id": TSKALTUBO, "id": uuid.uuid4(), "day": today, "module": "cases",
         "measure": text, "n": number}
        for number, text in enumerate(texts, start=-2)
    ]  # fmt: skip
    table = StatDelta.__table__
    with hall(app, TSKALTUBO):
        together.insert(table, *given)
        mine = sa.select(table).where(table.c.day == today).order_by(table.c.n)
        assert [dict(row) for row in db.session.execute(mine).mappings()] == given
        database.rollback()


def test_rows_that_name_other_columns_are_refused(app: Flask) -> None:
    with hall(app, TSKALTUBO), pytest.raises(KeyError, match="module"):
        together.insert(
            CHANGES, {"tenant_id": TSKALTUBO, "module": "one"}, {"tenant_id": TSKALTUBO}
        )


def test_a_value_that_would_arrive_as_another_one_is_refused(app: Flask) -> None:
    given = {"tenant_id": TSKALTUBO, "id": uuid.uuid4(), "day": date(2028, 2, 29), "n": 1}
    with hall(app, TSKALTUBO):
        measures = ["opened"] * together.FEW + [b"opened"]
        many = [{**given, "module": "cases", "measure": what} for what in measures]
        together.insert(StatDelta.__table__, *many)
        with pytest.raises(TypeError, match="bytes"):
            database.commit()
        database.rollback()
