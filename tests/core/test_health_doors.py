"""What a supervisor is told: alive, ready, and measured, also on bad days."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from mms_core import db as database
from mms_core import jobs
from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.db import admin_url, db
from mms_core.metrics_folder import clear


def test_a_process_is_ready_when_database_and_tables_are(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["ready"] is True
    assert (said["database"], said["migrations"]) == ("ok", "ok")
    assert said["worker"] == "none"
    assert said["quarantined"] == []


def test_without_a_database_it_lives_but_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    away = replace(
        settings,
        data_dir=tmp_path,
        database_url="postgresql://postgres:x@127.0.0.1:1/nothing",
    )
    client = create_app(away).test_client()
    assert client.get("/livez").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] == "away"
    assert client.get("/metrics").status_code == 200
    assert "mms_database_up 0.0" in client.get("/metrics").text


def test_a_module_whose_migration_failed_is_kept_off_and_listed(
    app: Flask, settings: Settings
) -> None:
    engine = sa.create_engine(admin_url(settings))
    reason = sa.text("insert into mms.module_health (module, reason) values (:m, 'Migration x')")
    with engine.begin() as connection:
        for name in app.extensions["mms_modules"].loaded:
            connection.execute(
                sa.text("delete from mms.module_health where module = :m"), {"m": name}
            )
            connection.execute(reason, {"m": name})
    names = sorted(app.extensions["mms_modules"].loaded)
    said = create_app(settings).test_client().get("/readyz")
    assert said.status_code == 200, "one module out of order takes nothing down"
    assert said.get_json()["quarantined"] == names
    engine.dispose()


def test_tables_older_than_the_code_are_not_ready(app: Flask, settings: Settings) -> None:
    engine = sa.create_engine(admin_url(settings))
    move = "update mms.alembic_version set version_num = :v returning version_num"
    with engine.begin() as connection:
        head = connection.execute(sa.text("select version_num from mms.alembic_version")).scalar()
        connection.execute(sa.text(move), {"v": "0001_tenancy"})
    try:
        answer = app.test_client().get("/readyz")
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text(move), {"v": head})
        engine.dispose()
    assert answer.status_code == 503
    assert answer.get_json()["migrations"] == ["mms"]


def test_a_worker_is_seen_by_its_heartbeat(app: Flask) -> None:
    client = app.test_client()
    with app.app_context():
        database.bind(database.NATION)
        beat = (
            "insert into public.procrastinate_workers (last_heartbeat)"
            " values (now() - cast(:age as interval))"
        )
        db.session.execute(sa.text(beat), {"age": "3 minutes"})
        db.session.commit()
        assert client.get("/readyz").get_json()["worker"] == "late"
        db.session.execute(sa.text(beat), {"age": "1 second"})
        db.session.commit()
    assert client.get("/readyz").get_json()["worker"] == "ok"


def test_metrics_count_endpoints_not_addresses(app: Flask) -> None:
    client = app.test_client()
    client.get("/tskaltubo/cases/TSK-2026-000001-7")
    client.get("/atlantis/")
    text = client.get("/metrics").text
    assert "mms_requests_total" in text
    assert "TSK-2026" not in text
    assert "atlantis" not in text
    assert 'status="404"' in text
    assert "mms_request_seconds_bucket" in text
    assert "mms_modules_quarantined 0.0" in text


def test_metrics_show_what_waits(app: Flask) -> None:
    with app.app_context():
        database.bind(database.NATION)
        jobs.queue.configure_task("messages.send", connection=database.driver_connection()).defer(
            tenant_id=39, row_id=None
        )
        db.session.commit()
    text = app.test_client().get("/metrics").text
    assert 'mms_jobs{status="todo"} 1.0' in text
    assert "mms_deltas_waiting 0.0" in text


@pytest.mark.parametrize(
    ("place", "headers", "expected"),
    [
        ("127.0.0.1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer right"}, 200),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer "}, 404),
    ],
)
def test_metrics_are_for_this_machine_or_a_token(
    settings: Settings, app: Flask, place: str, headers: dict[str, str], expected: int
) -> None:
    guarded = create_app(replace(settings, metrics_token="right"))
    found = guarded.test_client().get(
        "/metrics", headers=headers, environ_base={"REMOTE_ADDR": place}
    )
    assert found.status_code == expected


def test_counts_of_processes_that_ended_can_be_forgotten(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
    mine = replace(settings, data_dir=tmp_path)
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").touch()
    clear(mine)
    assert not (tmp_path / "metrics").exists()


def test_the_report_is_json(app: Flask) -> None:
    assert json.loads(app.test_client().get("/readyz").text)
