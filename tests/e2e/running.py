"""A whole site for the browser: web server, worker and mail server, as an administrator starts it.

The database is the site's own; municipalities come from the files and people from the demo.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import mail_server
import walk_feedback
import walk_reception_day
from flask import Flask
from mail_server import Mailbox

from mms_core import db as database
from mms_core.app import create_app
from mms_core.clock import local_day
from mms_core.commitments import demo as commitments
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.modules import registry
from mms_core.people import demo as people
from mms_core.platforms import demo as platforms
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from mms_core.testing import MIGRATED, first_comer, fresh_database, share_templates
from mms_core.units import demo as units

MODULE = "your_idea_to_mayor"
HALLS = ("tskaltubo", "zugdidi")  # where the demo's operator works, with the module on
FULL = "zugdidi"  # the hall that has the demo's ideas; the other one is empty
FILLED = "mms_test_filled"  # the database and the folder from which each process has its copy
PATIENCE = 120  # seconds until a waiting test says that it waits in vain


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running site and what it has sent by mail."""

    url: str
    settings: Settings
    app: Flask  # the same installation, for a look at what only the database knows
    mailbox: Mailbox
    log: Path

    def letter(self, to: str, *, about: str = "") -> EmailMessage:
        """Wait for the newest letter to somebody, by a word of its subject."""

        def found() -> list[EmailMessage]:
            mine = (letter for letter in self.mailbox.letters if to in str(letter["To"]))
            return [letter for letter in mine if about in str(letter["Subject"])]

        until(found, otherwise=lambda: self.log.read_text("utf-8"))
        return found()[-1]


def until(true: Callable[[], object], *, otherwise: Callable[[], str]) -> None:
    """Wait for something to become true; a wait in vain fails with what is known by then."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.05)


def words_of(letter: EmailMessage) -> str:
    """Give the plain words of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@contextmanager
def running_site(base: Settings, *, shared: Path) -> Iterator[Site]:
    """Copy the filled site, serve the copy, and end everything afterwards."""
    mailbox, port = Mailbox(), mail_server.free_port()
    mail = mail_server.start(mailbox)
    url = f"http://127.0.0.1:{port}"
    assert base.database_url
    settings = replace(
        base,
        data_dir=base.data_dir / "site",
        database_url=fresh_database(
            base.database_url, f"{base.data_dir.name}_site", template=FILLED
        ),
        port=port,
        web_processes=1,
        public_url=url,
        smtp_url=f"smtp://127.0.0.1:{mail.port}",
    )
    shutil.copytree(shared / FILLED, settings.data_dir, symlinks=True)
    app = create_app(settings)
    log = settings.data_dir / "said.txt"
    try:
        with processes(settings, log):
            until(lambda: answers(url), otherwise=lambda: log.read_text("utf-8"))
            yield Site(url=url, settings=settings, app=app, mailbox=mailbox, log=log)
    finally:
        mail.stop()


def fill_once(base: Settings, *, shared: Path) -> None:
    """Make the site that every test process copies, unless another one has."""
    with first_comer(shared, FILLED) as first:
        if not first:
            return
        assert base.database_url
        url = fresh_database(base.database_url, FILLED, template=MIGRATED)
        settings = replace(base, data_dir=shared / FILLED, database_url=url)
        share_templates(shared, settings.data_dir)
        filled(settings)


def filled(settings: Settings) -> None:
    """Lay down the municipalities, the demo's people and two halls that take ideas."""
    app = create_app(settings)
    with app.app_context():
        tenancy.sync_default()
        database.bind(NATION)
        people.create(settings)
        commitments.fill(registry(), now=datetime.now(UTC))
        database.commit()
        halls = [hall for hall in map(tenancy.by_slug, HALLS) if hall is not None]
    for hall in halls:
        with app.app_context():
            database.bind(hall.id)
            act = Decision(
                state="on",
                decided_by="ნ. ნიმუშაძე",
                act_number="12-3",
                act_date=local_day(datetime.now(UTC)),
            )
            modules = app.extensions["mms_modules"]
            switch(modules, hall.id, module=MODULE, decision=act)
            if hall.slug == FULL:
                units.fill(modules, hall, modules=[MODULE])
                modules.ask_all("mms_demo", [MODULE], tenant=hall, clock=datetime.now(UTC))
                platforms.fill(modules, hall, modules=[MODULE], now=datetime.now(UTC))
                db.session().info.pop("after_commit", None)  # the past moves nobody today
            database.commit()
    walk_feedback.fill(app)
    walk_reception_day.fill(app)


@contextmanager
def processes(settings: Settings, log: Path) -> Iterator[None]:
    """Run the web server and the worker beside it, and stop both."""
    commands = (["mms_core.serve"], ["mms_core.cli", "worker"])
    with log.open("w", encoding="utf-8") as said:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", *command],
                env=environment(settings),
                stdout=said,
                stderr=said,
                process_group=0,
            )
            for command in commands
        ]
        try:
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """Write the settings as the variables that an administrator sets."""
    return {
        **os.environ,
        "MMS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url or "",
        "HOST": settings.host,
        "PORT": str(settings.port),
        "MMS_WEB_PROCESSES": str(settings.web_processes),
        "MMS_DEMO": "1",
        "MMS_PUBLIC_URL": settings.public_url,
        "MMS_SMTP_URL": settings.smtp_url or "",
        "MMS_SECRET_KEY": settings.secret_key or "",
        "PYTHONUNBUFFERED": "1",
    }


def answers(url: str) -> bool:
    """Tell whether the web server serves."""
    try:
        with urllib.request.urlopen(f"{url}/livez", timeout=5) as page:  # noqa: S310 - http, ours
            return bool(page.status == 200)
    except OSError:
        return False
