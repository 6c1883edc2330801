"""A module is out of order: the ministry reads why in plain words, and has it tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from lamp_town import NAME, people, signed_in

from mms_core import db as database
from mms_core.config import Settings
from mms_core.db import db
from mms_core.modules import registry
from mms_core.switching.health import explained, note_try
from mms_core.testing import clean, page

HEALTH = "/ministry/health/"
REASON = "ModuleNotFoundError: No module named 'bench_maps'"


@pytest.fixture
def town(lamps: Flask, settings: Settings) -> Iterator[Flask]:
    people(lamps, settings)
    lamps.extensions["mms_modules"].quarantined["broken_benches"] = REASON
    yield lamps
    lamps.extensions["mms_modules"].quarantined.clear()
    clean(settings)


def tried(town: Flask, reason: str) -> None:
    """Keep how a try went, as the worker's process does."""
    with town.app_context():
        database.bind(database.NATION)
        quarantined = {"broken_benches": reason} if reason else {}
        note_try(replace(registry(), quarantined=quarantined))
        database.commit()


def test_every_module_is_shown_with_version_and_tables(town: Flask) -> None:
    shown = page(signed_in(town, "ministry").get(HEALTH))
    assert "Street lamps" in shown
    assert "up to date" in shown
    assert "Something that the module needs is not installed" in shown
    assert "The administrator installs what is missing" in shown
    assert "No module named &#39;bench_maps&#39;" in shown
    assert "Traceback" not in shown
    desk = page(signed_in(town, "operator").get("/tskaltubo/desk/modules/"))
    assert "Something that the module needs is not installed" in desk
    assert signed_in(town, "operator").get(HEALTH).status_code == 403


def test_a_try_is_asked_for_made_and_told(town: Flask) -> None:
    ministry = signed_in(town, "ministry")
    assert ministry.post(f"{HEALTH}broken_benches/try").status_code == 303
    with town.app_context():
        database.bind(database.NATION)
        waiting = "select count(*) from public.procrastinate_jobs where task_name = :name"
        jobs = db.session.scalar(db.text(waiting), {"name": "switching.try_again"})
        assert jobs == 1, "the worker is called at once"
    assert "the worker has not made it yet" in page(ministry.get(HEALTH))
    tried(town, REASON)
    assert "still out of order." in page(ministry.get(HEALTH))
    ministry.post(f"{HEALTH}broken_benches/try")
    tried(town, "")
    told = page(ministry.get(HEALTH))
    assert "it is sound now" in told
    assert "Each process lets it in when it starts" in told
    assert ministry.post(f"{HEALTH}{NAME}/try").status_code == 404, "this one is in order"


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("SyntaxError: invalid syntax", "cannot be read"),
        ("Migration failed: no room", "could not be brought up to date"),
        ("Needs modules that are not here: x.", "needs another module"),
        ("The path /x/ belongs to y.", "same address"),
        ("Switched off for the whole installation (MMS_QUARANTINE).", "keeps it off"),
        ("TypeError: mms_module() must return a Module.", "keep the contract"),
    ],
)
def test_a_reason_is_said_in_plain_words(mms_app: Flask, reason: str, word: str) -> None:
    with mms_app.test_request_context(headers={"Cookie": "mms_language=en"}):
        assert word in str(explained(reason)[0])
