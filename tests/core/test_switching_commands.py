"""An administrator lists, allows and switches modules at the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mms_core import db as database
from mms_core.modules import registry
from mms_core.switching import commands
from mms_core.switching.health import ask

MODULE = "your_idea_to_mayor"


@pytest.fixture
def mms(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(commands, "_app", lambda: app)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands.modules, [*words])
        return done.exit_code, done.output

    return run


def test_a_module_is_switched_and_listed(app: Flask, mms: Any) -> None:
    assert "off: 0" in mms("list")[1]
    said = mms("switch", "tskaltubo", MODULE, "on", "--by", "Admin", "--act", "N 1")
    assert said == (0, f"tskaltubo {MODULE}: on.\n")
    assert " on: 1" in mms("list")[1]
    assert app.test_client().get("/tskaltubo/ideas/").status_code == 200


def test_what_is_not_allowed_is_refused_in_one_sentence(mms: Any) -> None:
    assert mms("allow", MODULE, "--only", "batumi", "--by", "Ministry")[0] == 0
    code, said = mms("switch", "tskaltubo", MODULE, "on", "--by", "Admin")
    assert code == 1
    assert "ministry" in said.lower() or "სამინისტრო" in said
    assert mms("switch", "batumi", MODULE, "on", "--by", "Admin")[0] == 0
    assert mms("allow", MODULE, "--nowhere", "--by", "Ministry")[0] == 0
    assert mms("switch", "zugdidi", MODULE, "trial", "--by", "Admin")[0] == 1
    assert mms("allow", MODULE, "--by", "Ministry")[0] == 0
    assert mms("switch", "tskaltubo", MODULE, "on", "--by", "Admin")[0] == 0


def test_unknown_names_are_said(mms: Any) -> None:
    assert "atlantis" in mms("switch", "atlantis", MODULE, "on", "--by", "A")[1]
    assert "atlantis" in mms("allow", MODULE, "--only", "atlantis", "--by", "A")[1]
    assert mms("switch", "tskaltubo", "nothing", "on", "--by", "A")[0] == 1
    assert mms("allow", "nothing", "--by", "A")[0] == 1


def test_a_try_reads_and_migrates_every_module(app: Flask, mms: Any) -> None:
    with app.app_context():
        database.bind(database.NATION)
        modules = replace(registry(), quarantined={MODULE: "Migration failed: no room"})
        ask(modules, MODULE, by="Ministry")
        database.commit()
    assert mms("try") == (0, f"{MODULE:<24} sound: start MMS again to let it in\n")
