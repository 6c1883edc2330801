"""Tampering with the event log is found, even when the administrator of the database does it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, ZUGDIDI, admin, hall, moved, number_of_new, opened
from click.testing import CliRunner
from flask import Flask

from mms_core.cases import seals
from mms_core.cases.commands import audit
from mms_core.cases.log import CaseEvent, Seal, digest
from mms_core.cases.rules import by_number
from mms_core.config import Settings
from mms_core.db import db


@pytest.fixture
def number(app: Flask) -> str:
    """Give a case with three events in a hall with another case, all of it sealed."""
    found = number_of_new(app)
    moved(app, found, "accept")
    moved(app, found, "carry_out")
    number_of_new(app)
    seal(app)
    return found


def seal(app: Flask, tenant_id: int = TSKALTUBO) -> str:
    with hall(app, tenant_id):
        made = seals.seal(tenant_id, now=datetime.now(UTC))
        return made.root if made else ""


def problems(app: Flask, tenant_id: int = TSKALTUBO) -> list[str]:
    with hall(app, tenant_id):
        return list(seals.verify(tenant_id))


def tamper(settings: Settings, sql: str, **values: Any) -> None:
    with admin(settings).begin() as connection:
        assert connection.execute(sa.text(sql), values).rowcount


def case_id(app: Flask, number: str) -> uuid.UUID:
    with hall(app):
        found: uuid.UUID = by_number(TSKALTUBO, number).id
        return found


def test_an_honest_hall_passes(app: Flask, number: str) -> None:
    assert problems(app) == []
    assert problems(app, ZUGDIDI) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update mms.case_event set text = 'სხვა პასუხი' where case_id = :case and seq = 2",
        "update mms.case_event set at = now() where case_id = :case and seq = 2",
        "update mms.case_event set actor_name = 'x' where case_id = :case and seq = 2",
        "update mms.case_event set public = false where case_id = :case and seq = 2",
        """update mms.case_event set data = '{"a": 1}' where case_id = :case and seq = 2""",
    ],
)
def test_a_changed_event_is_found(app: Flask, settings: Settings, number: str, sql: str) -> None:
    tamper(settings, sql, case=case_id(app, number))
    assert problems(app) == [f"{number}: event 2 is not what was written."]


@pytest.mark.parametrize(
    ("seq", "said"),
    [(1, "event 1 is missing."), (2, "event 2 is missing."), (3, "the newest events are missing.")],
)
def test_a_removed_event_is_found(
    app: Flask, settings: Settings, number: str, seq: int, said: str
) -> None:
    sql = "delete from mms.case_event where case_id = :case and seq = :seq"
    tamper(settings, sql, case=case_id(app, number), seq=seq)
    assert f"{number}: {said}" in problems(app)


def test_a_case_without_events_is_found(app: Flask, settings: Settings, number: str) -> None:
    tamper(settings, "delete from mms.case_event where case_id = :case", case=case_id(app, number))
    assert f"{number}: the case has no events." in problems(app)


def test_a_deleted_case_is_found(app: Flask, settings: Settings, number: str) -> None:
    gone = case_id(app, number)
    tamper(settings, "delete from mms.cases where id = :case", case=gone)
    assert problems(app) == [f"{gone}: its events are here, but the case is gone."]
    tamper(settings, "delete from mms.case_event where case_id = :case", case=gone)
    assert problems(app) == [f"Seal 1: case {gone} has been rewritten or removed since."]


def test_a_state_set_past_the_log_is_found(app: Flask, settings: Settings, number: str) -> None:
    sql = "update mms.cases set state = 'rejected' where id = :case"
    tamper(settings, sql, case=case_id(app, number))
    assert problems(app) == [f"{number}: its state is rejected, but the log says done."]


def rewrite(app: Flask, settings: Settings, number: str) -> None:
    """Write another story with a chain that fits, as one who knows the code would."""
    with hall(app):
        events = db.session.scalars(
            sa.select(CaseEvent)
            .where(CaseEvent.case_id == by_number(TSKALTUBO, number).id)
            .order_by(CaseEvent.seq)
        ).all()
        db.session.expunge_all()
    events[1].text, previous = "სხვა პასუხი", ""
    for event in events:
        event.previous, event.hash = previous, ""
        event.hash = previous = digest(vars(event))
        tamper(
            settings,
            "update mms.case_event set text = :t, previous = :p, hash = :h"
            " where case_id = :case and seq = :seq",
            t=event.text,
            p=event.previous,
            h=event.hash,
            case=event.case_id,
            seq=event.seq,
        )
    sql = "update mms.cases set head = :h where id = :case"
    tamper(settings, sql, h=previous, case=events[0].case_id)


def test_a_whole_chain_rewritten_after_its_seal_is_found(
    app: Flask, settings: Settings, number: str
) -> None:
    rewrite(app, settings, number)
    said = [f"Seal 1: case {case_id(app, number)} has been rewritten or removed since."]
    assert problems(app) == said
    moved(app, number_of_new(app), "review")
    seal(app)
    assert problems(app) == said, "a later seal heals nothing"


@pytest.mark.parametrize(
    "sql",
    [
        "update mms.case_seal set heads = '{}' where no = 1",
        "update mms.case_seal set root = 'x' where no = 1",
        "delete from mms.case_seal where no = 1",
    ],
)
def test_a_seal_that_was_touched_is_found(
    app: Flask, settings: Settings, number: str, sql: str
) -> None:
    moved(app, number_of_new(app), "review")
    seal(app)
    tamper(settings, sql)
    assert any("Seal" in problem for problem in problems(app))


def test_a_seal_holds_what_moved_since_the_one_before(app: Flask, number: str) -> None:
    assert seal(app) == "", "nothing moved"
    other = number_of_new(app)
    second = seal(app)
    with hall(app):
        rows = db.session.scalars(sa.select(Seal).order_by(Seal.no)).all()
        assert [(row.no, row.cases) for row in rows] == [(1, 2), (2, 1)]
        assert (rows[1].previous, rows[1].root) == (rows[0].root, second)
        assert set(rows[1].heads) == {str(by_number(TSKALTUBO, other).id)}


def test_a_post_that_commits_after_the_seal_is_in_the_next_one(app: Flask) -> None:
    number_of_new(app)
    with hall(app) as tenant:
        slow = opened(app, tenant, title="ნელი ხაზი")
        db.session.flush()
        seal(app)
        late = slow.id
    seal(app)
    with hall(app):
        sealed = db.session.scalars(sa.select(Seal).order_by(Seal.no.desc())).first()
        assert sealed is not None
        assert str(late) in sealed.heads
    assert problems(app) == []


def test_a_seal_and_a_post_do_not_wait_for_each_other(app: Flask) -> None:
    """Both transactions are open at once; one that waited would be ended by its time limit."""
    number = number_of_new(app)
    with hall(app):
        seals.seal(TSKALTUBO, now=datetime.now(UTC))
        with hall(app) as tenant:
            db.session.execute(sa.text("set local lock_timeout = '2s'"))
            opened(app, tenant)
        moved(app, number, "review")
    with hall(app) as tenant:
        opened(app, tenant)
        with hall(app):
            db.session.execute(sa.text("set local lock_timeout = '2s'"))
            seals.seal(TSKALTUBO, now=datetime.now(UTC) + timedelta(seconds=1))
    assert problems(app) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update mms.case_event set text = 'x'",
        "delete from mms.case_event",
        "truncate mms.case_event",
        "update mms.case_seal set root = 'x'",
        "delete from mms.case_seal",
        "drop table mms.case_event",
        "alter table mms.case_event disable row level security",
    ],
)
def test_postgresql_itself_keeps_the_application_from_the_evidence(
    app: Flask, number: str, sql: str
) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"),
        hall(app),
    ):
        db.session.execute(sa.text(sql))
    assert problems(app) == []


def test_the_command_names_the_hall_and_ends_with_1(
    app: Flask, settings: Settings, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "from_env", lambda: settings)
    good = CliRunner().invoke(audit, ["verify"])
    assert (good.exit_code, good.output) == (0, "51 municipalities verified, 0 problems.\n")
    tamper(settings, "update mms.case_event set text = 'x' where seq = 2")
    bad = CliRunner().invoke(audit, ["verify", "--tenant", "tskaltubo"])
    assert bad.exit_code == 1
    assert f"tskaltubo: {number}: event 2 is not what was written." in bad.output
    assert "1 municipalities verified, 1 problems." in bad.output
    other = CliRunner().invoke(audit, ["verify", "--tenant", "zugdidi"])
    assert other.exit_code == 0
