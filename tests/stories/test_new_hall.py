"""The ministry adds a municipality, and its city hall begins with what another one has set up."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from idea_kit import hall, person, turn

from mms_core import db as database
from mms_core.answer_texts import rules as texts
from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.halls import adding, commands
from mms_core.tenancy import files, rules
from mms_core.tenancy.sync import sync
from mms_core.testing import make_person, migrated_database, page, sign_in
from mms_core.units import rules as units

FORM = {
    "name_ka": "ახალციხის საცდელი მუნიციპალიტეტი", "name_en": "Trial Municipality",
    "short_ka": "საცდელი", "short_en": "Trial", "kind": "municipality", "slug": "trial-hall",
    "case_prefix": "TRL", "region": "GE-SJ", "population": "12000", "seat_ka": "საცდელი",
    "seat_en": "Trial", "lat": "41.64", "lon": "42.98", "email": "hall@trial.example",
    "hosts": "idea.trial-hall.ge", "primary": "#1f4b5c", "accent": "#b5651d", "header": "solid",
    "corner": "soft", "band": "waves",
}  # fmt: skip
HERE = "/ministry/halls/new"


@pytest.fixture
def elsewhere(app: Flask, settings: Settings, tmp_path: Path) -> Flask:
    """Give an installation of its own, so that the new hall is nobody else's."""
    url = migrated_database(settings, "new_hall")
    there = replace(settings, database_url=url, data_dir=tmp_path / "own")
    other = create_app(there)
    other.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with other.app_context():
        database.bind(NATION)
        rules.sync_default()
    return other


def added(app: Flask) -> None:
    """Let the ministry add the hall; what is wrong is said at its field, and nothing is kept."""
    make_person(app, "ministry", ("ministry", 0))
    ministry = sign_in(app, "ministry")
    assert ministry.get(HERE).status_code == 200
    wrong = {"slug": "ministry", "case_prefix": "TSK", "lat": "51.6", "name_ka": "Latin"}
    refused = page(ministry.post(HERE, data=FORM | wrong))
    for name in wrong:
        assert f'id="field-{name}-error"' in refused, name
    twice = page(ministry.post(HERE, data=FORM | {"slug": "zugdidi"}))
    assert 'id="field-slug-error"' in twice
    assert ministry.post(HERE, data=FORM).status_code == 303
    kept = app.extensions["mms_settings"].data_dir / "tenants"
    assert [path.name for path in kept.iterdir()] == ["trial-hall.toml"]
    assert files.check(own=kept) == []
    assert app.test_client().get("/trial-hall/").status_code == 200
    assert FORM["name_ka"] in page(ministry.get("/ministry/trial-hall"))


def test_the_ministry_adds_a_hall_which_copies_what_another_has_set_up(
    elsewhere: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = elsewhere
    added(app)
    turn(app, "on", answer_days=9, legal_act="N 1", own_categories="სკოლა | School | school")
    with hall(app) as there:
        units.keep(there.id, units.UnitData(name_ka="კეთილმოწყობა", name_en="Works"))
        typed = texts.Typed(name="მადლობა", body="გმადლობთ იდეისთვის.")
        texts.keep(there.id, typed, by="ტესტი", now=sa.func.now())
    head = person(app, "head@posta.example", role="head", slug="trial-hall")
    desk = "/trial-hall/desk/copy/"
    look = page(head.get(f"{desk}?hall=zugdidi"))
    assert re.search(r"<td[^>]*>9</td>", look)
    assert "კეთილმოწყობა" in look
    assert '<td lang="ka">გმადლობთ იდეისთვის.</td>' in look
    assert '<td lang="en">Works</td>' in look, "what the other hall wrote is marked by its language"
    assert "N 1" not in look, "the act is the other hall's own"
    seen = re.search(r'name="seen" value="(\w+)"', look)
    assert seen
    asked = {"hall": "zugdidi", "part": ["settings", "units", "texts"], "seen": seen[1]}
    assert head.post(desk, data=asked | {"seen": "old"}).status_code == 409
    assert head.post(desk, data=asked).status_code == 303
    with hall(app, "trial-hall") as here:
        found = db.session.execute(
            sa.text("select state, settings from mms.tenant_module where tenant_id = :t"),
            {"t": here.id},
        ).one()
        assert (found.state, found.settings["answer_days"]) == ("off", 9)
        assert "legal_act" not in found.settings
        assert [unit.name_en for unit in units.units_of(here.id)] == ["Works"]
        assert [text.name for text in texts.of_hall(here.id)] == ["მადლობა"]
    assert "0 changes" in command(app, monkeypatch, "zugdidi", "trial-hall")
    assert "nothing was copied" in command(app, monkeypatch, "zugdidi", "oni")


def command(app: Flask, monkeypatch: pytest.MonkeyPatch, *halls: str) -> str:
    monkeypatch.setattr(commands, "_app", lambda: app)
    said = CliRunner().invoke(commands.copy_settings, [*halls, "--by", "T"])
    assert said.exit_code == 0, said.output
    return said.output


def test_the_administrator_adds_a_hall_by_its_file_and_another_machine_keeps_its_host(
    elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = elsewhere.extensions["mms_settings"]
    monkeypatch.setattr(commands, "_app", lambda: elsewhere)
    monkeypatch.setenv("MMS_DATA", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("MMS_SECRET_KEY", str(settings.secret_key))
    monkeypatch.setattr("mms_core.tenancy.renewal.time.sleep", lambda _seconds: None)
    file = tmp_path / "trial-hall.toml"
    with elsewhere.app_context():
        database.bind(NATION)
        typed = {**FORM, "population": 12000, "lat": 41.64, "lon": 42.98}
        said = adding.as_file(typed)
    for wrong, words in (
        ("slug = ", "Nothing was changed. trial-hall.toml: "),
        (adding.as_toml({**said, "case_prefix": "TSK"}), "case_prefix: Another municipality has"),
        (adding.as_toml({k: v for k, v in said.items() if k != "slug"}), "slug: Small Latin"),
    ):
        file.write_text(wrong, encoding="utf-8")
        refused = CliRunner().invoke(commands.add, [str(file)])
        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
    assert [*settings.data_dir.glob("tenants/*")] == []
    file.write_text(adding.as_toml(said), encoding="utf-8")
    done = CliRunner().invoke(commands.add, [str(file)])
    assert done.exit_code == 0, done.output
    assert "municipality trial-hall: added" in done.output
    assert elsewhere.test_client().get("/trial-hall/").status_code == 200
    without = replace(settings, data_dir=tmp_path / "another machine")
    assert sync(without) == ["municipality trial-hall: has no file any more, and stays"]
    with elsewhere.app_context():
        rules.forget()
        database.bind(NATION)
        found = rules.by_host("idea.trial-hall.ge")
        assert found is not None
        assert found.slug == "trial-hall"
