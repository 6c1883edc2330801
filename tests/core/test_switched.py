"""How modules stand is read once for the same words, is never stale, and nobody changes it."""

from __future__ import annotations

from typing import Any

import pytest
from case_town import MODULE, TSKALTUBO, hall
from flask import Flask

from mms_core import db as database
from mms_core.db import db
from mms_core.switching.models import ModuleStandard
from mms_core.switching.rules import Decision, Switched, configure, switch, switched


def stands() -> Switched:
    database.commit()
    return switched(TSKALTUBO)[MODULE]


def test_what_is_decided_or_set_by_whomever_holds_at_the_next_look(app: Flask) -> None:
    registry: Any = app.extensions["mms_modules"]
    with hall(app, TSKALTUBO):
        switch(registry, TSKALTUBO, module=MODULE, decision=Decision(state="on", decided_by="ტ"))
        first = stands()
        assert stands() is first, "the same words are read once"
        configure(registry, TSKALTUBO, module=MODULE, settings={"threshold": 90}, decided_by="ტ")
        second = stands()
        assert (second.settings["threshold"], second.version) == (90, first.version + 1)
        assert "threshold" not in first.settings
        db.session.add(ModuleStandard(module=MODULE, setting="per_day", value=4))
        third = stands()
        assert third.settings == {"threshold": 90, "per_day": 4}
        assert third.own == {"threshold": 90}
        switch(registry, TSKALTUBO, module=MODULE, decision=Decision(state="off", decided_by="ტ"))
        assert stands().state == "off"


def test_nobody_changes_in_place_what_others_read_too(app: Flask) -> None:
    registry: Any = app.extensions["mms_modules"]
    with hall(app, TSKALTUBO):
        switch(registry, TSKALTUBO, module=MODULE, decision=Decision(state="on", decided_by="ტ"))
        found: Any = stands()
        for read in (found.settings, found.own):
            with pytest.raises(TypeError):
                read["threshold"] = 1
