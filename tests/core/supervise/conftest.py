"""A real `mms run` on a database of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from first_starts import OURS, copy, data_folder
from running_site import Site, until


@pytest.fixture
def data() -> Iterator[Path]:
    with data_folder() as place:
        yield place


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
    kept = {key: value for key, value in os.environ.items() if key not in OURS}
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


@pytest.fixture
def site(prepared: Path, data: Path, run: Callable[..., Site]) -> Site:
    copy(prepared, data)
    return serves(run())


def serves(site: Site) -> Site:
    """Wait until a site serves."""
    until(lambda: "MMS serves" in site.said() or site.process.poll() is not None)
    assert site.process.poll() is None, site.said()
    return site
