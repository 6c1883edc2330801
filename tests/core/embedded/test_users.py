"""Root, ordinary users, and folders between them."""

import multiprocessing
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mms_core import embedded

Ask = Callable[[str, str], list[tuple[object, ...]]]
NOBODY = 65534


def as_user(uid: int, action: Callable[[Path], object], folder: Path) -> str:
    """Do it in a process of that user and return what it gave, or the error's message."""
    here, there = multiprocessing.Pipe()

    def live() -> None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        try:
            there.send(str(action(folder)))
        except embedded.EmbeddedError as problem:
            there.send(str(problem))

    # A fork, because this machine's Python may lie where only root reaches.
    child = multiprocessing.get_context("fork").Process(target=live)
    child.start()
    child.join(timeout=100)
    assert child.exitcode == 0
    return str(here.recv())


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


@pytest.mark.usefixtures("begun")
def test_the_server_is_never_root(folder: Path) -> None:
    embedded.start(folder)
    pid = embedded.status(folder).pid
    assert Path(f"/proc/{pid}").stat().st_uid != 0


@as_root
def test_roots_private_folder_stays_private(tmp_path: Path, ask: Ask) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    folder = private / "database"
    url = embedded.start(folder)
    try:
        assert ask(url, "select 1") == [(1,)]
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        home = embedded.status(folder).data
        assert home
        assert not home.is_relative_to(folder)
        embedded.stop(folder)
        assert embedded.start(folder) == url
    finally:
        embedded.remove(folder)
    assert not home.exists()


@as_root
def test_an_ordinary_user_starts_and_stops_a_server(folder: Path, ask: Ask) -> None:
    os.chown(folder.parent, NOBODY, NOBODY)
    url = as_user(NOBODY, embedded.start, folder)
    assert ask(url, "select 1") == [(1,)]
    as_user(NOBODY, embedded.stop, folder)
    assert not embedded.status(folder).running


@as_root
def test_root_and_the_owner_share_a_folder(folder: Path, ask: Ask) -> None:
    os.chown(folder.parent, NOBODY, NOBODY)
    url = as_user(NOBODY, embedded.start, folder)
    as_user(NOBODY, embedded.stop, folder)
    assert embedded.start(folder) == url  # as root
    embedded.stop(folder)
    assert as_user(NOBODY, embedded.start, folder) == url
    assert ask(url, "select 1") == [(1,)]


@as_root
@pytest.mark.usefixtures("begun")
def test_another_persons_folder_is_refused_with_a_remedy(folder: Path) -> None:
    embedded.start(folder)
    said = as_user(1234, embedded.start, folder)
    assert "another user" in said or "cannot be used" in said
    assert "MMS_DATA" in said
    assert embedded.status(folder).running
