"""A point is chosen on a map where there is one, and by numbers or the settlement everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, TITLE, turn

from mms_core.testing import page

AT = "/zugdidi/ideas/new"
IDEA = {"title": TITLE, "body": BODY, "language": "ka"}
TILES = "https://{s}.tiles.example/{z}/{x}/{y}.png"


@pytest.fixture
def mapped(app: Flask) -> Iterator[None]:
    """Set a tile source for the installation."""
    before = app.extensions["mms_settings"]
    app.extensions["mms_settings"] = replace(
        before, tile_url=TILES, tile_attribution="© OpenStreetMap contributors"
    )
    yield
    app.extensions["mms_settings"] = before


@pytest.fixture(autouse=True)
def begun(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    client.post(f"{AT}/idea", data=IDEA)


@pytest.mark.usefixtures("mapped")
def test_a_point_is_taken_from_the_map_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    on = client.post(f"{AT}/place", data={"settlement": "რუხი", "category": "", "go": "map"})
    assert on.location == f"{AT}/map", "the category can still be chosen afterwards"
    shown = client.get(on.location)
    policy = shown.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://*.tiles.example;" in policy
    assert "script-src 'self';" in policy, "nothing but pictures comes from there"
    assert "© OpenStreetMap contributors" in page(shown)
    wrong = client.post(f"{AT}/map", data={"lat": "12", "lon": "41,868"})
    assert wrong.status_code == 422
    assert 'href="#field-lat"' in page(wrong)
    half = client.post(f"{AT}/map", data={"lat": "", "lon": "41.868"})
    assert 'href="#field-lat"' in page(half)
    assert client.post(f"{AT}/map", data={"lat": "42.54912", "lon": "41,85788"}).status_code == 303
    back = page(client.get(f"{AT}/place"))
    assert "რუხი" in back
    assert "42.54912" in back
    other = client.get(f"{AT}/place").headers["Content-Security-Policy"]
    assert "tiles.example" not in other, "the rest of the site knows no such host"


def test_without_a_tile_source_numbers_and_settlements_remain(client: FlaskClient) -> None:
    assert client.get(f"{AT}/map").location == f"{AT}/place"
    shown = page(client.get(f"{AT}/place"))
    assert 'value="map"' not in shown
    assert 'name="lat"' in shown
    assert '<option value="რუხი">' in shown
    wrong = client.post(f"{AT}/place", data={"category": "lighting", "lat": "x", "lon": "41.8"})
    assert wrong.status_code == 422
    assert 'href="#field-lat"' in page(wrong)
