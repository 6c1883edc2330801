"""A real `mms run` on a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from running_site import Site, until

from mms_core import embedded


@pytest.fixture
def data() -> Iterator[Path]:
    with folder() as place:
        yield place


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder for a site's data, and end its database with it."""
    place = Path(tempfile.mkdtemp(prefix="mms-", dir="/var/tmp"))
    place.chmod(0o755)
    yield place
    embedded.remove(place / "postgres")
    shutil.rmtree(place)


@pytest.fixture
def free() -> int:
    return free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(data: Path, free: int) -> Iterator[Callable[..., Site]]:
    started: list[Site] = []

    def go(**settings: str) -> Site:
        started.append(start(data, free, settings))
        return started[-1]

    yield go
    for site in started:
        if site.process.poll() is None:
            site.stop()


def start(data: Path, port: int, settings: Mapping[str, str]) -> Site:
    """Start `mms run`; what it says goes to a file."""
    log = data / "said.txt"
    ours = {"DATABASE_URL", "PROMETHEUS_MULTIPROC_DIR"}
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    own = {"MMS_DATA": str(data), "PORT": str(port), "PYTHONUNBUFFERED": "1", **settings}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mms_core.cli", "run"],
            env=kept | own,
            stdout=output,
            stderr=output,
            text=True,
        )
    return Site(process=process, port=port, data=data, log=log)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """Keep the data of a site that was started once and stopped, for others to begin with."""
    with folder() as place:
        site = start(place, free_port(), {})
        serves(site)
        assert site.stop() == 0
        embedded.stop(place / "postgres")
        yield place


@pytest.fixture
def site(prepared: Path, data: Path, run: Callable[..., Site]) -> Site:
    subprocess.run(["cp", "-a", f"{prepared}/.", str(data)], check=True)
    return serves(run())


def serves(site: Site) -> Site:
    """Wait until a site serves."""
    until(lambda: "MMS serves" in site.said() or site.process.poll() is not None)
    assert site.process.poll() is None, site.said()
    return site
