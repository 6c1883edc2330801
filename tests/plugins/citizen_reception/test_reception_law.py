"""The law of visits: none of their tables has an end without what came of it."""

from __future__ import annotations

import pytest

from mms_core.contributions import CaseType
from plugins.citizen_reception import plugin

# Every visit; a letter is answered, which the contract's own check sees to.
VISITS = [kind for kind in plugin.mms_case_types() if kind.name != "letter"]
OWN_ENDS = {"citizen"}  # who asked for a visit may call it off


@pytest.mark.parametrize("kind", VISITS, ids=lambda kind: kind.name)
def test_every_way_to_an_end_asks_the_hall_for_words(kind: CaseType) -> None:
    closed = {state.name for state in kind.states if not state.open}
    assert closed
    for step in kind.steps:
        if step.target in closed and {*step.by} - OWN_ENDS - {"system"}:
            assert step.text == "required", f"{kind.name}: {step.name} ends a visit without words"
            assert step.answers, f"{kind.name}: {step.name} tells the citizen nothing"


@pytest.mark.parametrize("kind", VISITS, ids=lambda kind: kind.name)
def test_a_visit_that_was_held_says_what_came_of_it(kind: CaseType) -> None:
    held = kind.step("received")
    assert held is not None
    assert held.text == "required"
    assert held.fields is not None, "what came of it is counted, too"
    assert kind.must_answer
