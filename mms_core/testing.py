"""Fixtures for our modules' tests and for other people's: a real PostgreSQL, the 51 municipalities.

`app` is the application on a migrated database of its own; rows that a test commits are removed
after it. Tests may use `tenant`, `client`, and the demo people through `sign_in`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core.config import Settings

MIGRATED = "_migrated"
KEEP = {"municipality", "tenant_host", "community_centre", "region", "alembic_version"}


def _base_url(folder: Path) -> str:
    """Start the test server, or use the one of DATABASE_URL (which must be for tests alone)."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    from mms_core import embedded

    return embedded.start(folder / "postgres", durable=False)


def fresh_database(base: str, name: str, *, template: str | None = None) -> str:
    """Create an empty database beside the tests' own and give its address."""
    admin = sa.make_url(base).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f'drop database if exists "{name}" with (force)'))
        like = f' template "{template}"' if template else " template template0"
        connection.execute(sa.text(f'create database "{name}"{like}'))
    engine.dispose()
    return admin.set(database=name).render_as_string(hide_password=False)


def migrated_database(settings: Settings, name: str) -> str:
    """Create a database with all tables beside the tests' own, from which `settings` come."""
    base = str(settings.database_url)
    return fresh_database(base, name, template=f"{sa.make_url(base).database}{MIGRATED}")


@pytest.fixture(scope="session")
def test_folder() -> Iterator[Path]:
    """Give a folder for this run's database, files and secrets; the server stops at the end."""
    shared = os.environ.get("MMS_TEST_FOLDER")
    if shared:
        yield Path(shared)
        return
    folder = Path(tempfile.mkdtemp(prefix="mms-test-"))
    folder.chmod(0o755)  # the unprivileged user of PostgreSQL passes through
    yield folder
    if not os.environ.get("DATABASE_URL"):
        from mms_core import embedded

        embedded.stop(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def settings(test_folder: Path, worker_name: str) -> Settings:
    """Give the settings of the test installation, on a freshly migrated database."""
    base = _base_url(test_folder)
    url = fresh_database(base, f"mms_test_{worker_name}")
    found = Settings(
        data_dir=test_folder / worker_name,
        database_url=url,
        secret_key="the-same-for-all-tests-of-this-cluster",  # noqa: S106 - opens nothing but tests
        demo=True,
        public_url="http://localhost",
    )
    from mms_core.migrate import migrate
    from mms_core.modules import discover

    registry = discover()
    migrate(found, registry, say=lambda _line: None)
    assert not registry.quarantined, registry.quarantined
    own = f"mms_test_{worker_name}"
    fresh_database(base, f"{own}{MIGRATED}", template=own)  # to be copied: nobody connects to it
    return found


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """Name this test process, so that parallel ones have databases of their own."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def mms_app(settings: Settings) -> Flask:
    """Give the application, made once."""
    from mms_core.app import create_app
    from mms_core.moderation import proof

    proof.MOST = 200  # a test's client counts as a browser does, but not as long
    app = create_app(replace(settings))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with app.app_context():
        from mms_core.tenancy.rules import sync_default

        sync_default()
    return app


@pytest.fixture
def app(mms_app: Flask, settings: Settings) -> Iterator[Flask]:
    """Give the application on a clean database: what the test commits is removed after it."""
    from mms_core.jobs import use_app

    use_app(mms_app)  # another test may have let the jobs run in an application of its own
    yield mms_app
    clean(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser without cookies."""
    return app.test_client()


def clean(settings: Settings) -> None:
    """Remove every row but those of the municipalities themselves, in one statement."""
    with _admin_engine(settings).begin() as connection:
        connection.execute(sa.text("set local session_replication_role = replica"))
        kept = ", ".join(f"'{name}'" for name in sorted(KEEP))
        connection.execute(sa.text(CLEAN.replace("KEEP", kept)))


CLEAN = """
do $$
declare
    t record;
    has_rows boolean;
begin
    for t in select n.nspname as place, c.relname as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and c.relname not in (KEEP)
    loop
        execute format('select exists (select 1 from %I.%I)', t.place, t.name) into has_rows;
        if has_rows then
            execute format('delete from %I.%I', t.place, t.name);
        end if;
    end loop;
end $$
"""


_engines: dict[str, sa.Engine] = {}


def _admin_engine(settings: Settings) -> sa.Engine:
    from mms_core.db import admin_url

    url = admin_url(settings)
    key = str(url)
    if key not in _engines:
        _engines[key] = sa.create_engine(url)
    return _engines[key]


def page(response: Any) -> str:
    """Give the words of an answer for reading in a test."""
    return str(response.get_data(as_text=True))


def make_person(app: Flask, word: str, *grants: tuple[str, int]) -> Any:
    """Create an account `<word>@people.example` with the password `secret words` and grants."""
    from mms_core import db as database
    from mms_core.people import rules

    with app.app_context():
        database.bind(database.NATION)
        account = rules.create_account(f"{word}@people.example", first_name=word, password=PASSWORD)
        for role, tenant_id in grants:
            rules.grant(account.id, role, tenant_id=tenant_id)
        found = account.id
        database.commit()
    return found


PASSWORD = "secret words of a test"  # noqa: S105 - opens nothing but tests


def sign_in(app: Flask, word: str) -> FlaskClient:
    """Give a browser in which `<word>@people.example` has signed in."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": f"{word}@people.example", "password": PASSWORD})
    assert answer.status_code in {302, 303}, page(answer)
    return client
