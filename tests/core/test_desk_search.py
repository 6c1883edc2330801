"""Laws of the desk's search: parts of words and numbers are found, names only by a logged look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, select, text

from mms_core.cases import reading
from mms_core.cases.models import Case
from mms_core.cases.search import (
    Found,
    find,
    find_by_name,
    index,
    index_again,
    running,
)
from mms_core.citizen.rules import forget_in_cases
from mms_core.config import Settings
from mms_core.db import admin_url, bind, db
from mms_core.desk import inbox
from mms_core.desk.by_name import by_name
from mms_core.errors import Invalid
from mms_core.people.current import Person
from mms_core.people.models import AccessLog
from mms_core.testing import make_person
from tests.core.case_town import TSKALTUBO, ZUGDIDI, hall, number_of_new, opened

MANY = """insert into mms.cases (tenant_id, id, number, module, kind, state, is_open, title, body,
    language, channel, unit, assignee_name, opened_at, updated_at, due_reason, answer, version,
    head, search)
    values (:hall, gen_random_uuid(), :title, 'your_idea_to_mayor', 'idea', 'received',
    true, :title, '', 'ka', 'web', '', '', now() - make_interval(days => 500 - :n), now(),
    '{}', '', 1, '-', :search)"""
NAME = {"name": "ქეთევან ნიმუშაძე"}


def numbers(found: list[Any]) -> set[str]:
    ids = [one.id for one in found]
    return set(db.session.scalars(select(Case.number).where(Case.id.in_(ids))))


def test_a_part_of_a_title_is_found_and_a_part_of_the_body_is_not(app: Flask) -> None:
    number = number_of_new(app, title="სანიაღვრე არხის გაწმენდა")
    with hall(app) as tenant:
        for part in ("აღვრ", "aghvr", "wmend", "არხ წმენდა"):
            assert numbers(inbox.search(tenant.id, part, inside=True)[0].rows) == {number}, part
        assert not find(tenant.id, "აღვრ")  # the plain search goes by beginnings
        assert not inbox.search(tenant.id, "რცელ", inside=True)[0].rows  # inside a word of the body
        found, inside = inbox.search(tenant.id, "აღვრ")
        assert ([row.number for row in found.rows], inside) == ([number], True)
        found, inside = inbox.search(tenant.id, "sania")
        assert ([row.number for row in found.rows], inside) == ([number], False)
    with hall(app, ZUGDIDI) as other:
        assert not inbox.search(other.id, "აღვრ", inside=True)[0].rows


def test_what_is_older_than_the_newest_is_found_once_and_in_order(
    app: Flask, settings: Settings
) -> None:
    """A search looks through the newest four hundred before it asks the index of words."""
    many(settings, 450)
    with hall(app) as tenant:
        every = find(tenant.id, "ნიმუშ", limit=1000)
        assert len(every) == 450
        assert every == sorted(every, key=lambda one: (one.opened_at, one.id), reverse=True)
        assert [one for page in pages(tenant.id, "ნიმუშ", 97) for one in page] == every
        (rare,) = find(tenant.id, "ნიმუშ0007")  # the oldest but six
        assert rare == every[-7]
        assert not find(tenant.id, "ნიმუშ0007", module="citizen_feedback")
    with hall(app, ZUGDIDI) as other:
        assert not find(other.id, "ნიმუშ")


def pages(tenant_id: int, query: str, size: int) -> Iterator[list[Found]]:
    after = None
    while page := find(tenant_id, query, after=after, limit=size):
        yield page
        after = page[-1].opened_at, page[-1].id


def many(settings: Settings, count: int) -> None:
    """Put cases into the hall that have nothing but what a search asks for."""
    titles = [(n, f"ნიმუშ{n:04}") for n in range(1, count + 1)]
    rows = [
        {"hall": TSKALTUBO, "n": n, "title": title, "search": index(TSKALTUBO, title)}
        for n, title in titles
    ]
    engine = create_engine(admin_url(settings), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(MANY), rows)
    engine.dispose()


def test_some_digits_of_a_number_are_enough(app: Flask) -> None:
    number = number_of_new(app)
    prefix, year, count, check = number.split("-")
    asked = (count, count[2:], f"{count[3:]}-{check}", f"{year} {count}", number.lower())
    with hall(app) as tenant:
        for typed in (*asked, f"{prefix} {year}-{count}"):
            assert number in numbers(inbox.search(tenant.id, typed, inside=True)[0].rows), typed
        assert running(number) == f"{count}{check}"


def test_a_name_is_found_by_its_own_search_only(app: Flask) -> None:
    number = number_of_new(app, contact=NAME)
    with hall(app) as tenant:
        for typed in ("ქეთევან", "Nimushadze", "ქეთ", "მუშაძე", "ketevan nimush"):
            assert numbers(find_by_name(tenant.id, typed, limit=5)) == {number}, typed
            assert not find(tenant.id, typed)
            assert not inbox.search(tenant.id, typed, inside=True)[0].rows


def test_each_person_found_by_name_is_told_who_looked(app: Flask) -> None:
    author = make_person(app, "keti")
    with hall(app) as tenant:
        own = opened(app, tenant, contact=NAME, author_id=author)
        other = opened(app, tenant, contact=NAME)
        before = other.version
        viewer = Person(id=make_viewer(app), name="ლევან მაგალითაძე")
        found, more = by_name(
            tenant.id, "ნიმუშაძე", viewer=viewer, role="operator", now=datetime.now(UTC)
        )
        assert {(one.case.id, one.name) for one in found} == {
            (own.id, NAME["name"]),
            (other.id, NAME["name"]),
        }
        assert not more
        log = db.session.scalars(select(AccessLog)).one()
        assert (log.subject_id, log.reason, log.viewer_id) == (author, own.number, viewer.id)
        assert [e.kind for e in reading.events(other)][before:] == ["look"]
        with pytest.raises(Invalid):
            by_name(tenant.id, "ნ ქ", viewer=viewer, role="operator", now=datetime.now(UTC))


def make_viewer(app: Flask) -> Any:
    found = make_person(app, "levan", ("operator", TSKALTUBO))
    bind(TSKALTUBO)
    return found


def test_who_was_forgotten_is_not_found_by_name(app: Flask) -> None:
    author = make_person(app, "keti")
    with hall(app) as tenant:
        case = opened(app, tenant, title="სკვერი", contact=NAME, author_id=author)
        case.search = index_again(case, "ბაღი", "სხვა სიტყვები")
        db.session.flush()
        assert find(tenant.id, "ბაღი")
        assert find_by_name(tenant.id, "ქეთევან", limit=5)
    with hall(app):
        bind(TSKALTUBO, person_id=author)
        assert forget_in_cases(author) == 1
    with hall(app) as tenant:
        assert not find_by_name(tenant.id, "ქეთევან", limit=5)
        assert not find_by_name(tenant.id, "მუშაძე", limit=5)
        assert find(tenant.id, "ბაღი")
