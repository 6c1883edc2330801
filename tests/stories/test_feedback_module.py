"""The module by itself: the contract, its hiding of few people, its demo, its words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from feedback_kit import MODULE, hall, turn
from flask import Flask

from mms_core.authoring.check import check_module
from mms_core.db import db
from plugins.citizen_feedback import demo, hiding, programmes, results
from plugins.citizen_feedback.kinds import dimensions_of
from plugins.citizen_feedback.settings import settings_now

FOLDER = Path(demo.__file__).parent
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_the_module_keeps_the_contract() -> None:
    assert check_module(MODULE) == []


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, set()),
        ({"a": 4}, set()),
        ({"a": 9, "b": 7}, {"a", "b"}),
        ({"a": 9, "b": 1}, set()),  # b is found by subtraction, and a with it
        ({"a": 9, "b": 7, "c": 1}, {"a"}),
        ({"a": 9, "b": 2, "c": 2}, set()),  # both together are too few
        ({"a": 9, "b": 3, "c": 2}, {"a"}),
        ({"a": 9, "b": 7, "c": 0}, {"a", "b"}),
    ],
)
def test_no_figure_of_few_people_can_be_found(counts: dict[str, int], shown: set[str]) -> None:
    assert hiding.shown(counts) == shown


def test_what_is_hidden_is_always_enough_people() -> None:
    for a in range(8):
        for b in range(8):
            for c in range(8):
                counts = {"a": a, "b": b, "c": c}
                seen = hiding.shown(counts)
                rest = {cell: n for cell, n in counts.items() if cell not in seen and n}
                assert all(counts[cell] >= hiding.FEWEST for cell in seen)
                if seen and rest:
                    assert sum(rest.values()) >= hiding.FEWEST
                    assert len(rest) >= 2


def test_the_demo_is_believable(app: Flask) -> None:
    turn(app, "on")
    registry = app.extensions["mms_modules"]
    with hall(app) as tenant:
        registry.ask("mms_demo", MODULE, tenant=tenant, clock=NOW)
        db.session().info.pop("after_commit", None)
        rows = programmes.of_year(tenant.id, 2026)
        assert len(rows) >= 6
        found = results.of_programme(rows[0], dimensions_of(settings_now(tenant.id)))
        assert found.overall.shown
        assert 1 < (found.overall.mean or 0) <= 5
        assert not results.of_programme(rows[-1], {}).overall.shown, "one has too few answers"
        checks = registry.ask("mms_readiness", MODULE, tenant=tenant)
        assert [check.name for check in checks if not check.done] == []
        for dataset in registry.loaded[MODULE].datasets:
            lines = list(dataset.rows(tenant, None))
            assert lines
            assert all(len(line) == len(dataset.columns) for line in lines)
