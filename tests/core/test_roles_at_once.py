"""Two databases of one server are prepared in the same moment: the roles are the server's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from mms_core import security
from mms_core.config import Settings
from mms_core.db import admin_url
from mms_core.security import ensure_roles

NEW = "mms_new_here"


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    made = sa.create_engine(admin_url(settings))
    yield made
    with made.begin() as connection:
        connection.execute(sa.text(f"drop role if exists {NEW}"))
    made.dispose()


def test_the_second_waits_and_looks_again(
    engine: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "LOGIN_ROLES", (*security.LOGIN_ROLES, NEW))
    failed: list[Exception] = []

    def second() -> None:
        try:
            with engine.begin() as connection:
                ensure_roles(connection, settings)
        except sa.exc.DBAPIError as problem:
            failed.append(problem)

    with engine.begin() as first:
        ensure_roles(first, settings)
        other = threading.Thread(target=second)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it waits for the first"
    other.join(20)
    assert not other.is_alive()
    assert failed == []
