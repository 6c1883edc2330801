"""The database is restarted while people give ideas: they are told so, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event

import psycopg
import pytest
from first_starts import copy, data_folder
from flask import Flask
from mail_server import Mailbox
from mail_server import start as start_mail
from real_site import Answer, Visitor, start, until

from mms_core import embedded
from mms_core.config import Settings

FORM = "/zugdidi/ideas/new"
TYPED = {
    "body": "საღამოობით ბავშვები ბნელ გზაზე დადიან. საჭიროა ორი ლამპიონი.",
    "category": "lighting",
    "settlement": "ჭალადიდი",
    "name": "ნინო ნიმუშაძე",
    "email": "nino@posta.example",
    "phone": "",
    "shown": "first",
}
PEOPLE = 3


@dataclass(kw_only=True)
class Day:
    """A day on which the database goes away and comes back."""

    port: int
    folder: Path
    url: str
    gone: Event = field(default_factory=Event)
    back: Event = field(default_factory=Event)
    told: list[Answer] = field(default_factory=list)  # what people saw meanwhile
    mailbox: Mailbox = field(default_factory=Mailbox)

    def ask(self, *query: object) -> list[tuple[object, ...]]:
        """Ask the database as its administrator."""
        with psycopg.connect(self.url) as connection:
            return list(connection.execute(*query))  # type: ignore[call-overload]


@pytest.fixture
def day(prepared: Path) -> Iterator[Day]:
    with data_folder() as folder:
        copy(prepared, folder)
        yield from _day(folder)


def _day(folder: Path) -> Iterator[Day]:
    url = embedded.start(folder / "postgres", durable=False)
    mailbox = Mailbox()
    mail = start_mail(mailbox)
    process, port = start(
        folder,
        DATABASE_URL=url,
        MMS_RATE_STORAGE="off",
        MMS_SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
    )
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into mms.tenant_module (tenant_id, module, state, settings, version, since)"
            " values (46, 'your_idea_to_mayor', 'on', '{}', 1, now())"
        )
    yield Day(port=port, folder=folder, url=url, mailbox=mailbox)
    process.terminate()
    process.wait(timeout=120)
    mail.stop()


def person(day: Day, number: int) -> dict[str, set[str]]:
    """Give one idea after the other, each sent again until it is taken; gives their receipts."""
    visitor, receipts = Visitor(day.port), {}
    until(lambda: visitor.get(FORM).status == 200)
    for turn in count():
        key = f"key-{number}-{turn}"
        typed = TYPED | {"title": f"განათება {key}", "_key": key}
        while (answer := visitor.post(FORM, typed)).status != 303:
            day.told.append(answer)
            day.gone.set()
        receipts[key] = {answer.headers["location"]}
        if turn % 2:  # the answer was lost on the way: the same form comes once more
            again = visitor.post(FORM, typed)
            receipts[key] |= {again.headers["location"]} if again.status == 303 else set()
        if day.back.is_set() and turn >= 4:
            return receipts
    raise AssertionError


def reader(day: Day) -> Counter[int]:
    """Read public pages all the while; gives how often each status came."""
    seen: Counter[int] = Counter()
    visitor = Visitor(day.port)
    while not day.back.is_set():
        for address in ("/", "/zugdidi/", "/zugdidi/ideas/", "/zugdidi/ideas/?q=ganateba"):
            answer = visitor.get(address)
            seen[answer.status] += 1
            if answer.status != 200:
                day.told.append(answer)
    return seen


def test_the_database_is_restarted_while_people_give_ideas(day: Day) -> None:
    with ThreadPoolExecutor(PEOPLE + 1) as threads:
        people = [threads.submit(person, day, number) for number in range(PEOPLE)]
        reading = threads.submit(reader, day)
        until(lambda: day.ask("select count(*) from mms.cases")[0][0] > 2 * PEOPLE)
        embedded.stop(day.folder / "postgres")
        until(day.gone.is_set)
        assert embedded.start(day.folder / "postgres", durable=False) == day.url
        day.back.set()
        given = [one.result() for one in people]
        seen = reading.result()
    receipts = {key: places for one in given for key, places in one.items()}
    titles = Counter(title for (title,) in day.ask("select title from mms.cases"))
    assert titles == dict.fromkeys((f"განათება {key}" for key in receipts), 1)
    assert all(len(places) == 1 for places in receipts.values()), "one receipt for each"
    assert set(seen) <= {200, 503}
    assert {answer.status for answer in day.told} == {503}
    for answer in day.told:
        assert answer.headers["retry-after"] == "5"
        assert "სისტემა მცირე ხნით მიუწვდომელია" in answer.words
        assert "არაფერი დარეგისტრირდება ორჯერ" in answer.words
    (last,) = receipts[f"key-0-{len(given[0]) - 1}"]
    until(lambda: any(last.split("/")[3] in mail["Subject"] for mail in day.mailbox.letters))


def test_nobody_notices_connections_that_a_restart_has_cut(app: Flask, settings: Settings) -> None:
    """The server closes what lies idle in the pools; the next page takes a fresh connection."""
    client = app.test_client()
    assert client.get("/zugdidi/").status_code == 200
    with psycopg.connect(str(settings.database_url).replace("+psycopg", "")) as admin:
        for _pages in range(2):
            cut = admin.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where usename = 'mms_app' and datname = current_database()"
            ).fetchall()
            assert cut
            assert client.get("/?q=zugdidi").status_code == 200
            assert client.get("/zugdidi/ideas/").status_code == 404
