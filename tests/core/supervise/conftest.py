"""A real `mms run` on a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running_site import Site, until

from mms_core import embedded


@pytest.fixture
def data() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="mms-", dir="/var/tmp"))
    place.chmod(0o755)
    yield place
    embedded.remove(place / "postgres")
    shutil.rmtree(place)


@pytest.fixture
def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(data: Path, free: int) -> Iterator[Callable[..., Site]]:
    started: list[Site] = []

    def go(**settings: str) -> Site:
        log = data / "said.txt"
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "mms_core.cli", "run"],
                env=kept
                | {"MMS_DATA": str(data), "PORT": str(free), "PYTHONUNBUFFERED": "1"}
                | settings,
                stdout=output,
                stderr=output,
                text=True,
            )
        site = Site(process=process, port=free, data=data, log=log)
        started.append(site)
        return site

    yield go
    for site in started:
        if site.process.poll() is None:
            site.stop()


@pytest.fixture
def site(run: Callable[..., Site]) -> Site:
    site = run()
    until(lambda: "MMS serves" in site.said() or site.process.poll() is not None)
    assert site.process.poll() is None, site.said()
    return site
