"""Who acts: one query for a person, none for a stranger, and roles only where they hold."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask, g, session
from werkzeug.exceptions import HTTPException

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.errors import NotAllowed
from mms_core.people import rules, sessions
from mms_core.people.current import COOKIE_KEY, acting, is_staff, national_roles, require, roles_in

HALL, OTHER = 39, 12


@pytest.fixture
def levan(app: Flask) -> str:
    """Make an operator of one hall who is a clerk as well; gives the session's number."""
    with app.app_context():
        database.bind(NATION)
        account = rules.create_account("levan@meria.example", first_name="ლევან")
        rules.grant(account.id, "operator", tenant_id=HALL)
        rules.grant(account.id, "clerk", centre_id=1)
        row = sessions.open_session(account, sessions.Browser(), via="password", second=True)
        number = str(row.id)
        database.commit()
    return number


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, sql: str, *_rest: object) -> None:
        said.append(sql)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(engine, "before_cursor_execute", note)


def test_a_person_costs_one_query_and_is_asked_once(
    app: Flask, levan: str, queries: list[str]
) -> None:
    with app.test_request_context("/"):
        database.bind(NATION)
        session[COOKIE_KEY] = levan
        person = acting()
        assert person is acting()
        assert person is not None
        assert (person.name, person.email, person.level) == ("ლევან", "levan@meria.example", 0)
    assert len([sql for sql in queries if "account" in sql]) == 1


def test_roles_hold_where_they_were_given(app: Flask, levan: str) -> None:
    with app.test_request_context("/"):
        database.bind(NATION)
        session[COOKIE_KEY] = levan
        assert roles_in(HALL) == {"operator"}
        assert roles_in(OTHER) == frozenset()
        assert national_roles() == {"clerk"}
        assert is_staff(HALL)
        assert not is_staff(OTHER)


@pytest.mark.parametrize(
    ("hall", "roles", "allowed"),
    [
        (HALL, ("operator", "head"), True),
        (OTHER, ("operator", "head"), False),
        (HALL, ("mayor",), False),
        (None, ("operator",), False),
        (None, ("clerk",), True),
        (OTHER, ("clerk",), True),
        (HALL, ("ministry",), False),
    ],
)
def test_a_page_asks_for_a_role_in_its_hall(
    app: Flask, levan: str, hall: int | None, roles: tuple[str, ...], allowed: bool
) -> None:
    with app.test_request_context("/"):
        database.bind(NATION)
        session[COOKIE_KEY] = levan
        g.tenant = SimpleNamespace(id=hall) if hall else None
        if allowed:
            assert require(*roles).name == "ლევან"
        else:
            with pytest.raises(NotAllowed):
                require(*roles)


@pytest.mark.parametrize("raw", ["", "nonsense", 7, None, "00000000-0000-7000-8000-000000000000"])
def test_a_cookie_that_names_no_session_is_a_strangers(app: Flask, raw: object) -> None:
    with app.test_request_context("/"):
        database.bind(NATION)
        session[COOKIE_KEY] = raw
        assert acting() is None


def test_a_program_gets_a_number_and_no_page(app: Flask) -> None:
    with app.test_request_context("/api/v1/x"):
        database.bind(NATION)
        with pytest.raises(HTTPException) as refused:
            require("operator")
    assert refused.value.code == 401


def test_outside_a_request_nobody_acts(app: Flask) -> None:
    with app.app_context():
        assert acting() is None
