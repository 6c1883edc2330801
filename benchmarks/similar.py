"""`python -m benchmarks.similar`: alike ideas among 200,000 beside 2,000 and an idea's page.

Before it, precision and recall over the pairs of `tests/data/similar_wishes.toml`, asked in the
large hall, where every stem is shared by thousands.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import tomllib
from pathlib import Path

from flask import Flask

from benchmarks.data import HALL, MODULE
from benchmarks.place import Place
from mms_core import db as database
from mms_core.app import create_app
from mms_core.cases import similar
from mms_core.db import db, uuid7

SLUG = "zugdidi"
WISHES = Path(__file__).parent.parent / "tests/data/similar_wishes.toml"
BOUND, AGAINST_IDEA = 1.2, 5.0
ASKED = ("შევაკეთოთ გზა სკოლასთან", "ახალი ხიდი მდინარესთან", "wyali ar aris soflis centrSi")


def main() -> None:
    """Fill both sizes, then measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.similar")
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
        app.config.update(WTF_CSRF_ENABLED=False)
    quality(apps[1])
    speed(apps, rounds=options.rounds)


def quality(app: Flask) -> None:
    """Ask with each telling of a wish in the large hall; print recall and precision."""
    wishes = tomllib.loads(WISHES.read_text(encoding="utf-8"))
    firsts = [wish["first"] for wish in wishes["wish"]]
    pairs = found = shown = 0
    with app.app_context():
        database.bind(HALL)
        known = {text: _put(text) for text in firsts + [one["text"] for one in wishes["apart"]]}
        for wish in wishes["wish"]:
            for telling in wish["again"]:
                alike = similar.similar(HALL, telling, module=MODULE)
                ids = [item.case_id for item in alike]
                pairs, found = pairs + 1, found + (known[wish["first"]] in ids)
                shown += len(ids)
        database.rollback()
    print(f"pairs {pairs}, found {found} ({found / pairs:.2f}), shown {shown}", flush=True)


def _put(text: str) -> object:
    """Put a wish among the others for the time of the measurement."""
    number = uuid7()
    db.session.connection().exec_driver_sql(
        "insert into mms.cases select (jsonb_populate_record(c, jsonb_build_object("
        "'id', %(id)s::text, 'number', %(id)s::text, 'title', %(title)s::text, 'body', ''))).*"
        " from mms.cases c where c.tenant_id = 46 limit 1",
        {"id": str(number), "title": text},
    )
    for stem in similar.keys_of_text(text, "", module=MODULE):
        db.session.connection().exec_driver_sql(
            "insert into mms.case_key (tenant_id, stem, case_id) values (46, %s, %s)",
            (stem, number),
        )
    return number


def speed(apps: list[Flask], *, rounds: int) -> None:
    """Ask both sizes in turn for alike ideas and for one idea's page; print medians and ratios."""
    alike: list[list[float]] = [[], []]
    page: list[list[float]] = [[], []]
    ways = [f"/{SLUG}/ideas/{_number(app)}" for app in apps]
    for turn in range(rounds + 3):
        for size, app in enumerate(apps):
            client = app.test_client()
            started = time.perf_counter()
            client.post(f"/{SLUG}/ideas/new/alike", data={"title": ASKED[turn % 3], "body": ""})
            between = time.perf_counter()
            client.get(f"{ways[size]}?v={turn}")
            if turn >= 3:
                alike[size].append(between - started)
                page[size].append(time.perf_counter() - between)
    few, many = (statistics.median(times) * 1000 for times in alike)
    one = statistics.median(page[1]) * 1000
    print(f"alike: {few:.1f} ms among few, {many:.1f} ms among many, ratio {many / few:.2f}")
    print(f"an idea's page among many: {one:.1f} ms; alike is {many / one:.2f} of it")
    print("met" if many / few <= BOUND and many / one < AGAINST_IDEA else "NOT MET")


def _number(app: Flask) -> str:
    with app.app_context():
        database.bind(HALL)
        sql = "select number from mms.cases where tenant_id = 46 limit 1"
        return str(db.session.connection().exec_driver_sql(sql).scalar_one())


if __name__ == "__main__":
    main()
