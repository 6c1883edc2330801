"""The module by itself: its table of steps, its categories, its demo, its figures and command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.contract import unanswered_ends
from mms_core.db import NATION, db
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor import categories, commands, demo
from plugins.your_idea_to_mayor.cases import IDEA
from plugins.your_idea_to_mayor.models import Idea

MODULE = "your_idea_to_mayor"
FOLDER = Path(demo.__file__).parent
ICONS = Path(__file__).parents[3] / "tools" / "icons.txt"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@contextmanager
def hall(app: Flask, slug: str) -> Iterator[Any]:
    with app.app_context():
        database.bind(NATION)
        tenant: Any = tenancy.by_slug(slug)
        database.bind(tenant.id)
        yield tenant
        database.commit()


@pytest.fixture
def filled(app: Flask) -> Flask:
    registry = app.extensions["mms_modules"]
    for slug in ("zugdidi", "mestia"):
        with hall(app, slug) as tenant:
            on = Decision(state="on", decided_by="ტესტი")
            switch(registry, tenant.id, module=MODULE, decision=on)
            registry.ask("mms_demo", MODULE, tenant=tenant, clock=NOW)
            db.session().info.pop("after_commit", None)
    return app


def test_no_way_leads_past_an_answer() -> None:
    assert unanswered_ends(IDEA) == set()
    closed = {state.name for state in IDEA.states if not state.open}
    answered = {"done", "dropped", "answered", "rejected", "blocked"}
    answered |= {"forwarded", "became_application"}  # the core's own ways
    assert answered | {"withdrawn"} == closed
    assert {step.target for step in IDEA.steps if step.source} >= closed


def test_every_step_tells_the_citizen_by_letter_and_in_the_timeline() -> None:
    for step in IDEA.steps:
        assert step.told, step.name
        if step.forwards:
            continue  # the core's own step, with a letter of the core
        for language in ("ka", "en"):
            letter = FOLDER / "templates" / MODULE / "messages" / f"{step.message}.{language}.txt"
            assert letter.read_text(encoding="utf-8").startswith("Subject: ")


def test_a_hall_has_its_own_categories() -> None:
    typed = (
        "გზები | Roads\n\nწყალი\n  | nothing\nკლდის ნაშალი | Rockfall | wrench | rocks | retired"
    )
    found = categories.own_categories(typed)
    assert [(one.key, one.ka, one.en, one.icon, one.retired) for one in found] == [
        ("gzebi", "გზები", "Roads", "lightbulb", False),
        ("tskali", "წყალი", "", "lightbulb", False),
        ("rocks", "კლდის ნაშალი", "Rockfall", "wrench", True),
    ]
    assert categories.own_categories(categories.written(found)) == found
    assert set(categories.ICONS) <= set(ICONS.read_text("utf-8").split()), "each icon is drawn"


def test_a_place_takes_its_ending() -> None:
    assert demo.locative("ჭალადიდი") == "ჭალადიდში"
    assert demo.locative("ორსანტია") == "ორსანტიაში"


def test_the_demo_is_believable(filled: Flask) -> None:
    with hall(filled, "zugdidi"):
        states = Counter(db.session.scalars(select(Idea.state)))
        assert sum(states.values()) >= 40
        looked = {"received", "under_review", "accepted", "rejected"}
        assert looked | {"planned", "in_work", "done", "dropped"} <= set(states)
        cases = db.session.scalars(select(Case)).all()
        assert all(case.opened_at < NOW and case.updated_at < NOW for case in cases)
        assert all(case.answer for case in cases if not case.is_open)
        unanswered = [c for c in cases if c.answered_at is None]
        assert sum(c.due_on < NOW.date() for c in unanswered if c.due_on) == 1
    with hall(filled, "mestia"):
        assert 3 <= db.session.scalar(select(func.count()).select_from(Idea)) <= 8  # type: ignore[operator]


def test_open_data_carry_no_personal_data(filled: Flask) -> None:
    registry = filled.extensions["mms_modules"]
    with hall(filled, "zugdidi") as tenant:
        dataset = registry.loaded[MODULE].datasets[0]
        rows = list(dataset.rows(tenant, None))
        recent = list(dataset.rows(tenant, datetime(2026, 9, 1, tzinfo=UTC).date()))
        public = db.session.scalar(select(func.count()).where(Idea.is_public))
    assert len(rows) == public
    assert 0 < len(recent) < len(rows)
    assert all(len(row) == len(dataset.columns) for row in rows)
    assert not any("ნიმუშაძე" in str(row) for row in rows)


def test_the_command_lists_who_waits_longest(filled: Flask) -> None:
    with filled.app_context():
        database.bind(NATION)
        said = CliRunner().invoke(commands.waiting, ["zugdidi"])
        wrong = CliRunner().invoke(commands.waiting, ["atlantis"])
    assert said.exit_code == 0, said.output
    due = re.findall(r"due (\d{4}-\d\d-\d\d)", said.output)
    assert due == sorted(due)
    assert len(due) >= 3
    assert wrong.exit_code == 1
    assert "mms tenants list" in wrong.output


def test_the_command_stands_behind_the_modules_name(filled: Flask, settings: Settings) -> None:
    own = {
        "DATABASE_URL": str(settings.database_url),
        "MMS_SECRET_KEY": str(settings.secret_key),
        "MMS_DATA": str(settings.data_dir),
    }
    command = [sys.executable, "-m", "mms_core.cli", MODULE, "waiting", "zugdidi", "--limit", "1"]
    done = subprocess.run(
        command, env=os.environ | own, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"[A-Z]{3}-2026-\d{6}-\d  2026-", done.stdout), done.stdout


def test_navigation_counts_what_the_public_reads(filled: Flask) -> None:
    registry = filled.extensions["mms_modules"]
    with filled.test_request_context("/zugdidi/"), hall(filled, "zugdidi") as tenant:
        from flask import g

        g.tenant = tenant
        item = registry.ask("mms_navigation", MODULE, tenant=tenant, person=None)[0]
        public = db.session.scalar(select(func.count()).where(Idea.is_public))
        assert str(public) in str(item.figure)
        assert item.url == "/zugdidi/ideas/"


def test_every_word_is_georgian_too() -> None:
    have = set()
    catalogues = "translations/ka/LC_MESSAGES/*.po"  # what the core says already is not said twice
    for path in (*FOLDER.glob(catalogues), *FOLDER.parents[1].glob(f"mms_core/{catalogues}")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="ka")
        have |= {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id and m.string}
    used = set()
    for path in (*FOLDER.glob("*.py"), *FOLDER.rglob("*.html")):
        used |= set(re.findall(r'\b_\(\s*"((?:[^"\\]|\\.)+)"', path.read_text(encoding="utf-8")))
    assert used
    # A text that stands on two lines of code is seen here by its beginning.
    assert not {text for text in used - have if not any(one.startswith(text) for one in have)}
