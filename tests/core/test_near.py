"""With each case the nearest ones are kept, by the worker; a newcomer stands among theirs too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

from flask import Flask
from sqlalchemy import select

from mms_core import upkeep
from mms_core.cases import near
from mms_core.cases.models import Case
from mms_core.db import bind, db, rollback, uuid7
from mms_core.identifiers import first_of
from mms_core.jobs import use_app
from tests.core.case_town import TSKALTUBO, ZUGDIDI, hall, number_of_new, opened

LAMP, LIGHT, DARK = (
    "განათება სკოლის ქუჩაზე", "სკოლის ქუჩას განათება სჭირდება", "სკოლის ქუჩაზე განათება არ არის",
)  # fmt: skip
APART = "ახალი ხიდი მდინარეზე"
LATER = datetime.now(UTC) + timedelta(hours=1)


def kept(title: str, tenant_id: int = TSKALTUBO) -> list[str] | None:
    """Give the titles of what is kept as near a case, or None."""
    names = {row.id: row.title for row in db.session.scalars(select(Case))}
    by_title = {title: key for key, title in names.items()}
    row = db.session.get(near.CaseNear, (tenant_id, by_title[title]), populate_existing=True)
    return None if row is None else [names[key] for key in row.near]


def test_what_is_near_is_kept_with_both(app: Flask) -> None:
    with hall(app) as tenant:
        for title in (LAMP, APART, LIGHT):
            opened(app, tenant, title=title, body="")
    with hall(app) as tenant:
        assert kept(LAMP) is None
        assert not near.piece(tenant.id, now=LATER)
        assert kept(LAMP) == [LIGHT]
        assert kept(LIGHT) == [LAMP]
        assert kept(APART) == []


def test_one_that_comes_later_is_put_among_theirs(app: Flask) -> None:
    with hall(app) as tenant:
        opened(app, tenant, title=LAMP, body="")
        near.piece(tenant.id, now=LATER)
        assert kept(LAMP) == []
        opened(app, tenant, title=DARK, body="")
        near.piece(tenant.id, now=LATER)
        assert (kept(LAMP), kept(DARK)) == ([DARK], [LAMP])
        scores = [one for own in db.session.scalars(select(near.CaseNear.scores)) for one in own]
        assert len(scores) == 2
        assert min(scores) >= near.LEAST


def test_only_the_nearest_are_kept_and_the_likest_come_first(app: Flask) -> None:
    with hall(app) as tenant:
        opened(app, tenant, title=LAMP, body="")
        near.piece(tenant.id, now=LATER)
        for number in range(near.KEPT + 3):
            opened(app, tenant, title=f"{LAMP} {number * 1111}", body="")
        opened(app, tenant, title=f"{LAMP}!", body="")
        near.piece(tenant.id, now=LATER)
        mine = kept(LAMP)
        assert mine is not None
        assert len(mine) == near.KEPT
        assert mine[0] == f"{LAMP}!"
        for row in db.session.scalars(select(near.CaseNear)):
            assert row.scores == sorted(row.scores, reverse=True)
            assert len(set(row.near)) == len(row.near) == len(row.scores)
            assert row.case_id not in row.near


def test_the_work_goes_on_where_it_was_cut_off_and_waits_for_what_is_not_settled(
    app: Flask,
) -> None:
    for number in range(3):
        number_of_new(app, title=f"{LAMP} {number}")
    with hall(app) as tenant:
        assert not near.piece(tenant.id, now=datetime.now(UTC))  # opened just now
        assert kept(f"{LAMP} 0") is None
        assert near.piece(tenant.id, now=LATER, size=2)
    with app.app_context():
        bind(TSKALTUBO)
        near.piece(TSKALTUBO, now=LATER, size=2)
        rollback()
    with hall(app) as tenant:
        assert kept(f"{LAMP} 2") is None
        assert not near.piece(tenant.id, now=LATER, size=2)
        assert set(kept(f"{LAMP} 2") or ()) == {f"{LAMP} 0", f"{LAMP} 1"}


def test_a_text_that_was_changed_is_looked_at_again(app: Flask) -> None:
    number_of_new(app, title=LAMP, body="")
    number = number_of_new(app, title=APART, body="")
    with hall(app) as tenant:
        near.piece(tenant.id, now=LATER)
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        case.title = LIGHT
        near.renew(case)
        changed = str(case.id)
    use_app(app)
    near.look_again.func(TSKALTUBO, changed)
    with hall(app):
        assert kept(LIGHT) == [LAMP]
        assert kept(LAMP) == [LIGHT]


def test_a_job_waits_until_the_round_of_its_hall_is_done(app: Flask) -> None:
    number_of_new(app, title=LAMP, body="")
    other = number_of_new(app, title=APART, body="")
    use_app(app)
    with hall(app) as tenant:
        near.piece(tenant.id, now=datetime.now(UTC))  # nothing yet, but the hall has its row
    with hall(app) as tenant:
        case_id = str(db.session.scalars(select(Case.id).where(Case.number == other)).one())
        near.piece(tenant.id, now=LATER, size=1)  # the round goes on until it is committed
        job = Thread(target=near.look_again.func, args=(TSKALTUBO, case_id))
        job.start()
        job.join(0.5)
        assert job.is_alive()
    job.join(30)
    assert not job.is_alive()


def test_a_hall_sees_nothing_of_another(app: Flask) -> None:
    number_of_new(app, title=LAMP)
    number_of_new(app, ZUGDIDI, title=LAMP)
    (chore,) = [one for one in upkeep.CHORES if one.name == "cases.near"]
    assert upkeep.do(app, chore)
    with hall(app, ZUGDIDI) as tenant:
        near.piece(tenant.id, now=LATER)
        assert kept(LAMP, ZUGDIDI) == []


def test_identifiers_sort_by_their_moment() -> None:
    before, one = datetime.now(UTC) - timedelta(milliseconds=5), uuid7()
    assert first_of(before) < one < first_of(datetime.now(UTC) + timedelta(milliseconds=5))
