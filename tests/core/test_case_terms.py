"""A topic has the term that the law sets for it; a record finds its policy by its key."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from mms_core.cases.deadlines import own_policy
from mms_core.clock import policies
from mms_core.contributions import CaseType, State

USUAL = policies()["application"]
OWN = replace(USUAL, key="a_module_s_own", months=0, days=4, source="Statute, art. 5")
KIND = CaseType(
    name="letter",
    title="Letter",
    states=(State(name="received", title="Received"),),
    steps=(),
    deadline=USUAL,
    terms={"short": OWN},
    must_answer=False,
)


def named(policy: str) -> Any:
    return own_policy(SimpleNamespace(due_reason={"policy": policy}), KIND)


def test_a_record_of_a_module_s_own_policy_is_read_by_it() -> None:
    assert named("a_module_s_own").source == "Statute, art. 5"
    assert named(USUAL.key) is USUAL
    assert named("gone") is USUAL
    assert hash(KIND) == hash(replace(KIND, terms={})), "terms are no part of what names a table"
