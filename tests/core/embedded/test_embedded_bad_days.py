"""The embedded server's bad days: killed, cut short, out of room, not ours. Nothing is lost."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from mms_core import embedded
from mms_core.embedded import cluster

Ask = Callable[[str, str], list[tuple[object, ...]]]


def kill_postmaster(folder: Path) -> None:
    pid = embedded.status(folder).pid
    assert pid
    os.kill(pid, signal.SIGKILL)


@pytest.mark.usefixtures("begun")
def test_every_answered_row_outlives_kill_9_under_load(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    ask(url, "create table note (number int primary key)")
    answered: list[int] = []

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for number in range(1_000_000):
                connection.execute("insert into note values (%s)", [number])
                answered.append(number)

    def write_until_killed() -> None:
        with pytest.raises(psycopg.OperationalError):
            write()

    writer = threading.Thread(target=write_until_killed)
    writer.start()
    while len(answered) < 200:
        time.sleep(0.01)
    kill_postmaster(folder)
    url = embedded.start(folder)
    writer.join(timeout=60)
    rows = {row[0] for row in ask(url, "select number from note")}
    assert rows.issuperset(answered)


@pytest.mark.usefixtures("begun")
def test_a_zombie_postmaster_does_not_pass_for_a_server(folder: Path, ask: Ask) -> None:
    ask(embedded.start(folder), "create table note as select 1 as word")
    kill_postmaster(folder)
    # Where nobody reaps the dead (a container without an init) the number stays taken by a zombie.
    with subprocess.Popen(["true"]) as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        pidfile = folder / "server" / "data" / "postmaster.pid"
        _, *rest = pidfile.read_text().splitlines(keepends=True)
        pidfile.write_text("".join([f"{zombie.pid}\n", *rest]))
        assert not embedded.status(folder).running
        url = embedded.start(folder)
    assert ask(url, "select word from note") == [(1,)]


@pytest.mark.usefixtures("begun")
def test_a_stranger_under_the_old_number_is_left_alone(folder: Path, ask: Ask) -> None:
    ask(embedded.start(folder), "create table note as select 1 as word")
    kill_postmaster(folder)
    with subprocess.Popen(["sleep", "100"]) as stranger:
        pidfile = folder / "server" / "data" / "postmaster.pid"
        _, *rest = pidfile.read_text().splitlines(keepends=True)
        pidfile.write_text("".join([f"{stranger.pid}\n", *rest]))
        url = embedded.start(folder)
        assert stranger.poll() is None
        stranger.kill()
    assert ask(url, "select word from note") == [(1,)]


@pytest.mark.usefixtures("begun")
def test_a_busy_backend_of_a_killed_server_is_ended_before_the_next(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    ask(url, "create table note as select 1 as word")
    endless = "select count(*) from generate_series(1, 1000000000000)"

    def count() -> None:
        with pytest.raises(psycopg.OperationalError):
            ask(url, endless)

    busy = threading.Thread(target=count)
    busy.start()
    while not ask(url, "select 1 from pg_stat_activity where query like 'select count%'"):
        time.sleep(0.01)
    kill_postmaster(folder)
    assert ask(embedded.start(folder), "select word from note") == [(1,)]
    busy.join(timeout=60)
    assert not busy.is_alive()


@pytest.mark.usefixtures("begun")
def test_a_first_start_cut_short_is_done_again(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    embedded.stop(folder)
    home = folder / "server"
    (home / "data").rename(home / "half")  # as initdb leaves it when the power goes
    (home / "half" / "PG_VERSION").unlink()
    assert embedded.start(folder) == url
    assert ask(url, "select 1") == [(1,)]
    assert not (home / "half").exists()


@pytest.mark.usefixtures("begun")
def test_a_first_start_cut_before_its_database_is_finished(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    ask(url.replace("/mms", "/postgres"), "drop database mms")
    assert ask(embedded.start(folder), "select 1") == [(1,)]


def test_a_folder_with_other_files_is_refused_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(embedded.EmbeddedError, match=r"holds thesis\.txt.*MMS_DATA"):
        embedded.start(folder)
    assert (folder / "thesis.txt").read_text() == "mine"


@pytest.mark.usefixtures("begun")
def test_another_postgresql_version_is_refused_and_left_alone(folder: Path) -> None:
    version = folder / "server" / "data" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(embedded.EmbeddedError, match=r"made by PostgreSQL 12.*backup"):
        embedded.start(folder)
    assert version.read_text() == "12\n"


@pytest.mark.usefixtures("begun")
def test_a_copy_of_a_running_servers_folder_does_not_reach_the_original(
    folder: Path, ask: Ask
) -> None:
    url = embedded.start(folder)
    copy = folder.with_name("copy")
    subprocess.run(["cp", "-a", str(folder), str(copy)], check=True)
    try:
        assert not embedded.status(copy).running
        assert embedded.start(copy) != url
        assert ask(url, "select 1") == [(1,)]
    finally:
        embedded.remove(copy)


@pytest.mark.usefixtures("begun")
def test_lost_or_damaged_memory_says_what_to_do(folder: Path) -> None:
    (folder / "server.json").write_text("{")
    with pytest.raises(embedded.EmbeddedError, match=r"damaged.*backup"):
        embedded.start(folder)
    (folder / "server.json").unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"data without their server\.json"):
        embedded.start(folder)
    assert (folder / "server" / "data" / "PG_VERSION").exists()
    shutil.rmtree(folder)


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    disk = folder.with_name("disk")
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m", "none", str(disk)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    embedded.remove(disk / "database")
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, *, leave: int) -> Path:
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(disk).free - leave))
    return ballast


def test_full_disk_says_so_and_loses_nothing(small_disk: Path, ask: Ask) -> None:
    folder = small_disk / "database"
    ballast = fill(small_disk, leave=10 * 2**20)
    with pytest.raises(embedded.EmbeddedError, match=r"is full.*MMS_DATA"):
        embedded.start(folder)
    ballast.unlink()
    ask(embedded.start(folder), "create table note as select 1 as word")
    embedded.stop(folder)
    ballast = fill(small_disk, leave=0)
    with pytest.raises(embedded.EmbeddedError, match="is full"):
        embedded.start(folder)
    ballast.unlink()
    assert ask(embedded.start(folder), "select word from note") == [(1,)]


def test_disk_that_fills_up_in_the_middle_of_the_first_start(
    small_disk: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_disk / "database"
    monkeypatch.setattr(cluster, "FIRST_START_BYTES", 0)
    ballast = fill(small_disk, leave=20 * 2**20)
    with pytest.raises(embedded.EmbeddedError, match="is full"):
        embedded.start(folder)
    ballast.unlink()
    assert ask(embedded.start(folder), "select 1") == [(1,)]
