"""`mms doctor` names what is wrong and what to do."""

import os
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from mms_core import db as database
from mms_core.config import Settings
from mms_core.db import NATION, admin_url, db
from mms_core.doctor import examine
from mms_core.findings import Finding
from mms_core.identifiers import first_of
from mms_core.left import JobLeft


def findings(settings: Settings, word: str) -> list[Finding]:
    return [found for found in examine(settings) if word in f"{found.what} {found.remedy}"]


def test_a_sound_installation_lacks_only_its_worker(app: Flask, settings: Settings) -> None:
    failing = [found.what for found in examine(settings) if found.level == "fail"]
    assert failing == ["No worker lives: letters and figures wait"]


def test_a_living_worker_is_heard(app: Flask, settings: Settings) -> None:
    env = os.environ | {
        "DATABASE_URL": settings.database_url or "",
        "MMS_SECRET_KEY": settings.secret_key or "",
        "MMS_DATA": str(settings.data_dir),
    }
    worker = subprocess.Popen([sys.executable, "-m", "mms_core.cli", "worker"], env=env)
    try:
        end = time.monotonic() + 120
        while not findings(settings, "A worker lives"):
            assert worker.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def test_jobs_that_nobody_brings_to_the_queue_are_told(app: Flask, settings: Settings) -> None:
    with app.app_context():
        database.bind(NATION)
        for minutes in (1, 6, 60):
            made = first_of(datetime.now(UTC) - timedelta(minutes=minutes))
            db.session.add(JobLeft(id=made, task="a", municipality_id=39, row_id=uuid.uuid4()))
        db.session.commit()
    (found,) = findings(settings, "jobs have waited")
    assert found.what == "2 jobs have waited over 5 minutes"


def test_a_secret_that_others_can_read(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    (tmp_path / "secrets.json").chmod(0o644)
    (found,) = findings(replace(settings, data_dir=tmp_path), "secrets.json")
    assert found.level == "fail"
    assert found.remedy == f"chmod 600 {tmp_path}/secrets.json"


def test_a_database_out_of_reach_does_not_end_the_report(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql://somebody:hush@127.0.0.1:9/mms")
    report = list(examine(away))
    assert any("cannot be reached" in found.what for found in report)
    assert any(found.what.startswith("Python") for found in report)
    assert any("Mail" in found.what for found in report)
    assert not any("hush" in f"{found.what}{found.remedy}" for found in report)


def test_production_without_mail_address_or_https(app: Flask, settings: Settings) -> None:
    bare = replace(settings, demo=False, public_url="")
    assert findings(bare, "MMS_SMTP_URL")[0].level == "fail"
    assert findings(bare, "MMS_PUBLIC_URL")[0].level == "fail"
    assert findings(bare, "MMS_HTTPS")[0].level == "warn"


def test_a_mail_server_that_is_away(settings: Settings) -> None:
    (found,) = findings(replace(settings, smtp_url="smtp://127.0.0.1:9"), "Mail server")
    assert found.level == "fail"
    assert "MMS_SMTP_URL" in found.remedy


def test_demo_accounts_in_production(app: Flask, settings: Settings) -> None:
    with app.app_context():
        from mms_core import db as database
        from mms_core.people import demo

        database.bind(database.NATION)
        demo.create(settings)
        database.commit()
    (found,) = findings(replace(settings, demo=False), "demo accounts in production")
    assert found.level == "fail"


def test_tables_of_another_version(app: Flask, settings: Settings) -> None:
    engine = sa.create_engine(admin_url(settings), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        ask = "select version_num from mms.alembic_version"
        now = connection.execute(sa.text(ask)).scalar_one()
        change = sa.text("update mms.alembic_version set version_num = :number")
        connection.execute(change, {"number": "0001"})
        try:
            (found,) = findings(settings, "Tables of mms")
        finally:
            connection.execute(change, {"number": now})
    engine.dispose()
    assert (found.level, found.remedy) == ("fail", "mms migrate")


def test_settings_that_this_version_refuses(app: Flask, settings: Settings) -> None:
    """They are named with their hall, the setting and the page where they are corrected."""
    engine = sa.create_engine(admin_url(settings), isolation_level="AUTOCOMMIT")
    row: dict[str, object] = {"module": "citizen_feedback", "settings": '{"need_days": 900}'}
    with engine.connect() as connection:
        ask = "select id, slug from mms.municipality order by id limit 1"
        row["hall"], slug = connection.execute(sa.text(ask)).one()
        add = """insert into mms.tenant_module (tenant_id, module, state, settings, version)
            values (:hall, :module, 'on', cast(:settings as jsonb), 1)"""
        connection.execute(sa.text(add), row)
        try:
            (found,) = findings(settings, "no longer hold")
        finally:
            gone = "delete from mms.tenant_module where tenant_id = :hall and module = :module"
            connection.execute(sa.text(gone), row)
    engine.dispose()
    assert found.level == "warn"
    assert found.what == f"Settings of citizen_feedback in {slug} no longer hold: need_days"
