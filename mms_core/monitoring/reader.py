"""The ministry's door to the database: a role that can read figures and switches, never files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from sqlalchemy import Connection, Engine

from mms_core.db import make_engine, role_url

KEY = "mms_ministry_engine"


def reader(app: Flask | None = None) -> Engine:
    """Give this process's engine of the role mms_ministry, made when it is first needed."""
    home = (app or current_app).extensions
    if KEY not in home:
        engine = make_engine(role_url(home["mms_settings"], "mms_ministry"))
        home[KEY] = engine.execution_options(isolation_level="AUTOCOMMIT")
    found: Engine = home[KEY]
    return found


@contextmanager
def reading() -> Iterator[Connection]:
    """Read as the ministry; each statement sees one moment of the database."""
    with reader().connect() as connection:
        yield connection
