"""The files reach the tables once, and a second time changes nothing."""

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from mms_core import db as database
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.tenancy import files, rules
from mms_core.tenancy.commands import tenants
from mms_core.tenancy.renewal import renew_pages
from mms_core.tenancy.sync import sync
from mms_core.testing import migrated_database


def copy(folder: Path) -> Path:
    target = folder / "tenants"
    shutil.copytree(files.FOLDER, target)
    return target


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_sync_changes_nothing(mms_app: Flask, settings: Settings) -> None:
    sync(settings)
    assert sync(settings) == []


def test_a_changed_file_is_named_and_seen_at_once(
    mms_app: Flask, settings: Settings, tmp_path: Path
) -> None:
    folder = copy(tmp_path)
    edit(folder / "khulo.toml", "hosts = []", 'hosts = ["idea.khulo.gov.ge"]')
    edit(folder / "khulo.toml", 'header = "', 'header = "light" # was "')
    try:
        assert sync(settings, folder) == [
            "municipality khulo: theme changed",
            "tenant host idea.khulo.gov.ge: added",
        ]
        with mms_app.app_context():
            database.bind(NATION)
            rules.forget()
            found = rules.by_host("idea.khulo.gov.ge:8000")
            assert found is not None
            assert (found.slug, found.theme.header) == ("khulo", "light")
    finally:
        assert sync(settings) == [
            "municipality khulo: theme changed",
            "tenant host idea.khulo.gov.ge: removed",
        ]
        with mms_app.app_context():
            rules.forget()


def test_a_mistake_in_one_file_touches_no_table(settings: Settings, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    edit(folder / "khulo.toml", 'case_prefix = "KHU"', 'case_prefix = "khu"')
    edit(folder / "oni.toml", "population = 6130", "population = 9999")
    answer = CliRunner().invoke(tenants, ["sync", "--folder", str(folder)])
    assert answer.exit_code == 1
    assert "Nothing was changed." in answer.output
    assert "khulo.toml:7: case_prefix is not three capital Latin letters." in answer.output


def test_a_number_never_changes(mms_app: Flask, settings: Settings, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    edit(folder / "khulo.toml", "number = 47", "number = 147")
    with pytest.raises(
        files.FilesError, match=r"khulo\.toml:3: Number 147 of khulo is not the one"
    ):
        sync(settings, folder)


def test_a_municipality_without_a_file_stays(
    mms_app: Flask, settings: Settings, tmp_path: Path
) -> None:
    folder = copy(tmp_path)
    (folder / "khoni.toml").unlink()
    assert sync(settings, folder) == ["municipality khoni: has no file any more, and stays"]


def test_every_municipality_gets_numbers_for_its_cases(mms_app: Flask) -> None:
    with mms_app.app_context():
        database.bind(NATION)
        numbers = [
            db.session.execute(sa.text(f"select nextval('mms.case_no_{one.id}')")).scalar_one()
            for one in rules.all_tenants()
        ]
        database.rollback()
    assert len(numbers) == 51


def test_the_tables_hold_what_the_files_say(mms_app: Flask) -> None:
    with mms_app.app_context():
        database.bind(NATION)
        tskaltubo = rules.by_slug("tskaltubo")
        assert tskaltubo is not None
        assert tskaltubo.id == 39
        assert tskaltubo.hall_in("ka") == "წყალტუბოს მერია"
        assert tskaltubo.hall_in("en") == "Tskaltubo City Hall"
        assert tskaltubo.region_names["en"] == "Imereti"
        outside = [one for one in rules.all_centres() if one.municipality is None]
        assert len(rules.all_centres()) == 60
        assert len(outside) == 12
        assert "Tbilisi" in {one.municipality_names["en"] for one in outside}


def test_the_commands_say_what_they_found() -> None:
    good = CliRunner().invoke(tenants, ["check"])
    assert (good.exit_code, good.output) == (0, "51 municipalities and 60 centres: good.\n")
    listed = CliRunner().invoke(tenants, ["list"])
    assert re.search(r"^ 39 TSK tskaltubo +Tskaltubo Municipality$", listed.output, re.MULTILINE)
    assert "City of Gori Municipality (now gori)" in listed.output


def test_kept_pages_of_every_hall_give_way_after_a_sync(app: Flask, settings: Settings) -> None:
    def version() -> str:
        with app.app_context():
            database.bind(39)
            sql = sa.text("select mms.public_version(39, null)")
            return str(db.session.execute(sql).scalar_one())

    before = version()
    renew_pages(settings, wait=0)
    assert version() != before


def test_only_a_sync_of_halls_that_were_there_waits_for_their_pages(
    mms_app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = migrated_database(settings, "first_sync")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("MMS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MMS_SECRET_KEY", str(settings.secret_key))
    waited: list[float] = []
    monkeypatch.setattr("mms_core.tenancy.renewal.time.sleep", waited.append)
    first = CliRunner().invoke(tenants, ["sync"])
    assert (first.exit_code, "municipality khulo: added" in first.output) == (0, True)
    assert waited == []
    folder = copy(tmp_path)
    edit(folder / "khulo.toml", 'header = "', 'header = "light" # was "')
    second = CliRunner().invoke(tenants, ["sync", "--folder", str(folder)])
    assert "municipality khulo: theme changed" in second.output
    assert waited == [rules.FRESH]
