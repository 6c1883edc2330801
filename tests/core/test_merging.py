"""Laws of duplicates: one answer to all, nothing closed by joining, and a way back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from case_town import KIND, MODULE, OPERATOR, TSKALTUBO, ZUGDIDI, hall, moved, number_of_new
from flask import Flask
from sqlalchemy import func, select

from mms_core.cases import merging, reading
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import NotFound, Refused
from mms_core.messages.words import compose
from mms_core.monitoring.models import StatDelta
from mms_core.monitoring.recount import recount

ANSWER = "ლამპიონები მაისში დაიდგმება."
CITIZEN = Actor(role="citizen")


def join(app: Flask, number: str, into: str) -> str:
    with hall(app) as tenant:
        case, other = (by_number(tenant.id, n, lock=True) for n in (number, into))
        registry, now = app.extensions["mms_modules"], datetime.now(UTC)
        return str(merging.merge(registry, case, other, actor=OPERATOR, now=now).number)


def part(app: Flask, number: str) -> None:
    with hall(app) as tenant:
        case = by_number(tenant.id, number, lock=True)
        registry, now = app.extensions["mms_modules"], datetime.now(UTC)
        merging.split(registry, case, actor=OPERATOR, now=now)


def three(app: Flask) -> list[str]:
    languages = ("ka", "en", "ka")
    return [
        number_of_new(app, language=one, contact={"email": f"c{i}@posta.example"})
        for i, one in enumerate(languages)
    ]


def states(app: Flask, *numbers: str) -> list[tuple[str, bool, bool]]:
    with hall(app) as tenant:
        found = [by_number(tenant.id, number) for number in numbers]
        return [(c.state, c.answered_at is not None, c.merged_into is not None) for c in found]


def test_one_answer_goes_to_each_author_in_their_language_and_stands_on_each_case(
    app: Flask,
) -> None:
    first, second, third = three(app)
    assert join(app, second, first) == first
    assert join(app, third, first) == first
    assert [answered for _s, answered, _m in states(app, first, second, third)] == [False] * 3
    moved(app, first, "accept", ANSWER)
    assert states(app, first, second, third) == [
        ("accepted", True, False), ("accepted", True, True), ("accepted", True, True),
    ]  # fmt: skip
    moved(app, first, "carry_out", "დაიდგა.")
    with hall(app) as tenant:
        for number, language in ((second, "en"), (third, "ka")):
            case = by_number(tenant.id, number)
            assert case.answer == "დაიდგა."
            letters = reading.letters(case)
            assert [one.template for one in letters] == ["done", "accepted", "merged", "receipt"]
            told = compose(letters[1], case)
            assert (told.language, ANSWER in told.text) == (language, True)
            kinds = [e.kind for e in reading.events(case)]
            assert kinds == ["step", "merged", "step", "step"]
        lead = by_number(tenant.id, first)
        assert [e.data.get("other") for e in reading.events(lead) if e.kind == "merged"] == [
            second, third,
        ]  # fmt: skip


def test_figures_count_each_case_once_and_agree_with_the_log(app: Flask) -> None:
    first, second, third = three(app)
    join(app, second, first)
    join(app, third, first)
    moved(app, first, "answer", ANSWER)
    with hall(app):
        row = StatDelta
        query = select(row.measure, func.sum(row.n)).group_by(row.measure)
        found = {row[0]: row[1] for row in db.session.execute(query)}
        assert (found["opened"], found["answered"], found["closed"]) == (3, 3, 3)
        assert found["due"] == 0
    with app.app_context():
        from mms_core import db as database

        database.bind(TSKALTUBO)
        registry, today = app.extensions["mms_modules"], local_day(datetime.now(UTC))
        assert recount(registry, TSKALTUBO, day=today) == []


def test_a_joined_case_takes_no_step_of_its_own(app: Flask) -> None:
    first, second, _third = three(app)
    join(app, second, first)
    for step in ("answer", "block", "review"):
        with pytest.raises(Refused):
            moved(app, second, step, ANSWER)
    assert states(app, second) == [("received", False, True)]


def test_it_is_joined_to_whoever_leads_and_its_own_group_comes_along(app: Flask) -> None:
    first, second, third = three(app)
    join(app, second, third)
    assert join(app, third, first) == first
    fourth = number_of_new(app)
    assert join(app, fourth, second) == first  # the second is joined itself
    with hall(app) as tenant:
        lead = by_number(tenant.id, first)
        assert {c.number for c in merging.followers(lead)} == {second, third, fourth}
        assert lead.merged == 3


def test_what_cannot_be_joined(app: Flask) -> None:
    first, second, third = three(app)
    with pytest.raises(Refused):
        join(app, first, first)
    join(app, second, first)
    for number, into in ((second, third), (first, second)):  # joined already, and a circle
        with pytest.raises(Refused):
            join(app, number, into)
    moved(app, third, "block", "შეურაცხმყოფელია.")
    with pytest.raises(Refused):
        join(app, first, third)  # closed, and its answer is for its author alone
    with pytest.raises(Refused):
        join(app, third, first)  # it has its answer
    elsewhere = number_of_new(app, ZUGDIDI)
    with pytest.raises(NotFound):
        join(app, first, elsewhere)
    assert states(app, first) == [("received", False, False)]


def test_a_case_joined_to_an_answered_one_gets_the_answer_at_once(app: Flask) -> None:
    first, second, _third = three(app)
    moved(app, first, "review")
    moved(app, first, "accept", ANSWER)
    moved(app, first, "carry_out", "დაიდგა.")
    join(app, second, first)
    assert states(app, second) == [("done", True, True)]
    with hall(app) as tenant:
        letters = reading.letters(by_number(tenant.id, second))
        assert [one.template for one in letters] == ["done", "accepted", "merged", "receipt"]


def test_a_separated_case_is_answered_by_itself_again(app: Flask) -> None:
    first, second, third = three(app)
    join(app, second, first)
    join(app, third, first)
    part(app, second)
    with pytest.raises(Refused):
        part(app, second)
    moved(app, first, "answer", ANSWER)
    assert states(app, second, third) == [("received", False, False), ("answered", True, True)]
    moved(app, second, "reject", "ამ ქუჩაზე გათვალისწინებული არ არის.")
    with hall(app) as tenant:
        letters = [one.template for one in reading.letters(by_number(tenant.id, second))]
        assert letters == ["rejected", "split", "merged", "receipt"]


def test_a_leading_case_that_is_blocked_leaves_the_others_to_the_oldest(app: Flask) -> None:
    first, second, third = three(app)
    join(app, second, first)
    join(app, third, first)
    moved(app, first, "block", "შეურაცხმყოფელია.")
    assert states(app, second, third) == [
        ("received", False, False), ("received", False, True),
    ]  # fmt: skip
    moved(app, second, "accept", ANSWER)
    assert states(app, third) == [("accepted", True, True)]


def test_the_group_is_the_same_hall_and_module(app: Flask) -> None:
    first, second, _third = three(app)
    join(app, second, first)
    with hall(app):
        row = db.session.scalars(select(Case).where(Case.merged_into.is_not(None))).one()
        assert (row.tenant_id, row.module, row.kind) == (TSKALTUBO, MODULE, KIND)
