"""`mms run` as an administrator lives with it: it serves, mends itself and goes without a trace."""

import os
import signal
import socket
from collections.abc import Callable

from running_site import Site, processes_in, until

from mms_core import embedded


def test_what_dies_comes_back_and_the_end_leaves_nothing(
    site: Site, run: Callable[..., Site]
) -> None:
    assert site.answers()
    _what_dies_comes_back(site)
    groups = site.children().values()
    assert site.stop(signal.SIGTERM) == 0
    assert not [pid for group in groups for pid in processes_in(group)]
    assert not site.answers()
    assert embedded.status(site.data / "postgres").running  # as promised, until `mms db stop`

    again = run()
    until(again.answers)
    assert "up and ready" in again.said()  # nothing is prepared twice
    assert again.stop(signal.SIGINT) == 0  # Ctrl-C


def _what_dies_comes_back(site: Site) -> None:
    until(lambda: _live(site))
    before = site.children()
    database = embedded.status(site.data / "postgres").pid
    assert database
    os.kill(database, signal.SIGKILL)
    os.kill(before["serve"], signal.SIGKILL)  # its own children would keep the port
    os.kill(before["worker"], signal.SIGKILL)
    until(lambda: embedded.status(site.data / "postgres").pid not in {None, database})
    until(lambda: _live(site) and not set(before.values()) & set(site.children().values()))
    until(site.answers)
    until(lambda: not processes_in(before["serve"]))
    assert "web server ended" in site.said()
    assert "worker ended" in site.said()


def test_a_taken_port_is_named_with_another_to_use(run: Callable[..., Site], free: int) -> None:
    with socket.create_server(("127.0.0.1", free)):
        site = run()
        assert site.process.wait(timeout=180) == 1
    assert f"Port {free} is taken" in site.said()
    assert f"PORT={free + 1} make run" in site.said()


def test_stopped_while_preparing_goes_on_at_the_next_start(run: Callable[..., Site]) -> None:
    site = run()
    until(lambda: "prepare" in site.children())
    assert site.stop(signal.SIGINT) == 0
    again = run()
    until(again.answers)
    _no_orphans_are_left_by_a_killed(again)


def _no_orphans_are_left_by_a_killed(site: Site) -> None:
    until(lambda: _live(site))
    groups = site.children().values()
    site.process.kill()
    site.process.wait()
    until(lambda: not [pid for group in groups for pid in processes_in(group)])


def _live(site: Site) -> bool:
    return {"serve", "worker"} <= site.children().keys()
