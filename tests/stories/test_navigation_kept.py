"""What a stranger sees in the header is asked of the modules once, until the hall changes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mms_core.modules import Registry
from mms_core.testing import page
from tests.stories.idea_kit import given, person, turn

IDEAS, RECEPTION = "შენი იდეა მერს", "/zugdidi/reception/"
asked: list[str] = []


@pytest.fixture(autouse=True)
def counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    turn(app, "on", publish="at_once")
    asked.clear()
    ask_all = Registry.ask_all

    def counting(self: Registry, hook: str, *rest: Any, **more: Any) -> Any:
        asked.extend([hook] if hook == "mms_navigation" else [])
        return ask_all(self, hook, *rest, **more)

    monkeypatch.setattr(Registry, "ask_all", counting)


def look(app: Flask, language: str = "ka", address: str = "/zugdidi/?seen=") -> str:
    client = app.test_client()
    client.set_cookie("mms_language", language)
    return page(client.get(f"{address}{len(asked)}{language}"))


def test_strangers_share_it_each_in_their_language(app: Flask) -> None:
    assert IDEAS in look(app)
    assert IDEAS in look(app, address="/zugdidi/ideas/?seen=")
    assert "Your idea to the mayor" in look(app, "en")
    assert len(asked) == 2


def test_a_module_that_is_switched_off_is_gone_for_the_next_stranger(app: Flask) -> None:
    assert IDEAS in look(app)
    turn(app, "off")
    assert IDEAS not in look(app)
    turn(app, "on")
    assert IDEAS in look(app)


def test_how_many_ideas_there_are_is_counted_anew(app: Flask) -> None:
    first = look(app)
    given(app.test_client())
    assert look(app) != first


def test_whoever_works_here_is_asked_for_each_time(app: Flask) -> None:
    staff, stranger = person(app, "eka@hall.example", role="operator"), app.test_client()
    for client, of_hall in ((staff, True), (stranger, False), (staff, True), (stranger, False)):
        assert ("/zugdidi/desk/modules" in page(client.get("/zugdidi/ideas/?a=b"))) is of_hall
