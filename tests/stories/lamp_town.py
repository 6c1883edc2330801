"""Sets the stage of the stories about switching: the demo's people, and a module of our own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.app import create_app
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, StepAsked, open_case, take_step
from mms_core.config import Settings
from mms_core.jobs import use_app
from mms_core.modules import discover, registry
from mms_core.people.demo import PASSWORD, create
from mms_core.tenancy import rules as tenancy

HERE = Path(__file__).parent
NAME = "street_lamps"
DESK = f"/tskaltubo/desk/modules/{NAME}"
ENTRY = f"[mms.modules]\n{NAME} = {NAME}.plugin\n"


def install(folder: Path) -> str:
    """Install the module's package as pip would; gives what PYTHONPATH needs to find it."""
    info = folder / f"{NAME}-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY)
    return os.pathsep.join([str(folder), str(HERE)])


@contextmanager
def found(folder: Path) -> Iterator[None]:
    """Let this process find the module's package."""
    paths = [path for path in install(folder).split(os.pathsep) if path not in sys.path]
    sys.path[:0] = paths
    try:
        yield
    finally:
        for path in paths:
            sys.path.remove(path)


def lamp_app(settings: Settings, folder: Path) -> Flask:
    """Make an application that has the module, with the demo's accounts."""
    with found(folder):
        app = create_app(replace(settings), registry=discover())
    assert NAME in app.extensions["mms_modules"].loaded
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    use_app(app)
    return app


def people(app: Flask, settings: Settings) -> None:
    """Make the demo's accounts."""
    with app.app_context():
        database.bind(database.NATION)
        create(settings)
        database.commit()


def signed_in(app: Flask, who: str, *, language: str = "en") -> FlaskClient:
    """Give the browser of one of the demo's people."""
    client = app.test_client()
    client.set_cookie("mms_language", language)
    typed = {"email": f"{who}@mms.example", "password": PASSWORD}
    assert client.post("/sign-in", data=typed).status_code == 303
    return client


def report(app: Flask, hall: str, *, title: str, now: datetime | None = None) -> str:
    """Open a case in a hall and give its number."""
    with app.app_context():
        database.bind(database.NATION)
        tenant = tenancy.by_slug(hall)
        assert tenant is not None
        database.bind(tenant.id)
        case = open_case(
            registry(app),
            registry(app).loaded[NAME].case_types[0],
            module=NAME,
            tenant=tenant,
            new=NewCase(title=title, body="", contact=Contact()),
            now=now or datetime.now(UTC),
        )
        number = case.number
        database.commit()
    return number


def step(app: Flask, hall: int, number: str, *, name: str = "answer", now: datetime) -> None:
    """Take a step with a case as an operator."""
    with app.app_context():
        database.bind(hall)
        case = database.db.session.query(Case).filter_by(number=number).one()
        asked = StepAsked(name=name, actor=Actor(role="operator", name="T"), text="Done.")
        take_step(registry(app), case, asked=asked, now=now)
        database.commit()
