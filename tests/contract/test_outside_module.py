"""A module installed from a package outside the tree works, and leaves without breaking a thing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mms_core.authoring.new import new_module
from mms_core.config import Settings
from mms_core.testing import migrated_database

ROOT = Path(__file__).resolve().parents[2]
NAME = "lost_property"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder into which pip has installed the module's package."""
    folder = tmp_path_factory.mktemp("outside")
    package = new_module(NAME, folder, title="Lost property", title_ka="დაკარგული ნივთები")
    target = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run([*pip, "--no-build-isolation", "--target", str(target), str(package)], dict(os.environ))
    return target


@pytest.fixture(scope="module")
def environment(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment of an installation with a database of its own."""
    url = migrated_database(settings, "outside")
    return dict(os.environ) | {
        "DATABASE_URL": url,
        "MMS_SECRET_KEY": str(settings.secret_key),
        "MMS_DATA": str(tmp_path_factory.mktemp("outside-data")),
        "MMS_DEMO": "1",
        "PYTHONPATH": str(ROOT),
    }


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def mms(environment: dict[str, str], *words: str) -> str:
    return run([sys.executable, "-m", "mms_core.cli", *words], environment)


def all_of(environment: dict[str, str], *commands: tuple[str, ...]) -> str:
    """Give several commands to one process, as the preparation of a start does."""
    script = (
        "import sys, json; from mms_core.cli import cli, register_rooms; register_rooms();"
        "[cli.main(words, prog_name='mms', standalone_mode=False)"
        " for words in json.loads(sys.argv[1])]"
    )
    return run([sys.executable, "-c", script, json.dumps(commands)], environment)


def errand(environment: dict[str, str], which: str) -> str:
    script = Path(__file__).parent / "outside" / "errand.py"
    return run([sys.executable, str(script), which], environment)


def test_a_module_from_outside_is_used_and_removed(
    installed: Path, environment: dict[str, str]
) -> None:
    there = environment | {"PYTHONPATH": f"{ROOT}{os.pathsep}{installed}"}
    said = all_of(there, ("migrate",), ("tenants", "sync"), ("check-module", NAME))
    assert "lost_property: tables are up to date" in said
    assert "keeps the contract" in said
    said = errand(there, "with")
    assert "errand done" in said
    assert "lost_property.moved" in said  # the listener was told after the commit
    mms(environment, "migrate")
    assert "errand done" in errand(environment, "without")
