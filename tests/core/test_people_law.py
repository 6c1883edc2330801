"""Laws of the room: nobody reaches another's data, and no other role of the database may read."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import mms_core.people
from mms_core import db as database
from mms_core.config import Settings
from mms_core.db import NATION, make_engine, role_url
from mms_core.people import rules, sessions

ROOM = Path(mms_core.people.__file__).parent
TABLES = (
    "account",
    "account_profile",
    "account_grant",
    "account_session",
    "sign_in_link",
    "sign_in_trouble",
    "access_log",
)
WITH_FLASK = {"views", "carrying", "own_views", "security_views", "current", "letters", "commands"}


@pytest.mark.parametrize("role", ["mms_ministry", "mms_search"])
@pytest.mark.parametrize("table", TABLES)
def test_no_other_role_reads_people(app: Flask, settings: Settings, role: str, table: str) -> None:
    engine = make_engine(role_url(settings, role))
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission"):
        connection.execute(sa.select(sa.func.count()).select_from(sa.table(table, schema="mms")))
    engine.dispose()


def test_rules_never_import_flask() -> None:
    for path in ROOM.glob("*.py"):
        if path.stem in WITH_FLASK:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.split(".")[0] == "flask" for n in names), f"{path.name} imports Flask"


def test_nobody_reaches_another_persons_session_or_data(app: Flask) -> None:
    with app.app_context():
        database.bind(NATION)
        rules.create_account("nino@posta.example", password="three quiet mountains")
        other = rules.create_account(
            "other@posta.example", first_name="უცხო", phone="+995599000001"
        )
        row = sessions.open_session(other, sessions.Browser(), via="password", second=False)
        theirs, other_id = str(row.id), other.id
        database.commit()
    client = app.test_client()
    client.post(
        "/sign-in", data={"email": "nino@posta.example", "password": "three quiet mountains"}
    )
    assert client.post("/my/sessions", data={"session": theirs}).status_code == 404
    own = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"own", "security"} and "GET" in (rule.methods or set())
    ]
    assert len(own) >= 5
    for address in own:
        shown = client.get(address).get_data(as_text=True)
        assert "უცხო" not in shown
        assert "599000001" not in re.sub(r"\D", "", shown), "in whatever way it is written"
        assert theirs not in shown
    with app.app_context():
        database.bind(NATION)
        assert len(sessions.sessions_of(other_id)) == 1


@pytest.mark.parametrize(
    "address", ["/my/profile", "/my/security", "/my/sessions", "/my/looked-at"]
)
def test_a_stranger_is_asked_to_sign_in_and_comes_back(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={address}")


def test_a_password_takes_whoever_guesses_as_long_as_owasp_asks() -> None:
    """The tests' own passwords cost less (`testing`), so the room is read anew."""
    spec = importlib.util.spec_from_file_location("vault_as_installed", ROOM / "vault.py")
    assert spec
    assert spec.loader
    vault = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vault)
    assert (vault.PASSES, vault.LANES) >= (2, 1)
    assert vault.MEMORY >= 19 * 1024, "KiB of Argon2id"
