"""A folder for a server of one's own, gone after the test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from first_starts import copy

from mms_core import embedded


@pytest.fixture
def folder() -> Iterator[Path]:
    # pytest's own folders are closed to other users, and as root the server is another user
    place = Path(tempfile.mkdtemp(prefix="mms-", dir="/var/tmp"))
    place.chmod(0o755)
    yield place / "database"
    embedded.remove(place / "database")
    shutil.rmtree(place)


@pytest.fixture
def begun(folder: Path, cluster_made: Path) -> None:
    """Let the folder hold a server already that was started once and stopped."""
    copy(cluster_made, folder)


@pytest.fixture
def ask() -> Callable[[str, str], list[tuple[object, ...]]]:
    def answer(url: str, question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(question)
            return found.fetchall() if found.description else []

    return answer
