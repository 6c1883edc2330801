"""Every statement that real requests send names the municipality, and threads never mix halls."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from case_town import MODULE, TSKALTUBO, ZUGDIDI, hall, opened
from flask import Flask
from flask.testing import FlaskClient
from statements import LASTING, mentions, scoped_tables, unscoped

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.monitoring.reader import reader
from mms_core.switching.rules import Decision, switch
from mms_core.testing import make_person, page, sign_in

FORM = {
    "title": "გზის განათება სკოლასთან",
    "body": "საღამოობით ბავშვები ბნელ გზაზე დადიან. საჭიროა ორი ლამპიონი.",
    "category": "lighting",
    "settlement": "",
    "name": "ნინო ნიმუშაძე",
    "email": "nino@posta.example",
    "phone": "",
    "shown": "first",
}
TABLES = {"mms.cases", "mms.case_contact", "mms.person_case"}


@contextmanager
def listening(app: Flask) -> Iterator[list[str]]:
    """Collect what the application and the ministry's reader send to PostgreSQL."""
    sent: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engines = [db.engine, reader(app)]
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def town(app: Flask) -> Flask:
    for tenant_id in (TSKALTUBO, ZUGDIDI):
        with hall(app, tenant_id):
            decision = Decision(state="on", decided_by="ტესტი")
            switch(app.extensions["mms_modules"], tenant_id, module=MODULE, decision=decision)
    make_person(app, "operator", ("operator", TSKALTUBO))
    make_person(app, "head", ("head", TSKALTUBO))
    make_person(app, "citizen")
    return app


class Errands:
    """Goes to pages one after the other and remembers what answered with which status."""

    def __init__(self, app: Flask) -> None:
        self.citizen, self.operator, self.head = (
            sign_in(app, who) for who in ("citizen", "operator", "head")
        )
        self.stranger = app.test_client()
        self.seen: list[tuple[str, int]] = []

    def go(self, client: FlaskClient, address: str, **typed: Any) -> Any:
        """Open a page, or post to it what was typed."""
        answer = client.post(address, data=typed) if typed else client.get(address)
        self.seen.append((address, answer.status_code))
        return answer

    def give_and_read(self) -> str:
        """Give ideas, and read them as their author and as a stranger; gives a number."""
        sent = self.go(
            self.citizen, "/tskaltubo/ideas/new", **FORM | dict.fromkeys(("name", "email"), "")
        )
        self.go(self.stranger, "/tskaltubo/ideas/new", **FORM)
        found = re.search(r"TSK-\d{4}-\d+-\d", sent.location)
        assert found
        number = found.group()
        for client in (self.citizen, self.stranger):
            for address in (sent.location, "/tskaltubo/ideas/", "/tskaltubo/ideas/?q=gzis",
                            f"/tskaltubo/ideas/{number}", "/tskaltubo/",
                            f"/tskaltubo/cases/{number}"):  # fmt: skip
                self.go(client, address)
        for address in ("/my/", "/my/download", "/my/looked-at", "/my/profile", "/my/sessions"):
            self.go(self.citizen, address)
        for address in ("/tskaltubo/ideas/feed.xml", "/?q=wyaltubo", "/", "/tskaltubo/cases/"):
            self.go(self.stranger, address)
        return number

    def answer(self, number: str) -> None:
        """Work on a case at the desk, from the inbox to the answer."""
        page_of_case = f"/tskaltubo/desk/{number}"
        for address in ("/tskaltubo/desk/", "/tskaltubo/desk/?q=gzis", page_of_case):
            self.go(self.operator, address)
        for work in (
            {"do": "take"},
            {"do": "note", "text_note": "დავურეკე კომუნალურ სამსახურს."},
            {"do": "contact"},
            {"do": "message", "text_message": "რომელი ქუჩაა?"},
            {"do": "preview", "step": "accept", "text_step": "ვაკეთებთ."},
        ):
            self.go(self.operator, page_of_case, **work)
        seen = re.search(
            r'name="version" value="(\d+)"', page(self.go(self.operator, page_of_case))
        )
        assert seen
        step = {"do": "step", "step": "accept", "text_step": "ვაკეთებთ.", "version": seen[1]}
        assert self.go(self.operator, page_of_case, **step).status_code == 303

    def switch(self) -> None:
        """Look at the switches, set the module and close it."""
        place = f"/tskaltubo/desk/modules/{MODULE}/"
        for address in ("/tskaltubo/desk/modules/", place, f"{place}off"):
            self.go(self.head, address)
        self.go(self.head, f"{place}switch", state="closing", act_number="N 7", reason="ცდა")


