"""What a first start makes, made once a run and copied: a cluster, a site's data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mms_core import embedded
from mms_core.testing import first_comer

OURS = {"DATABASE_URL", "PROMETHEUS_MULTIPROC_DIR"}  # the tests' own, and no other site's


@contextmanager
def data_folder() -> Iterator[Path]:
    """Give a folder for a site's data, and end its database with it.

    Pytest's own folders are closed to other users, and as root the server is another user.
    """
    place = Path(tempfile.mkdtemp(prefix="mms-", dir="/var/tmp"))
    place.chmod(0o755)
    yield place
    embedded.remove(place / "postgres")
    shutil.rmtree(place)


def copy(made: Path, place: Path) -> None:
    """Begin a folder with what another one holds, with its owners and times."""
    place.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", f"{made}/.", str(place)], check=True)


@pytest.fixture(scope="session")
def cluster_made(test_folder: Path) -> Path:
    """Give the folder of a database server that was started once and stopped."""
    kept = test_folder / "cluster"
    with first_comer(test_folder, "cluster") as first:
        if first:
            with data_folder() as place:
                embedded.start(place / "postgres", durable=False)
                embedded.stop(place / "postgres")
                copy(place / "postgres", kept)
    return kept


@pytest.fixture(scope="session")
def prepared(cluster_made: Path, test_folder: Path) -> Path:
    """Give the data folder of a site that was prepared once, its database at rest."""
    kept = test_folder / "prepared"
    with first_comer(test_folder, "prepared") as first:
        if first:
            with data_folder() as place:
                copy(cluster_made, place / "postgres")
                own = {key: value for key, value in os.environ.items() if key not in OURS}
                environment = own | {"MMS_DATA": str(place)}
                subprocess.run(
                    [sys.executable, "-m", "mms_core.prepare"], env=environment, check=True
                )
                embedded.stop(place / "postgres")
                copy(place, kept)
    return kept
