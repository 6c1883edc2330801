"""Modules written elsewhere that are broken in every way: each stays off, all else stays up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mms_core.authoring.new import new_module
from mms_core.config import Settings
from mms_core.testing import migrated_database

ROOT = Path(__file__).resolve().parents[2]
INSERT = "insert into {}.report (tenant_id, case_id, place) values (:hall, :case, 'x')"
LISTENER = """
from sqlalchemy import text
from mms_core.db import db

@hookimpl
def mms_case_moved(tenant: int, case_id: Any, step: StepTaken) -> None:
    db.session.execute(text("{insert}"), {{"hall": tenant, "case": case_id}})
    {then}
"""
BROKEN = {
    "torn_import": ("plugin.py", "import there_is_no_such_package", "there_is_no_such_package"),
    "torn_syntax": ("plugin.py", "def mms_module(:", "SyntaxError"),
    "torn_exit": ("plugin.py", "import sys; sys.exit('farewell')", "farewell"),
    "torn_hook": ("plugin.py", "@hookimpl\ndef mms_no_such_hook(): ...", "mms_no_such_hook"),
    "torn_type": (
        "plugin.py",
        "@hookimpl\ndef mms_case_types(): return ['idea']",
        "mms_case_types",
    ),
    "torn_migration": (
        "migrations/0001_first.py",
        "def upgrade(): op.execute('create nonsense')",
        "Migration failed",
    ),
    "torn_wave": (
        "migrations/0001_first.py",
        "def upgrade(): raise SystemExit",
        "Migration failed: SystemExit",
    ),
    "torn_table": (
        "migrations/0001_first.py",
        "def upgrade(): op.execute('create table torn_table.report as select 1 as a')",
        "lacks tenant_id",
    ),
    "torn_model": (
        "models.py",
        "from sqlalchemy.orm import relationship\nReport.gone = relationship('NoSuchClass')",
        "NoSuchClass",
    ),
}
SICK = {
    "sound": LISTENER.format(insert=INSERT.format("sound"), then="pass"),
    "torn_listener": LISTENER.format(
        insert=INSERT.format("torn_listener"), then="raise RuntimeError('a bad day')"
    ),
    "torn_navigation": "@hookimpl\ndef mms_navigation(tenant): raise RuntimeError('a bad day')",
}


def install(folder: Path, name: str, *, file: str, more: str) -> None:
    """Lay a module's package down as pip would, with something added to one of its files."""
    package = new_module(name, folder / "src", title=name, title_ka=name) / name
    target = folder / name
    package.rename(target)
    broken = target / file
    broken.write_text(broken.read_text() + "\n\n" + more + "\n")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[mms.modules]\n{name} = {name}.plugin\n")


@pytest.fixture(scope="module")
def seen(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give what was seen on a site with all the broken modules."""
    folder = tmp_path_factory.mktemp("broken")
    for name, (file, more, _reason) in BROKEN.items():
        install(folder, name, file=file, more=more)
    for name, more in SICK.items():
        install(folder, name, file="plugin.py", more=more)
    here = [str(folder), str(ROOT), str(ROOT / "tests" / "stories")]
    environment = dict(os.environ) | {
        "DATABASE_URL": migrated_database(settings, "broken"),
        "MMS_SECRET_KEY": str(settings.secret_key),
        "MMS_DATA": str(tmp_path_factory.mktemp("broken-data")),
        "MMS_DEMO": "1",
        "PYTHONPATH": os.pathsep.join(here),
    }
    script = Path(__file__).with_name("broken_site.py")
    addresses = [f"/tskaltubo/{name.replace('_', '-')}/" for name in BROKEN]
    done = subprocess.run(
        [sys.executable, str(script), *addresses],
        env=environment, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_module_is_off_with_its_reason(seen: Any, name: str) -> None:
    assert BROKEN[name][2] in seen["quarantined"][name]
    assert seen[f"/tskaltubo/{name.replace('_', '-')}/"] == 404
    assert name in seen["ministry"]


def test_everything_else_is_up(seen: Any) -> None:
    assert set(seen["quarantined"]) == set(BROKEN)
    assert [seen[address] for address in ("/", "/tskaltubo/", "/tskaltubo/sound/")] == [200] * 3


def test_a_listener_that_raises_leaves_the_submission_and_the_others_alone(seen: Any) -> None:
    assert (seen["idea"], len(seen["cases"])) == (303, 1)
    assert seen["half"] == 0, "what the broken listener had begun is undone"
    assert seen["told"] == 1, "the others were told"
