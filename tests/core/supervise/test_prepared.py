"""A start prepares what has changed since the last one, and nothing else."""

from dataclasses import replace
from pathlib import Path

import psycopg
from first_starts import copy

from mms_core import embedded
from mms_core.config import Settings
from mms_core.prepared import holds


def test_only_what_is_prepared_is_taken_for_prepared(data: Path, prepared: Path) -> None:
    settings = Settings(data_dir=data)
    assert not holds(settings)
    copy(prepared, data)
    url = embedded.start(data / "postgres", durable=False)
    settings = Settings(data_dir=data, database_url=url)
    assert holds(settings)

    assert not holds(replace(settings, demo=True))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database other")
        other = url.removesuffix("/mms") + "/other"
        assert not holds(replace(settings, database_url=other))
        connection.execute("update mms.alembic_version set version_num = '0001'")
    assert not holds(settings)
