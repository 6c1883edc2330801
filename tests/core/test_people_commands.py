"""An administrator makes accounts and gives roles from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from mms_core.config import Settings
from mms_core.people.commands import people


@pytest.fixture
def mms(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> type:
    """Give a way to run `mms people ...` on the test's database, in production mode."""
    assert app
    given = {
        "MMS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url or "",
        "MMS_SECRET_KEY": settings.secret_key or "",
        "MMS_DEMO": "",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    class Command:
        @staticmethod
        def run(*words: str) -> Result:
            return CliRunner().invoke(people, words)

    return Command


def test_a_person_is_made_given_a_role_listed_and_relieved(mms: type) -> None:
    made = mms.run("create", "levan@meria.example", "--first-name", "ლევან")
    assert made.exit_code == 0, made.output
    assert "may sign in with" in made.output
    assert mms.run("grant", "levan@meria.example", "operator", "--in", "tskaltubo").exit_code == 0
    assert "tskaltubo" in mms.run("list").output
    ended = mms.run("revoke", "levan@meria.example", "operator", "--in", "tskaltubo")
    assert "1 grants ended" in ended.output
    assert "levan" not in mms.run("list").output


def test_what_cannot_be_done_is_one_sentence(mms: type) -> None:
    mms.run("create", "levan@meria.example")
    for words in (
        ("create", "levan@meria.example"),
        ("create", "no e-mail"),
        ("create", "short@meria.example", "--password", "short"),
        ("grant", "levan@meria.example", "king"),
        ("grant", "levan@meria.example", "operator", "--in", "atlantis"),
        ("grant", "nobody@meria.example", "ministry"),
    ):
        answer = mms.run(*words)
        assert answer.exit_code == 1, words
        assert answer.output.startswith("Error: ")
        assert "Traceback" not in answer.output


def test_a_paused_person_and_a_lost_phone_are_helped(mms: type) -> None:
    mms.run("create", "levan@meria.example")
    assert mms.run("unlock", "levan@meria.example").exit_code == 0
    assert mms.run("reset-totp", "levan@meria.example").exit_code == 0


def test_production_does_not_start_while_a_demo_account_exists(
    mms: type, app: Flask, settings: Settings
) -> None:
    from mms_core import db as database
    from mms_core.people import demo

    assert mms.run("ready").exit_code == 0
    with app.app_context():
        database.bind(database.NATION)
        demo.create(settings)
        database.commit()
    refused = mms.run("ready")
    assert refused.exit_code == 1
    assert "mms people close-demo" in refused.output
    assert "6 demo accounts closed" in mms.run("close-demo").output
    assert mms.run("ready").exit_code == 0
