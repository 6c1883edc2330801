"""An administrator saves the installation in one file and puts it back on an empty database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from idea_kit import TITLE, give, picture, turn

from mms_core.app import create_app
from mms_core.backup.archive import BackupError, reading
from mms_core.backup.commands import restore as restore_command
from mms_core.backup.making import backup, kept_files
from mms_core.backup.restoring import restore
from mms_core.config import Settings
from mms_core.files.storage import storage_for
from mms_core.testing import fresh_database, page


def quiet(_line: str) -> None:
    """Say nothing."""


@pytest.fixture
def saved(app: Flask, settings: Settings, tmp_path: Path) -> tuple[Path, str]:
    """Give a backup with one idea and its picture, and the way to the idea's receipt."""
    turn(app, "on")
    sent = give(app.test_client(), files=picture())
    assert sent.status_code == 303, page(sent)
    archive = tmp_path / "mms.tar"
    made = backup(settings, archive, say=quiet)
    assert made.rows["mms.cases"] == 1
    return archive, sent.location


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """Give an empty installation with the same key."""
    url = fresh_database(str(settings.database_url), f"{settings.data_dir.name}_restored")
    return replace(settings, database_url=url, data_dir=tmp_path / "elsewhere")


def test_a_restored_installation_is_the_same(
    settings: Settings, saved: tuple[Path, str], elsewhere: Settings
) -> None:
    archive, receipt = saved
    assert archive.stat().st_mode & 0o077 == 0, "nobody else reads it"
    restore(elsewhere, archive, say=quiet)
    words = page(create_app(elsewhere).test_client().get(receipt))
    assert TITLE in words, "the old receipt opens the idea on the new installation"
    with reading(archive) as (_tar, manifest):
        files = {name.removeprefix("files/") for name in manifest.members if "/" in name}
    assert files == set(kept_files(storage_for(elsewhere))) != set()
    with pytest.raises(BackupError, match="not empty"):
        restore(elsewhere, archive, say=quiet)


def test_a_damaged_archive_is_refused_and_changes_nothing(
    saved: tuple[Path, str], elsewhere: Settings, tmp_path: Path
) -> None:
    whole = saved[0].read_bytes()
    for damaged in (whole[: len(whole) // 2], whole.replace(b"PGDMP", b"PGDMQ", 1), b"no tar"):
        broken = tmp_path / "broken.tar"
        broken.write_bytes(damaged)
        said = CliRunner().invoke(restore_command, ["--check", str(broken)])
        assert said.exit_code == 1
        assert "Error: " in said.output
        with pytest.raises(BackupError):
            restore(elsewhere, broken, say=quiet)
    good = CliRunner().invoke(restore_command, ["--check", str(saved[0])])
    assert "The archive is whole." in good.output


def test_another_key_and_an_older_backup_are_respected(
    settings: Settings, saved: tuple[Path, str], elsewhere: Settings
) -> None:
    """Another key would not open the personal numbers; a backup overwrites none."""
    stranger, before = replace(elsewhere, secret_key="another key"), saved[0].read_bytes()
    with pytest.raises(BackupError, match="another key"):
        restore(stranger, saved[0], say=quiet)
    with pytest.raises(BackupError, match="there already"):
        backup(settings, saved[0], say=quiet)
    assert saved[0].read_bytes() == before
