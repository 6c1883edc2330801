"""What stories share: an author, and a site that has a module from outside, with its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import person
from lamp_town import lamp_app, people

from mms_core.config import Settings
from mms_core.testing import clean


@pytest.fixture
def author(app: Flask) -> FlaskClient:
    """Give the browser of somebody who has an account and gives ideas."""
    return person(app, "davit@posta.example")


@pytest.fixture(scope="module")
def lamps(mms_app: Flask, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Give a site on which the module of street lamps is installed."""
    return lamp_app(settings, tmp_path_factory.mktemp("site"))


@pytest.fixture
def town(lamps: Flask, settings: Settings) -> Iterator[Flask]:
    """Give that site with its people; what a test commits is removed after it."""
    people(lamps, settings)
    yield lamps
    clean(settings)
