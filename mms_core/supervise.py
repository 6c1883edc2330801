"""`mms run`: keeps web server, worker and embedded database alive, and ends them well."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from mms_core.child import Child
from mms_core.config import Settings
from mms_core.prepared import known

BEAT = 0.2  # seconds between looks at the children
DATABASE_BEAT = 5.0  # seconds between looks at the embedded database
FAREWELL = 15.0  # seconds that a child may take to finish what it is doing
DEMO_PEOPLE = ("citizen", "operator", "head", "mayor", "clerk", "ministry")
Say = Callable[[str], None]


def run(settings: Settings, *, say: Say = print) -> int:
    """Serve until SIGINT or SIGTERM; return the exit code of the process."""
    if taken(settings):
        say(
            f"Port {settings.port} is taken by another program. Stop that one, or choose another "
            f"port: PORT={settings.port + 1} make run"
        )
        return 1
    # Threads would each keep freed memory to themselves, and the heap what a large page took.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")
    return House(settings, say=say).live()


def taken(settings: Settings) -> bool:
    """Say whether somebody else listens on the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return True
    return False


class House:
    """The children of one run and what becomes of them."""

    def __init__(self, settings: Settings, *, say: Say) -> None:
        self.settings = settings
        self.say = say
        self.enough = threading.Event()
        self.hurry = False
        python = [sys.executable, "-m"]
        self.web = Child("web server", [*python, "mms_core.serve"])
        self.worker = Child("worker", [*python, "mms_core.cli", "worker"])
        self.preparation = Child("preparation", [*python, "mms_core.prepare"])

    def live(self) -> int:
        """Prepare, serve, watch, and say farewell."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            code = self._prepared()
            if code == 0 and not self.enough.is_set():
                self._serve()
        finally:
            self._farewell()
        return code

    def _asked_to_stop(self, _number: int, _frame: object) -> None:
        self.hurry = self.enough.is_set()  # asked twice
        self.enough.set()

    def _prepared(self) -> int:
        self.preparation.start()
        if known(self.settings):  # most likely nothing is to be done: the web server loads beside
            self.web.start(held=True)
        while (code := self.preparation.ended()) is None:
            if self.enough.wait(BEAT):
                self.preparation.stop(signal.SIGTERM)
        return 0 if self.enough.is_set() else code

    def _serve(self) -> None:
        if self.web.process is None:
            self.web.start()
        self.web.release()
        announced, looked = False, time.monotonic()
        while not self.enough.wait(BEAT):
            for child in (self.web, self.worker):
                if (code := child.ended()) is not None:
                    self.say(f"The {child.name} ended ({code}); it starts again.")
                    child.plan_restart()
                child.restart_when_due()
            if not announced and answers(self.settings):
                announced = True
                self.say(welcome(self.settings))
                self.worker.start()  # only now: the first page need not share the processor
            if time.monotonic() - looked > DATABASE_BEAT:
                self._keep_database()
                looked = time.monotonic()

    def _keep_database(self) -> None:
        """Start the embedded server again if it was killed; web and worker connect anew."""
        if self.settings.database_url:
            return
        from mms_core import embedded

        folder = self.settings.data_dir / "postgres"
        try:
            if not embedded.status(folder).running:
                self.say("The database was gone; it starts again.")
                embedded.start(folder)
        except embedded.EmbeddedError as problem:
            self.say(str(problem))

    def _farewell(self) -> None:
        everyone = (self.preparation, self.web, self.worker)
        for child in everyone:
            child.stop(signal.SIGTERM)
        end = time.monotonic() + FAREWELL
        while any(child.alive() for child in everyone):
            if self.hurry or time.monotonic() > end:
                break
            time.sleep(BEAT / 4)
        for child in everyone:
            child.end_group()


def address(settings: Settings) -> str:
    """Return the address to open in a browser on this machine."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def answers(settings: Settings) -> bool:
    """Say whether the web server serves already."""
    try:
        with urllib.request.urlopen(f"{address(settings)}/livez", timeout=1):  # noqa: S310 - http, ours
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def welcome(settings: Settings) -> str:
    """Return what a newcomer wants to know when the site is up."""
    lines = [f"\nMMS serves {settings.public_url or address(settings)}"]
    if settings.demo:
        people = ", ".join(f"{who}@mms.example" for who in DEMO_PEOPLE)
        lines.append(f"Demo accounts, password 'demo': {people}")
    if not settings.database_url:
        where = Path(os.path.relpath(settings.data_dir))
        lines.append(f"Data: {where}. The database stays up after this; 'mms db stop' stops it.")
    lines.append("Ctrl-C ends.\n")
    return "\n".join(lines)
