"""The embedded server's ordinary days: one server a folder, and rows that outlive it."""

import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from mms_core import embedded

Ask = Callable[[str, str], list[tuple[object, ...]]]


def test_first_start_gives_a_database_that_speaks_georgian(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    assert url.startswith("postgresql://postgres:")
    assert "@127.0.0.1:" in url
    assert url.endswith("/mms")
    assert ask(url, "select current_setting('server_version_num')::int / 10000")[0][0] == 18
    rows = ask(url, "select w from unnest(array['ჰ', 'ა', 'წ', 'ბ']) w order by w")
    assert [row[0] for row in rows] == ["ა", "ბ", "წ", "ჰ"]
    assert ask(url, "select lower('წყალტუბო'), current_setting('timezone')") == [
        ("წყალტუბო", "UTC")
    ]


@pytest.mark.usefixtures("begun")
def test_second_start_finds_the_running_server(folder: Path) -> None:
    first = embedded.start(folder)
    pid = embedded.status(folder).pid
    assert embedded.start(folder) == first
    assert embedded.status(folder).pid == pid


def test_racing_starters_get_one_server(folder: Path, ask: Ask) -> None:
    program = (
        "import sys, pathlib\n"
        "from mms_core import embedded\n"
        "print(embedded.start(pathlib.Path(sys.argv[1])))"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    answers = {racer.communicate(timeout=100)[0] for racer in racers}
    assert [racer.returncode for racer in racers] == [0] * 6
    assert len(answers) == 1
    assert ask(answers.pop().strip(), "select 1") == [(1,)]


@pytest.mark.usefixtures("begun")
def test_rows_outlive_stop_and_start_at_the_same_address(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    ask(url, "create table note as select 'kept' as word")
    embedded.stop(folder)
    assert not embedded.status(folder).running
    embedded.stop(folder)  # twice does no harm
    assert embedded.start(folder) == url
    assert ask(url, "select word from note") == [("kept",)]


@pytest.mark.usefixtures("begun")
def test_a_port_taken_in_the_meantime_is_replaced(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    embedded.stop(folder)
    port = embedded.status(folder).port
    assert port
    with socket.create_server(("127.0.0.1", port)):
        moved = embedded.start(folder)
    assert moved != url
    assert ask(moved, "select 1") == [(1,)]
    assert embedded.start(folder) == moved


@pytest.mark.usefixtures("begun")
def test_the_password_is_for_the_owner_alone(folder: Path, ask: Ask) -> None:
    url = embedded.start(folder)
    remembered = folder / "server.json"
    assert stat.S_IMODE(remembered.stat().st_mode) == 0o600
    wrong = url.replace(url.split(":")[2].split("@")[0], "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(wrong, "select 1")


@pytest.mark.usefixtures("begun")
def test_a_moved_folder_keeps_its_rows(folder: Path, ask: Ask) -> None:
    ask(embedded.start(folder), "create table note as select 1 as word")
    embedded.stop(folder)
    moved = folder.with_name("moved")
    folder.rename(moved)
    assert ask(embedded.start(moved), "select word from note") == [(1,)]
    embedded.remove(moved)
