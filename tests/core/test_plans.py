"""Plans are kept on a connection of the server's own, not behind a pooler, and given up in time."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, hall
from flask import Flask

from mms_core import db as database
from mms_core import together
from mms_core.asking import ask
from mms_core.changes import PublicChange
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, admin_url, db, is_outage, role_url
from mms_core.plans import is_own, keep_plans
from mms_core.wire import Statement, Wire

CHANGES = PublicChange.__table__
HOW_MANY = sa.text("select count(*) as n from mms.public_change where tenant_id = :tenant")
KEPT = "select statement from pg_prepared_statements"
GREETING = b"K\x00\x00\x00"  # BackendKeyData: its length, the process, a secret


@pytest.fixture(autouse=True)
def anew(app: Flask) -> None:
    """Let each test begin with a connection on which no other has asked anything, and keep it."""
    with app.app_context():
        db.engine.dispose()


def kept() -> list[str]:
    """Give what the server keeps for this transaction's connection."""
    return [row[0] for row in database.driver_connection().execute(KEPT).fetchall()]


@contextlib.contextmanager
def pooler(settings: Settings) -> Iterator[int]:
    """Pass one connection on to the server, greeting as poolers do; gives the port."""
    url = admin_url(settings)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_pass_on, args=(door, (url.host, url.port)), daemon=True).start()
        yield int(door.getsockname()[1])


def _pass_on(door: socket.socket, server: tuple[str, int]) -> None:
    client, _address = door.accept()
    with client, socket.create_connection(server) as behind:
        asking = threading.Thread(target=_copy, args=(client, behind), daemon=True)
        asking.start()
        _copy(behind, client, greets=True)


def _copy(source: socket.socket, target: socket.socket, *, greets: bool = False) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            at = data.find(GREETING) if greets else -1
            if at >= 0:
                data = data[: at + 5] + b"\x7f\x01\x02\x03" + data[at + 9 :]
                greets = False
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_what_is_asked_and_told_is_planned_once_and_nothing_else(app: Flask) -> None:
    many = [f"module_{place}" for place in range(together.FEW + 1)]
    with hall(app, TSKALTUBO):
        for _twice in range(2):
            ask(HOW_MANY, {"tenant": TSKALTUBO})
            marks = [{"tenant_id": TSKALTUBO, "module": name} for name in many]
            together.insert(CHANGES, *marks)
            db.session.execute(sa.text("select 'past asking'"))
        statements = kept()
        assert sum("count(*)" in one for one in statements) == 1
        assert sum("json_to_recordset" in one for one in statements) == 1
        assert not [one for one in statements if "past asking" in one or "tenant_module" in one]
        assert ask(HOW_MANY, {"tenant": TSKALTUBO})[0].n >= 2 * len(many)
        database.rollback()


def test_behind_a_pooler_nothing_is_prepared(settings: Settings, app: Flask) -> None:
    url = role_url(settings, "mms_app").set(drivername="postgresql")
    direct = url.render_as_string(hide_password=False)
    with pooler(settings) as port:
        behind = url.set(port=port).render_as_string(hide_password=False)
        for address, threshold in ((direct, False), (behind, True)):
            with psycopg.connect(address, **CONNECT_ARGS) as connection:
                keep_plans(connection)
                assert (connection.prepare_threshold is None) is threshold
                connection.execute("select 1 as asked", prepare=True)
                assert (connection.execute(KEPT).fetchone() is None) is threshold
                way = Wire(connection, keeps=is_own(connection))
                asked = Statement("select $1::int as two", [2])
                assert [rows[0].two for rows in way.send([asked, asked])] == [2, 2]
                assert way.send([asked])[0][0].two == 2
                assert ("two" in str(connection.execute(KEPT).fetchall())) is not threshold


def test_a_plan_that_no_longer_fits_costs_one_answer_and_no_more(
    settings: Settings, app: Flask
) -> None:
    whole = sa.text("select * from mms.planned where :one = 1")
    admin = sa.create_engine(admin_url(settings), isolation_level="AUTOCOMMIT")
    with admin.connect() as owner, hall(app, TSKALTUBO):
        owner.exec_driver_sql("create table mms.planned (word int)")
        owner.exec_driver_sql("grant select on mms.planned to mms_app")
        try:
            assert ask(whole, {"one": 1}) == []
            database.commit()
            owner.exec_driver_sql("alter table mms.planned alter word type text")
            with pytest.raises(sa.exc.DBAPIError) as told:
                ask(whole, {"one": 1})
            assert is_outage(told.value), "the page says: try again"
            database.rollback()
            assert ask(whole, {"one": 1}) == []
            database.commit()
        finally:
            database.rollback()
            owner.exec_driver_sql("drop table mms.planned")
    admin.dispose()
