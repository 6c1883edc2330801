"""The short way to the server: answers in their order, failures whole, and room for new plans."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from mms_core import wire
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, role_url
from mms_core.wire import Statement, Wire, numbered

SAID = "select $1::text as said"
KEPT = Statement("select count(*) as n from pg_prepared_statements", once=True)
MODE = Statement("show plan_cache_mode", once=True)
LONG = 4_000_000  # more than sockets hold: both sides have to read and write in turn


@pytest.fixture
def way(settings: Settings) -> Iterator[Wire]:
    url = role_url(settings, "mms_app").set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True, **CONNECT_ARGS) as connection:
        yield Wire(connection, keeps=True)


def said(found: list[wire.Rows]) -> list[str]:
    return [rows[0].said for rows in found]


def test_hundreds_of_statements_are_answered_in_their_order(way: Wire) -> None:
    words = [f"word {number}" for number in range(2 * wire.AT_ONCE + 7)]
    assert said(way.send([Statement(SAID, [word]) for word in words])) == words
    assert way.send([KEPT])[0][0].n == 1


def test_long_texts_go_both_ways_at_once(way: Wire) -> None:
    texts = [letter * LONG for letter in "აბგ"]
    assert said(way.send([Statement(SAID, [text]) for text in texts])) == texts


def test_the_plan_not_used_for_longest_makes_room(
    way: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST", 3)
    for turn in (1, 2):
        for number in range(5):
            sent = Statement(f"{SAID}, {number} as number", [f"turn {turn}"])
            assert way.send([sent])[0][0] == (f"turn {turn}", number)
    assert way.send([KEPT])[0][0].n == 3


def test_the_first_failure_is_raised_and_what_comes_after_it_is_not_done(way: Wire) -> None:
    way.tell("begin; create temporary table done (word text) on commit drop")
    add = Statement("insert into done values ($1)", ["before"])
    wrong = Statement("select no_such_column", once=True)
    with pytest.raises(psycopg.errors.DivisionByZero):
        way.send([add, Statement("select 1 / $1", [0]), wrong])
    assert said(_after_rollback(way, Statement(SAID, ["again"]))) == ["again"]


def test_a_value_that_cannot_be_written_is_refused_before_anything_is_sent(way: Wire) -> None:
    way.tell("begin")
    with pytest.raises(psycopg.DataError):
        way.send([Statement(SAID, ["fine"]), Statement(SAID, ["not\x00fine"])])
    assert said(way.send([Statement(SAID, ["still in the transaction"])]))
    assert said(_after_rollback(way, Statement(SAID, ["again"]))) == ["again"]


def _after_rollback(way: Wire, statement: Statement) -> list[wire.Rows]:
    way.tell("rollback")
    return way.send([statement, statement])[:1]


def test_a_pipeline_that_breaks_off_ends_the_connection(way: Wire) -> None:
    many = [1] * 70_000  # parameters, more than the protocol has numbers for
    with pytest.raises(psycopg.OperationalError):
        way.send([Statement(SAID, ["one"], once=True), Statement("select 1", many, once=True)])
    with pytest.raises(psycopg.OperationalError):
        way.send([Statement(SAID, ["two"])])


@pytest.mark.parametrize("one_plan", [True, False])
def test_what_is_planned_once_is_not_planned_for_its_values(way: Wire, *, one_plan: bool) -> None:
    way.tell("begin; create temporary table visit (hall int, day int) on commit drop")
    # Nearly all is of one hall, so that a plan for any of them seems dear for each of the others.
    way.tell("insert into visit select greatest(n - 9950, 0), n from generate_series(1, 10000) n")
    way.tell("create index on visit (hall, day); analyze visit")
    asked = "select count(*) as n from visit where hall = $1"
    for hall in range(1, 13):
        (rows,) = way.send([Statement(asked, [hall], one_plan=one_plan)])
        assert rows[0].n == 1
    plans = "select generic_plans as kept, custom_plans as new from pg_prepared_statements"
    seen = way.send([Statement(f"{plans} where statement = $1", [asked], once=True)])[0][0]
    assert (seen.kept, seen.new) == ((12, 0) if one_plan else (0, 12))
    assert way.send([MODE])[0][0].plan_cache_mode == "auto", "no other statement is meant"


def test_only_what_is_meant_is_planned_once_among_others(way: Wire) -> None:
    once = MODE._replace(one_plan=True)
    way.tell("begin")
    for sent in ([MODE, once, MODE], [once, once], [MODE, once], [once, MODE, once]):
        found = [rows[0].plan_cache_mode for rows in way.send(sent)]
        assert found == ["force_generic_plan" if one.one_plan else "auto" for one in sent], (
            "and each has its own answer"
        )
        assert way.send([MODE])[0][0].plan_cache_mode == "auto"


def test_a_failure_leaves_no_way_of_planning_behind(way: Wire) -> None:
    way.tell("begin")
    with pytest.raises(psycopg.errors.DivisionByZero):
        way.send([Statement("select 1 / $1", [0], one_plan=True)])
    way.tell("rollback")
    assert way.send([MODE])[0][0].plan_cache_mode == "auto"


def test_a_connection_that_is_gone_is_an_outage(way: Wire, settings: Settings) -> None:
    me = way.send([Statement("select pg_backend_pid() as pid")])[0][0].pid
    with psycopg.connect(str(settings.database_url).replace("+psycopg", "")) as admin:
        admin.execute("select pg_terminate_backend(%s, 5000)", [me])
    for _twice in range(2):
        with pytest.raises(psycopg.OperationalError):
            way.send([Statement(SAID, ["one"]), Statement(SAID, ["two"])])


def test_marks_are_numbered_and_a_percent_sign_stays_one() -> None:
    assert numbered("a = %s and b like '%%s' and c = %s") == (
        "a = $1 and b like '%s' and c = $2",
        (),
    )
    assert numbered("%(b)s %(a)s %(b)s") == ("$1 $2 $1", ("b", "a"))
