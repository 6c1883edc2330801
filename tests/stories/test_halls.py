"""A hall leaves with all that is its own, is erased with a certificate, or joins another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from idea_kit import TITLE, answer, give, hall, picture, turn
from sqlalchemy import select

from mms_core import db as database
from mms_core.app import create_app
from mms_core.backup.archive import BackupError, reading
from mms_core.cases.keys import key_of
from mms_core.cases.models import Case
from mms_core.cases.seals import verify
from mms_core.config import Settings
from mms_core.db import db
from mms_core.desk.forward_views import copies
from mms_core.errors import Refused
from mms_core.halls.carrying import bring, export, files_of, fingerprint
from mms_core.halls.erasing import erase
from mms_core.halls.merging import merge
from mms_core.halls.models import HallErased
from mms_core.monitoring.models import StatDelta
from mms_core.testing import migrated_database, page

ZUGDIDI = 46


@pytest.fixture
def archive(app: Flask, settings: Settings, tmp_path: Path) -> tuple[Path, str]:
    """Give an archive of a hall with one answered idea and its picture, and the receipt's way."""
    turn(app, "on", managing_unit="განყოფილება")
    turn(app, "on", slug="batumi")
    assert give(app.test_client(), "batumi").status_code == 303
    sent = give(app.test_client(), files=picture())
    assert sent.status_code == 303, page(sent)
    with hall(app):
        number = db.session.scalars(select(Case.number)).one()
    answer(app, number, "accept", "ვეთანხმებით.")
    target = tmp_path / "zugdidi.tar"
    with app.app_context():
        export(settings, app.extensions["mms_modules"], ZUGDIDI, target)
    return target, str(sent.location)


def test_a_hall_is_carried_into_another_installation(
    app: Flask, settings: Settings, archive: tuple[Path, str], tmp_path: Path
) -> None:
    source, receipt = archive
    url = migrated_database(settings, "elsewhere")
    there = replace(settings, database_url=url, data_dir=tmp_path / "elsewhere")
    modules = app.extensions["mms_modules"]
    other = create_app(there)
    with other.app_context():
        from mms_core.tenancy.rules import sync_default

        database.bind(database.NATION)
        sync_default()
        bring(there, modules, source)
    words = page(other.test_client().get(receipt))
    assert TITLE in words, "the old receipt opens the idea there"
    assert files_of(there, ZUGDIDI) == files_of(settings, ZUGDIDI) != []
    with hall(other) as tenant:
        case = db.session.scalars(select(Case)).one()
        assert case.answer == "ვეთანხმებით."
        assert list(verify(tenant.id)) == [], "its log is whole"
    number = page(give(other.test_client()))
    assert number is not None, "numbers go on where they were"
    with hall(other, "batumi"):
        assert db.session.scalars(select(Case)).all() == [], "nothing of another hall came along"
    with other.app_context(), pytest.raises(BackupError, match="not empty"):
        bring(there, modules, source)


def test_a_hall_is_erased_only_with_a_fresh_archive_and_a_certificate(
    app: Flask, settings: Settings, archive: tuple[Path, str], tmp_path: Path
) -> None:
    modules, source = app.extensions["mms_modules"], archive[0]
    assert give(app.test_client(), title="კიდევ ერთი იდეა ქალაქისთვის").status_code == 303
    with hall(app) as tenant:
        zugdidi = tenant
    told = {"by": "ნ. ნიმუშაძე", "reason": "N 5"}
    with app.app_context(), pytest.raises(BackupError, match="Export it again"):
        erase(settings, modules, zugdidi, source=source, **told)
    fresh = tmp_path / "fresh.tar"
    with app.app_context():
        export(settings, modules, ZUGDIDI, fresh)
        erase(settings, modules, zugdidi, source=fresh, **told)
    with hall(app):
        assert db.session.scalars(select(Case)).all() == []
        paper = db.session.scalars(select(HallErased)).one()
        assert (paper.slug, paper.rows["mms.cases"], paper.reason) == ("zugdidi", 2, "N 5")
        with reading(fresh) as (_tar, manifest):
            assert paper.archive == fingerprint(manifest)
    assert files_of(settings, ZUGDIDI) == []
    with hall(app, "batumi"):
        assert len(db.session.scalars(select(Case)).all()) == 1, "another hall is untouched"
    with app.app_context():
        bring(settings, modules, fresh)
    with hall(app):
        assert len(db.session.scalars(select(Case)).all()) == 2, "and it can come back"


def test_a_merged_city_moves_its_open_cases_to_its_municipality(
    app: Flask, settings: Settings
) -> None:
    for slug in ("gori-city", "gori"):
        turn(app, "on", slug=slug)
    browser = app.test_client()
    sent = give(browser, "gori-city", settlement="გორი", files=picture())
    assert sent.status_code == 303, page(sent)
    modules = app.extensions["mms_modules"]
    with hall(app, "gori") as successor:
        gori = successor
    with hall(app, "gori-city") as city:
        before = db.session.scalars(select(Case)).one()
        due, number = before.due_on, before.number
        db.session.expunge_all()
    with hall(app, "gori-city") as city:
        now = before.opened_at
        with pytest.raises(Refused):
            merge(modules, gori, city, now=now)
        assert merge(modules, city, gori, now=now, copies=copies) == 1
        assert merge(modules, city, gori, now=now, copies=copies) == 0, "a second run moves nothing"
    with hall(app, "gori"):
        there = db.session.scalars(select(Case)).one()
        assert (there.title, there.due_on, there.state) == (TITLE, due, "received")
        assert there.search, "it is found by its old number, too"
        new = there.number
    with hall(app, "gori-city"):
        old = db.session.scalars(select(Case)).one()
        db.session.expunge_all()
        assert (old.is_open, old.answered_at, old.due_on) == (False, None, None)
    with hall(app, "gori"):
        figures = db.session.execute(sa.select(StatDelta.measure, StatDelta.n)).all()
        assert figures == [("due", 1)], "nothing was opened or answered anew"
    key = key_of(settings, old.tenant_id, old.id)
    shown = page(browser.get(f"/gori-city/cases/{number}?key={key}", follow_redirects=True))
    assert new in shown, "the old number leads on"
