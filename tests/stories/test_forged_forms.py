"""A form from another site, or from before signing out, does nothing and says why."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from mms_core.testing import page


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config.update(WTF_CSRF_ENABLED=True, RATELIMIT_ENABLED=True)
    yield app
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)


def test_a_form_needs_its_token(guarded: Flask) -> None:
    client = guarded.test_client()
    client.set_cookie("mms_language", "en")
    form = {"email": "nino@posta.example", "password": "wrong"}
    refused = client.post("/sign-in", data=form)
    assert refused.status_code == 400
    assert "load the page again" in page(refused)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page(client.get("/sign-in")))
    assert found
    answer = client.post("/sign-in", data=form | {"csrf_token": found.group(1)})
    assert answer.status_code == 422


def test_a_machine_that_guesses_is_slowed_down(guarded: Flask) -> None:
    client = guarded.test_client()
    shown = page(client.get("/sign-in"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    form = {"email": "", "password": "", "csrf_token": token.group(1)}
    codes = [client.post("/sign-in", data=form).status_code for _ in range(32)]
    assert codes[0] == 422
    assert codes[-1] == 429
    assert client.get("/sign-in").status_code == 200, "reading is not limited"
