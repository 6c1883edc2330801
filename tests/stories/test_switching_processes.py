"""A switch works at once in every process, and no log of an errand names a person."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from flask import Flask
from lamp_town import DESK, install, lamp_app, people
from real_site import until

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.modules import registry
from mms_core.switching import planning
from mms_core.tenancy import rules as tenancy
from mms_core.testing import clean

ALLOW = "/ministry/modules/street_lamps"
ROOT = Path(__file__).resolve().parents[2]
NAME, EMAIL, PHONE = "ბარბარე საცდელიშვილი", "barbare@mail.example", "+995 599 00 11 22"


@dataclass(frozen=True, kw_only=True)
class Process:
    """A web process of its own, and what it wrote."""

    port: int
    log: Path


@pytest.fixture
def site(mms_app: Flask, settings: Settings, tmp_path: Path) -> Iterator[dict[str, str]]:
    town = lamp_app(settings, tmp_path)
    people(town, settings)
    yield os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), install(tmp_path)]),
        "MMS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url or "",
        "MMS_SECRET_KEY": settings.secret(),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }
    clean(settings)


@contextmanager
def serving(environment: dict[str, str], log: Path, *, demo: bool = True) -> Iterator[Process]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "mms_core.app:create_app()"],
            env=environment | {"MMS_DEMO": "1" if demo else ""},
            stdout=out,
            stderr=out,
            cwd=ROOT,
        )
        try:
            _wait(port, process, log)
            yield Process(port=port, log=log)
        finally:
            process.terminate()
            process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


class Browser:
    """Keeps cookies and sends forms with their token, as people's browsers do."""

    def __init__(self) -> None:
        self.cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(self.cookies)

    def get(self, process: Process, path: str) -> tuple[int, str]:
        return self._open(f"http://127.0.0.1:{process.port}{path}", None)

    def send(self, process: Process, path: str, *, form: str, **typed: str) -> tuple[int, str]:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(process, form)[1])
        data = typed | {"csrf_token": token[1] if token else ""}
        address = f"http://127.0.0.1:{process.port}{path}"
        return self._open(address, urllib.parse.urlencode(data).encode())

    def _open(self, address: str, data: bytes | None) -> tuple[int, str]:
        try:
            with self.opener.open(address, data, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()

    def sign_in(self, process: Process, who: str) -> None:
        typed = {"email": f"{who}@mms.example", "password": "demo"}
        status, _text = self.send(process, "/sign-in", form="/sign-in", **typed)
        assert status in {200, 404}, "the desk may not be there"


def _decide_as_one(one: Process, two: Process) -> None:
    """What the ministry decides in one process holds in the other with the next request."""
    head, ministry = Browser(), Browser()
    head.sign_in(two, "head")
    ministry.sign_in(one, "ministry")
    plan = f"{DESK}/plan"  # a page that has a form in every state
    head.send(two, f"{DESK}/switch", form=plan, state="closing")
    for scope, expected in (("listed", 403), ("everywhere", 200)):
        ministry.send(one, ALLOW, form=ALLOW, scope=scope)
        assert head.send(two, f"{DESK}/switch", form=plan, state="on")[0] == expected
    days = f"{ALLOW}/settings/answer_days"
    ministry.send(one, days, form=days, most="20", reason="Equal terms.")
    far = head.send(two, f"{DESK}/settings", form=f"{DESK}/settings", answer_days="30")
    assert far[0] == 422
    tomorrow = (local_day(datetime.now(UTC)) + timedelta(days=1)).isoformat()
    assert head.send(two, plan, form=plan, state="trial", on_day=tomorrow)[0] == 200


def _its_day_comes(site: dict[str, str], folder: Path) -> None:
    """Do what the worker, a third process, does on the day."""
    settings = Settings(
        data_dir=Path(site["MMS_DATA"]),
        database_url=site["DATABASE_URL"],
        secret_key=site["MMS_SECRET_KEY"],
        demo=True,
    )
    with lamp_app(settings, folder).app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall
        database.bind(hall.id)
        plan = planning.waiting(hall.id, module="street_lamps")
        assert plan
        planning.fulfil(registry(), hall.id, plan.id)
        database.commit()


def test_two_processes_switch_as_one(site: dict[str, str], tmp_path: Path) -> None:
    with serving(site, tmp_path / "1.log") as one, serving(site, tmp_path / "2.log") as two:
        head, citizen = Browser(), Browser()
        head.sign_in(one, "head")
        for state, expected in (("on", 200), ("off", 404), ("on", 200)):
            assert head.send(one, f"{DESK}/switch", form=f"{DESK}/", state=state)[0] == 200
            assert citizen.get(two, "/tskaltubo/lamps/")[0] == expected
            assert citizen.get(one, "/tskaltubo/lamps/")[0] == expected
        asked = citizen.get(two, "/metrics")[1]
        _decide_as_one(one, two)
        assert [citizen.get(each, "/tskaltubo/lamps/")[0] for each in (one, two)] == [200, 200]
        _an_errand_leaves_no_personal_data_in_the_log(one)
        _its_day_comes(site, tmp_path)
        assert [citizen.get(each, "/tskaltubo/lamps/")[0] for each in (one, two)] == [404, 404]
        assert "შესრულდა გეგმის მიხედვით" in head.get(one, f"{DESK}/")[1]
    counted = re.search(
        r'mms_requests_total\{endpoint="street_lamps.index",method="GET",status="200"\} (\S+)',
        asked,
    )
    assert counted, asked
    assert float(counted[1]) == 4, "both processes are counted"


def _an_errand_leaves_no_personal_data_in_the_log(process: Process) -> None:
    """Also not where it fails: the errand is sent once rightly and once broken."""
    citizen = Browser()
    typed = {"title": "Dark", "body": NAME, "name": NAME, "email": EMAIL, "phone": PHONE}
    address = "/tskaltubo/lamps/new"
    assert citizen.send(process, address, form="/sign-in", **typed)[0] == 200
    broken = typed | {"title": "\x00"}
    assert citizen.send(process, address, form="/sign-in", **broken)[0] >= 400
    until(lambda: process.log.read_text().count("street_lamps.new") > 1)
    text = process.log.read_text()
    for word in (NAME, "საცდელიშვილი", EMAIL, "599 00 11 22", "head@mms.example"):
        assert word not in text, text


def test_production_writes_json(site: dict[str, str], tmp_path: Path, settings: Settings) -> None:
    clean(settings)  # production refuses to start while a demo account exists
    with serving(site, tmp_path / "log", demo=False) as process:
        Browser().send(process, "/sign-in", form="/sign-in", email="a", password="b")
    lines = [line for line in process.log.read_text().splitlines() if line.startswith("{")]
    said = [json.loads(line) for line in lines]
    assert any(line["event"] == "request" for line in said)
