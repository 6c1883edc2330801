"""Fixtures for our modules' tests and for other people's: a real PostgreSQL, the 51 municipalities.

`app` is the application on a migrated database of its own; rows that a test commits are removed
after it. Tests may use `tenant`, `client`, and the demo people through `sign_in`. The processes of
a parallel run share one server, and what `first_comer` lets only one of them make.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core.config import Settings

MIGRATED = "mms_test_migrated"  # a database to be copied: nobody stays connected to it
SHARED = "mms_test_folder"  # what the first process tells those that it starts
KEEP = {"municipality", "tenant_host", "community_centre", "region", "alembic_version"}


def _base_url(folder: Path) -> str:
    """Start the test server, or use the one of DATABASE_URL (which must be for tests alone)."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    from mms_core import embedded

    return embedded.start(folder / "postgres", durable=False)


CUT_OFF = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name"


def fresh_database(base: str, name: str, *, template: str | None = None) -> str:
    """Create a database beside the tests' own, empty or a copy, and give its address.

    Whoever is still connected to the one that is copied is cut off: PostgreSQL would refuse.
    """
    admin = sa.make_url(base).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f'drop database if exists "{name}" with (force)'))
        if template:
            connection.execute(sa.text(CUT_OFF), {"name": template})
        like = f' template "{template}"' if template else " template template0"
        connection.execute(sa.text(f'create database "{name}"{like}'))
    engine.dispose()
    return admin.set(database=name).render_as_string(hide_password=False)


def migrated_database(settings: Settings, name: str) -> str:
    """Create a database with all tables, beside the one of `settings` and named after it."""
    base = sa.make_url(str(settings.database_url))
    return fresh_database(str(settings.database_url), f"{base.database}_{name}", template=MIGRATED)


@contextmanager
def first_comer(folder: Path, made: str) -> Iterator[bool]:
    """Tell the first process of a run that it makes something; the others wait until it has."""
    with (folder / f"{made}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"{made}.made"
        yield not done.exists()
        done.touch()


def pytest_configure(config: pytest.Config) -> None:
    """Make this run's folder, and remove it with its server at the end."""
    told = getattr(config, "workerinput", {}).get(SHARED)
    folder = Path(told or tempfile.mkdtemp(prefix="mms-test-"))
    config.stash[FOLDER] = folder
    if not told:
        folder.chmod(0o755)  # the unprivileged user of PostgreSQL passes through
        config.add_cleanup(lambda: _remove(folder))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Let a process of a parallel run use the folder of the first."""
    node.workerinput[SHARED] = str(node.config.stash[FOLDER])


FOLDER = pytest.StashKey[Path]()


def _remove(folder: Path) -> None:
    from mms_core import embedded

    embedded.stop(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def test_folder(pytestconfig: pytest.Config) -> Path:
    """Give the folder of this run, which all its processes share."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def settings(test_folder: Path, worker_name: str) -> Settings:
    """Give the settings of the test installation, on a freshly migrated database."""
    base = _base_url(test_folder)
    import_module("mms_core.tables")  # every table is known, also where another process migrates
    found = Settings(
        data_dir=test_folder / worker_name,
        secret_key="the-same-for-all-tests-of-this-cluster",  # noqa: S106 - opens nothing but tests
        demo=True,
        public_url="http://localhost",
    )
    with first_comer(test_folder, "migrated") as first:
        if first:
            _migrate(replace(found, database_url=fresh_database(base, MIGRATED)))
    share_templates(test_folder, found.data_dir)
    own = fresh_database(base, f"mms_test_{worker_name}", template=MIGRATED)
    return replace(found, database_url=own)


def share_templates(test_folder: Path, data: Path) -> None:
    """Let a new folder of data use the templates that any process of this run has compiled."""
    from mms_core.templating import compiled_in

    compiled_in(test_folder).mkdir(exist_ok=True)
    data.mkdir(exist_ok=True)
    compiled_in(data).symlink_to(compiled_in(test_folder))


def _migrate(settings: Settings) -> None:
    from mms_core.migrate import migrate
    from mms_core.modules import discover

    registry = discover()
    migrate(settings, registry, say=lambda _line: None)
    assert not registry.quarantined, registry.quarantined


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """Name this test process, so that parallel ones have databases of their own."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def mms_app(settings: Settings) -> Flask:
    """Give the application, made once."""
    from mms_core.app import create_app
    from mms_core.moderation import proof
    from mms_core.people import vault

    proof.MOST = 200  # a test's client counts as a browser does, but not as long
    vault.PASSES, vault.MEMORY = 1, 8  # nobody guesses a test's password: a twentieth of its time
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
