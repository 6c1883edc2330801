"""A citizen's errand in a module that came from a package outside the tree; run by its test."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime

from flask import Flask

from mms_core import db as database
from mms_core.app import create_app
from mms_core.cases.log import Actor
from mms_core.cases.rules import StepAsked, by_number, take_step
from mms_core.config import Settings
from mms_core.jobs import use_app
from mms_core.switching.rules import Decision, switch

HALL, NAME = 39, "lost_property"


def switch_on(app: Flask) -> None:
    with app.app_context():
        database.bind(HALL)
        registry = app.extensions["mms_modules"]
        decision = Decision(state="on", decided_by="test", act_number="12-3")
        switch(registry, HALL, module=NAME, decision=decision)
        database.commit()


def with_module(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/tskaltubo/lost-property/").status_code == 404
    switch_on(app)
    assert client.get("/tskaltubo/lost-property/").status_code == 200
    typed = {"title": "ქოლგა ავტობუსში", "body": "დავტოვე ლურჯი ქოლგა.", "email": "a@b.example"}
    refused = client.post("/tskaltubo/lost-property/new", data=typed | {"email": "no"})
    assert refused.status_code == 422
    assert "ლურჯი ქოლგა" in refused.text
    sent = client.post("/tskaltubo/lost-property/new", data=typed)
    assert sent.status_code == 303, sent.text
    number = re.search(r"TSK-\d{4}-\d{6}-\d", sent.location)[0]
    assert "ქოლგა" in client.get(sent.location).text
    answer(app, number)
    assert "იპოვეს" in client.get(sent.location).text
    assert "/tskaltubo/lost-property/" in client.get("/tskaltubo/lost-property/").text
    loaded = app.extensions["mms_modules"].loaded[NAME]
    assert [item.name for item in loaded.indicators] == ["answered"]


def answer(app: Flask, number: str) -> None:
    with app.app_context():
        database.bind(HALL)
        case = by_number(HALL, number, lock=True)
        asked = StepAsked(name="answer", actor=Actor(role="operator", name="T"), text="იპოვეს.")
        registry = app.extensions["mms_modules"]
        take_step(registry, case, asked=asked, now=datetime.now(UTC))
        database.commit()


def without_module(app: Flask) -> None:
    client = app.test_client()
    assert NAME not in app.extensions["mms_modules"].loaded
    assert client.get("/tskaltubo/lost-property/").status_code == 404
    assert client.get("/livez").status_code == 200
    assert client.get("/tskaltubo/").status_code == 200


def main() -> None:
    app = create_app(Settings.from_env())
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    use_app(app)
    {"with": with_module, "without": without_module}[sys.argv[1]](app)
    print("errand done")


if __name__ == "__main__":
    main()
