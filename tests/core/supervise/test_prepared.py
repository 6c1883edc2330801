"""A start prepares what has changed since the last one, and nothing else."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg

from mms_core import embedded, prepared
from mms_core.config import Settings


def test_only_what_is_prepared_is_taken_for_prepared(data: Path) -> None:
    url = embedded.start(data / "postgres", durable=False)
    settings = Settings(data_dir=data, database_url=url, secret_key="for this test")
    assert not prepared.holds(settings)
    env = os.environ | {
        "MMS_DATA": str(data),
        "DATABASE_URL": url,
        "MMS_SECRET_KEY": "for this test",
        "PROMETHEUS_MULTIPROC_DIR": str(data / "metrics"),  # the tests' own counts are not its
    }
    subprocess.run([sys.executable, "-m", "mms_core.prepare"], env=env, check=True)
    assert prepared.holds(settings)

    assert not prepared.holds(replace(settings, demo=True))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database other")
        other = url.removesuffix("/mms") + "/other"
        assert not prepared.holds(replace(settings, database_url=other))
        connection.execute("update mms.alembic_version set version_num = '0001'")
    assert not prepared.holds(settings)
