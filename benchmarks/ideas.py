"""`python -m benchmarks.ideas`: one hall with 200,000 ideas beside one with 2,000, and a storm.

Each page is asked of both sizes in turn, never from what was kept, so that other load on the
machine falls on both alike; the medians are compared.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select, text

from benchmarks.place import Place
from mms_core import db as database
from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.people.models import Account
from mms_core.trimming import trim_changes
from plugins.your_idea_to_mayor import supports
from plugins.your_idea_to_mayor.models import Idea, Support
from plugins.your_idea_to_mayor.settings import settings_now

HALL, SLUG = 46, "zugdidi"
PLACE = quote("რუხი")
PAGES = {
    "list": "?",
    "list, category": "?category=roads",
    "list, place": f"?settlement={PLACE}",
    "list, state": "?state=rejected",
    "list, answered": "?answered=yes",
    "list, unanswered": "?answered=no",
    "list, category and place": f"?category=roads&settlement={PLACE}",
    "list, all filters": f"?category=roads&settlement={PLACE}&state=done&answered=yes",
    "list, filters that nothing passes": "?state=answered&category=roads",
    "list, most supported": "?sort=supported",
    "list, most supported by place": f"?sort=supported&settlement={PLACE}&category=roads",
    "list, unanswered longest": "?sort=waiting",
    "list, unanswered longest by category": "?sort=waiting&category=roads",
    "list, far down": "{far}",
    "search, a frequent word": f"?q={quote('განათება')}",
    "search, two words": f"?q={quote('ბიბლიოთეკა სადგურთან')}",
    "idea": "{number}?",
    "results": "results?",
    "year": f"years/{datetime.now(UTC).year}?",
}
BOUND, PEOPLE, PROCESSES = 1.2, 2000, 4
JOINED = datetime(2026, 1, 1, tzinfo=UTC)  # when the people of the storm made their accounts


def main() -> None:
    """Measure both sizes and print the ratios, then let 2,000 people support one idea."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ideas")
    parser.add_argument("--ideas", type=int, default=200_000)
    parser.add_argument("--small", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    folder = Path(os.environ.get("MMS_DATA", "var")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    places = [Place(folder, size, only=SLUG) for size in (options.small, options.ideas)]
    for place in places:
        place.ready()
    apps = [create_app(place.settings) for place in places]
    for app in apps:
        _calm(app)  # what a run that was cut off has left
        _tally(app)
    if options.rounds:
        _pages([_Reader(app) for app in apps], rounds=options.rounds)
    try:
        _storm(places[0], apps[0])
    finally:
        _calm(apps[0])


def _calm(app: Flask) -> None:
    """Take back what storms have left: supports, accounts, what waits to be folded, and marks.

    The small hall would get slower with each run, and be compared with one that does not.
    """
    joined = select(Account.id).where(Account.created == JOINED)
    with app.app_context():
        database.bind(NATION)
        people = db.session.scalars(joined).all()
        database.rollback()
        database.bind(HALL)
        for one in people:
            supports.forget(HALL, one)
        now = datetime.now(UTC)
        supports.fold(HALL, now=now)
        trim_changes(HALL, now=now + timedelta(days=1))
        database.commit()
        database.bind(NATION)
        db.session.execute(delete(Account).where(Account.created == JOINED))
        database.commit()


def _tally(app: Flask) -> None:
    from plugins.your_idea_to_mayor import tallies

    with app.app_context():
        database.bind(HALL)
        tallies.recount(HALL)
        database.commit()


class _Reader:
    """Asks one size for pages, each time with an address that nobody asked before."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.asked = 0
        with app.app_context():
            database.bind(HALL)
            idea = Idea.__table__
            row = db.session.execute(
                select(idea.c.case_id, idea.c.published_at)
                .where(idea.c.tenant_id == HALL)
                .order_by(idea.c.published_at)
                .offset(300)
                .limit(1)
            ).one()
            from plugins.your_idea_to_mayor.listing import write_place

            self.far = f"?before={write_place(row.published_at, row.case_id)}"
            number = "select number from mms.cases where tenant_id = 46 and id = :id"
            found = db.session.execute(text(number), {"id": row.case_id})
            self.number = str(found.scalar_one())

    def ask(self, path: str) -> float:
        """Give the seconds that a page took."""
        self.asked += 1
        filled = path.format(far=self.far, number=self.number)
        started = time.perf_counter()
        answer = self.client.get(f"/{SLUG}/ideas/{filled}&v={self.asked}")
        passed = time.perf_counter() - started
        if answer.status_code != 200:
            raise SystemExit(f"{filled}: {answer.status_code}")
        return passed


def _pages(readers: list[_Reader], *, rounds: int) -> None:
    print(f"{'page':<40} {'small ms':>9} {'large ms':>9} {'ratio':>6}")
    for what, path in PAGES.items():
        seen: list[list[float]] = [[], []]
        for turn in range(rounds + 3):
            for times, reader in zip(seen, readers, strict=True):
                passed = reader.ask(path)
                if turn >= 3:
                    times.append(passed)
        small, large = (statistics.median(times) * 1000 for times in seen)
        met = "" if large / small <= BOUND else f"  NOT MET (at most {BOUND})"
        print(f"{what:<40} {small:>9.2f} {large:>9.2f} {large / small:>6.2f}{met}", flush=True)


def _storm(place: Place, app: Flask) -> None:
    """Let 2,000 people support one idea from several processes, and count the rows."""
    people = [uuid.uuid4() for _n in range(PEOPLE)]
    with app.app_context():
        database.bind(NATION)
        db.session.execute(
            insert(Account.__table__), [{"id": one, "created": JOINED} for one in people]
        )
        database.commit()
        database.bind(HALL)
        case_id = db.session.scalars(select(Idea.case_id).where(Idea.state == "received")).first()
        database.rollback()
    start = multiprocessing.get_context("spawn")
    ready, used = start.Barrier(PROCESSES + 1), start.Value("d", 0.0)
    crowd = [
        start.Process(
            target=_support, args=(place.settings, case_id, people[n::PROCESSES], ready, used)
        )
        for n in range(PROCESSES)
    ]
    for one in crowd:
        one.start()
    ready.wait(120)
    started = time.perf_counter()
    for one in crowd:
        one.join()
    passed = time.perf_counter() - started
    with app.app_context():
        database.bind(HALL)
        mine = select(func.count()).where(Support.tenant_id == HALL, Support.case_id == case_id)
        kept = db.session.execute(mine.where(Support.person_id.in_(people))).scalar_one()
    print(f"\n{PEOPLE} supports of one idea by {PROCESSES} processes: {passed:.1f} s, {kept} kept")
    load = os.getloadavg()[0]
    print(f"their processor time: {used.value:.1f} s; load of the machine: {load:.1f}")
    print("met" if kept == PEOPLE and passed <= 10 else "NOT MET (2,000 in 10 s, none lost)")


def _support(
    settings: Settings, case_id: uuid.UUID, people: list[uuid.UUID], ready: Any, used: Any
) -> None:
    app = create_app(settings)
    idea = SimpleNamespace(id=case_id, author_id=None, is_public=True, is_open=True)
    with app.app_context():
        database.bind(HALL)
        settings_here = settings_now(HALL)  # as the guard has read them before the page
    ready.wait(120)
    before = time.process_time()
    for place, person_id in enumerate(people):
        with app.app_context():
            database.bind(HALL)
            by = supports.Supporter(id=person_id, level=1, address=f"10.{place % 200}.0.1")
            now = datetime.now(UTC)
            supports.support(HALL, idea, by=by, settings=settings_here, now=now)
            database.commit()
    with used.get_lock():
        used.value += time.process_time() - before


if __name__ == "__main__":
    main()