def test_every_statement_of_a_days_errands_names_the_municipality(town: Flask) -> None:
    tables = scoped_tables()
    with listening(town) as sent:
        day = Errands(town)
        number = day.give_and_read()
        day.answer(number)
        day.go(day.stranger, f"/tskaltubo/ideas/{number}")
        day.switch()
    assert not [visit for visit in day.seen if visit[1] >= 400 and number not in visit[0]]
    touched = {table for sql in sent for table, _alias in mentions(sql, tables)}
    assert {"mms.cases", "mms.case_event", "mms.outbox_letter", "mms.case_message",
            "mms.module_decision", f"{MODULE}.idea"} <= touched  # fmt: skip
    wrong = {f"{unscoped(sql, tables)}: {sql}" for sql in sent if unscoped(sql, tables)}
    assert not wrong, "\n\n".join(sorted(wrong))
    assert [sql for sql in sent if LASTING.search(sql)] == []


@pytest.mark.parametrize(
    ("sql", "missing"),
    [
        ("select * from mms.cases where number = 'tenant_id = 1'", ["mms.cases"]),
        ("select mms.cases.tenant_id from mms.cases where id = 1", ["mms.cases"]),
        ("select 1 from mms.cases c where c.tenant_id = 1", []),
        (
            "select 1 from mms.cases c join mms.case_contact k on k.id = 1 where c.tenant_id = 1",
            ["mms.case_contact"],
        ),
        ("update mms.cases set state = 'x' where id = 1", ["mms.cases"]),
        ("delete from mms.cases where mms.cases.tenant_id = 1", []),
        ("insert into mms.cases (id) values (1)", ["mms.cases"]),
        ("insert into mms.cases (tenant_id, id) values (1, 1)", []),
        ("select 1 from mms.person_case where mms.person_case.person_id = 1", []),
    ],
)
def test_the_reader_of_statements_is_not_fooled(sql: str, missing: list[str]) -> None:
    assert unscoped(sql, TABLES) == missing


@pytest.mark.parametrize(
    ("sql", "lasts"),
    [
        ("SET LOCAL app.tenant_id = '1'", False),
        ("SET LOCAL a.b = '1'; SET LOCAL a.c = '2'", False),
        ("SET app.tenant_id = '1'", True),
        ("SET LOCAL a.b = '1'; SET SESSION a.c = '2'", True),
        ("select set_config('app.tenant_id', '1', false)", True),
        ("update mms.cases set state = 'x'", False),
    ],
)
def test_what_outlives_a_transaction_is_recognised(sql: str, lasts: bool) -> None:
    assert bool(LASTING.search(sql)) is lasts


HALLS = (1, 7, 12, 23, TSKALTUBO, ZUGDIDI, 50, 51)
ALL = sa.text("select tenant_id, title from mms.cases")  # asks for no municipality: the policy must


def test_320_transactions_at_once_see_their_own_hall_only(app: Flask) -> None:
    def errand(turn: int) -> tuple[int, set[int], str]:
        mine = HALLS[turn % len(HALLS)]
        with app.app_context():
            database.bind(mine)
            if turn % 5 == 4:  # an errand that fails must not leave its hall to the next one
                with pytest.raises(sa.exc.ProgrammingError):
                    db.session.execute(sa.text("select no_such_column"))
                database.rollback()
            raw = {row.tenant_id for row in db.session.execute(ALL)}
            titles = "|".join(db.session.scalars(sa.select(Case.title)))
            database.commit()
        return mine, raw, titles

    for tenant_id in HALLS:
        with hall(app, tenant_id) as tenant:
            opened(app, tenant, title=f"სკვერი {tenant_id}")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(errand, range(320)))
    assert Counter(mine for mine, _raw, _titles in answers) == dict.fromkeys(HALLS, 40)
    assert [a for a in answers if a[1] != {a[0]} or a[2] != f"სკვერი {a[0]}"] == []
