"""Laws of routing: the most exact rule wins, and a hall without rules pays nothing for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.switching.rules import Decision, switch
from mms_core.units import rules
from mms_core.units.models import Unit
from mms_core.units.rules import UnitData
from tests.core.case_town import MODULE, TSKALTUBO, ZUGDIDI, hall, opened


@contextmanager
def counted() -> Iterator[list[str]]:
    """Gather the statements that ask for routing rules."""
    seen: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "routing_rule" in statement:
            seen.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def unit(name: str, tenant_id: int = TSKALTUBO) -> Unit:
    return rules.keep(tenant_id, UnitData(name_ka=name))


def routed(to: Unit, *, topic: str = "", place: str = "") -> None:
    rules.route(TSKALTUBO, module=MODULE, topic=topic, place=place, unit=to)


@pytest.fixture
def town(app: Flask) -> Flask:
    """Give a hall in which ideas are on."""
    with hall(app):
        registry = app.extensions["mms_modules"]
        switch(registry, TSKALTUBO, module=MODULE, decision=Decision(state="on", decided_by="ტ"))
    return app


def test_the_most_exact_rule_wins_and_latin_letters_name_the_same_village(town: Flask) -> None:
    with hall(town) as tenant:
        own, roads, village, both = (unit(name) for name in ("ა", "ბ", "გ", "დ"))
        routed(own)
        routed(roads, topic="roads")
        routed(village, place="Opurchkheti")
        routed(both, topic="roads", place="ოფურჩხეთი")
        cases = (
            ({"topic": "waste"}, own),
            ({"topic": "roads"}, roads),
            ({"topic": "waste", "place": "ოფურჩხეთი"}, village),
            ({"topic": "roads", "place": "ოფურჩხეთი"}, both),
            ({}, own),
        )
        for given, wanted in cases:
            case = opened(town, tenant, **given)
            assert case.unit == str(wanted.id), given
            assert rules.of_case(case) is wanted


def test_a_submit_asks_once_and_a_hall_without_rules_never(town: Flask) -> None:
    with hall(town) as tenant:
        with counted() as seen:
            assert opened(town, tenant, topic="roads").unit == ""
        assert seen == []
        routed(unit("გზების სამსახური"), topic="roads")
        with counted() as seen:
            assert opened(town, tenant, topic="roads").unit
            opened(town, tenant, topic="waste")
        assert len(seen) == 2
        (rule,) = rules.routes(tenant.id)
        rules.unroute(tenant.id, rule.id)
        with counted() as seen:
            assert opened(town, tenant, topic="roads").unit == ""
        assert seen == []


def test_a_rule_for_the_same_cases_is_replaced(town: Flask) -> None:
    with hall(town):
        first, second = unit("ა"), unit("ბ")
        routed(first, topic="roads", place="გვიშტიბი")
        routed(second, topic="roads", place="gvishtibi")
        assert [rule.unit_id for rule in rules.routes(TSKALTUBO)] == [second.id]


def test_a_unit_with_open_cases_is_not_closed_and_one_without_ends_its_rules(town: Flask) -> None:
    with hall(town) as tenant:
        own = unit("ა")
        routed(own)
        case = opened(town, tenant)
        with pytest.raises(Refused):
            rules.close(tenant.id, own.id, now=case.opened_at)
        case.is_open = False
        db.session.flush()
        rules.close(tenant.id, own.id, now=case.opened_at)
        assert rules.routes(tenant.id) == []
        assert rules.units_of(tenant.id) == []
        assert rules.names(tenant.id)[case.unit] == "ა"  # the old case keeps its name
        assert opened(town, tenant).unit == ""
        with pytest.raises(Invalid):
            rules.open_unit(tenant.id, str(own.id))


def test_two_units_do_not_share_a_name_and_halls_do_not_share_units(town: Flask) -> None:
    with hall(town):
        own = unit("სოციალური სამსახური")
        with pytest.raises(Invalid):
            unit("Socialuri samsaxuri")
        number = own.id
    with hall(town, ZUGDIDI):
        assert rules.units_of(ZUGDIDI) == []
        assert db.session.get(Case, (TSKALTUBO, number)) is None
        with pytest.raises(Invalid):
            rules.open_unit(ZUGDIDI, str(number))
