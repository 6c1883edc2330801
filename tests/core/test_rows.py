"""Rows that are written as plain values or kept as objects: whole, and in their municipality."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from case_town import OPERATOR, TSKALTUBO, ZUGDIDI, hall, opened
from flask import Flask

from mms_core import db as database
from mms_core import rows
from mms_core.cases.log import CaseEvent, Entry, append
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.session import ScopeMissingError


def test_a_kept_row_is_of_the_bound_municipality(app: Flask) -> None:
    with hall(app, TSKALTUBO), pytest.raises(ScopeMissingError):
        rows.keep(CaseEvent(tenant_id=ZUGDIDI))


def test_a_row_changed_after_it_was_kept_is_changed_in_the_database(app: Flask) -> None:
    with hall(app, TSKALTUBO) as tenant:
        case = opened(app, tenant, title="სკვერი")
        case.title, case.updated_at = "ხიდი", datetime.now(UTC)
        database.commit()
        found: Any = db.session.execute(sa.select(Case.title).where(Case.id == case.id))
        assert found.scalar_one() == "ხიდი"
        assert case.unit == "", "what was not given has the model's default"


def test_a_plain_row_is_of_the_bound_municipality_too(app: Flask) -> None:
    with hall(app, TSKALTUBO), pytest.raises(ScopeMissingError):
        rows.put(CaseContact, {"tenant_id": ZUGDIDI, "case_id": uuid.uuid4()})


def test_a_plain_row_has_the_defaults_of_its_model_and_of_the_server(app: Flask) -> None:
    given = {"tenant_id": TSKALTUBO, "recipient": "nino@people.example", "context": {"a": "ა"}}
    with hall(app, TSKALTUBO):
        put = rows.put(OutboxLetter, given)
        letter = db.session.get(OutboxLetter, (TSKALTUBO, put["id"]))
        assert letter is not None
        assert (letter.state, letter.attempts, letter.case_id) == ("waiting", 0, None)
        assert letter.context == {"a": "ა"}
        assert letter.created_at <= datetime.now(UTC)


def test_a_written_row_is_there_and_stays_as_it_was_written(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        letter = rows.write(
            rows.made(OutboxLetter, tenant_id=TSKALTUBO, recipient="nino@people.example")
        )
        assert letter.state == "waiting", "the model's default"
        letter.state = "sent"
        database.commit()
        own = sa.select(OutboxLetter.state).where(OutboxLetter.id == letter.id)
        assert db.session.scalars(own).one() == "waiting"
        db.session.execute(sa.delete(OutboxLetter).where(OutboxLetter.id == letter.id))
        database.commit()


def test_a_row_that_was_made_is_as_empty_as_one_of_the_constructor(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        made = rows.made(Case, tenant_id=TSKALTUBO, title="ხიდი")
        assert (made.title, made.answer, made.due_on) == ("ხიდი", None, None)
        made.title = "სკვერი"
        assert made.title == "სკვერი"


def test_a_case_opened_alone_is_whole_and_takes_no_further_event_unseen(app: Flask) -> None:
    with hall(app, TSKALTUBO) as tenant:
        case = opened(app, tenant, title="ხიდი", alone=True)
        entry = Entry(kind="note", actor=OPERATOR, text="შენიშვნა")
        with pytest.raises(RuntimeError, match="alone"):
            append(case, entry, at=datetime.now(UTC))
        database.commit()
        kept = by_number(TSKALTUBO, case.number)
        assert (kept.title, kept.version, kept.head) == ("ხიდი", case.version, case.head)
        append(kept, entry, at=datetime.now(UTC))
        database.commit()
        assert by_number(TSKALTUBO, case.number).version == case.version + 1
