"""Laws of the desk's search: parts of words and numbers are found, names only by a logged look."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.cases.models import Case
from mms_core.cases.search import find, find_by_name, find_inside, index_again, running
from mms_core.citizen.rules import forget_in_cases
from mms_core.db import bind, db
from mms_core.desk import inbox
from mms_core.desk.by_name import by_name
from mms_core.errors import Invalid
from mms_core.people.current import Person
from mms_core.people.models import AccessLog
from mms_core.testing import make_person
from tests.core.case_town import TSKALTUBO, ZUGDIDI, hall, number_of_new, opened

NAME = {"name": "ქეთევან ნიმუშაძე"}


def numbers(found: list[Any]) -> set[str]:
    ids = [one.id for one in found]
    return set(db.session.scalars(select(Case.number).where(Case.id.in_(ids))))


def test_a_part_of_a_title_is_found_and_a_part_of_the_body_is_not(app: Flask) -> None:
    number = number_of_new(app, title="სანიაღვრე არხის გაწმენდა")
    with hall(app) as tenant:
        for part in ("აღვრ", "aghvr", "wmend", "არხ წმენდა"):
            assert numbers(find_inside(tenant.id, part)) == {number}, part
        assert not find(tenant.id, "აღვრ")  # the plain search goes by beginnings
        assert not find_inside(tenant.id, "რცელ")  # inside a word of the body
        found, inside = inbox.search(tenant.id, "აღვრ")
        assert ([row.number for row in found.rows], inside) == ([number], True)
        found, inside = inbox.search(tenant.id, "sania")
        assert ([row.number for row in found.rows], inside) == ([number], False)
    with hall(app, ZUGDIDI) as other:
        assert not find_inside(other.id, "აღვრ")


def test_some_digits_of_a_number_are_enough(app: Flask) -> None:
    number = number_of_new(app)
    prefix, year, count, check = number.split("-")
    asked = (count, count[2:], f"{count[3:]}-{check}", f"{year} {count}", number.lower())
    with hall(app) as tenant:
        for typed in (*asked, f"{prefix} {year}-{count}"):
            assert number in numbers(find_inside(tenant.id, typed)), typed
        assert running(number) == f"{count}{check}"


def test_a_name_is_found_by_its_own_search_only(app: Flask) -> None:
    number = number_of_new(app, contact=NAME)
    with hall(app) as tenant:
        for typed in ("ქეთევან", "Nimushadze", "ქეთ", "მუშაძე", "ketevan nimush"):
            assert numbers(find_by_name(tenant.id, typed, limit=5)) == {number}, typed
            assert not find(tenant.id, typed)
            assert not find_inside(tenant.id, typed)


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
