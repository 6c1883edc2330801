"""`python -m benchmarks.reception`: a crowd at one time, and halls with 40 who receive beside one.

The crowd meets the product as it is served, with two processes. Pages are asked of both halls in
turn, so that other load on the machine falls on both alike; the medians are compared. A booking's
processor time is compared with that of the ORM floor's post, in turn as well.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks import pages, reception_crowd, reception_hall
from benchmarks.floors import TABLES
from benchmarks.load import Connection
from benchmarks.reception_data import LARGE, SMALL, ReceptionPlace
from benchmarks.reception_hall import ABOUT
from benchmarks.site import Site, serving
from mms_core.app import create_app
from plugins.citizen_reception import slots

CROWD, BOUND = 200, 1.3
TURN = 20  # posts of a turn


def main() -> None:
    """Measure the crowd, the pages and the booking, and print what was promised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reception")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--bookings", type=int, default=400)
    parser.add_argument("--crowd", type=int, default=CROWD)
    options = parser.parse_args()
    folder = Path(os.environ.get("MMS_DATA", "var")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    place = ReceptionPlace(folder, 0, only="reception")
    place.ready()
    app = create_app(place.settings)
    app.config["WTF_CSRF_ENABLED"] = False  # for the pages that are asked in this process
    if options.rounds:
        _pages(app, rounds=options.rounds)
    with serving(None, place.environment(), alive="/livez", log=folder / "reception.log") as on:
        for capacity in (1, 5) if options.crowd else ():
            reception_crowd.meet(app, on, capacity=capacity, many=options.crowd)
        if options.bookings:
            _booking(place, app, on, many=options.bookings)


# --- pages ---------------------------------------------------------------------------------------


def _next(app: Flask, hall: reception_hall.Hall) -> Callable[[int], None]:
    """Give the search alone, without a page around it."""

    def ask(_turn: int) -> None:
        if len(reception_hall.free(app, hall, 0, most=slots.OFFERED)) < slots.OFFERED:
            raise SystemExit("The hall has too few free times.")

    return ask


def _page(app: Flask, path: str) -> Callable[[int], None]:
    client = app.test_client()
    client.post(
        path.partition("/times")[0], data={"about": ABOUT, "kind": path.partition("kind=")[2][:36]}
    )

    def ask(turn: int) -> None:
        answer = client.get(f"{path}&v={turn}")
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")

    return ask


def _pages(app: Flask, *, rounds: int) -> None:
    one, many = reception_hall.find(app, SMALL), reception_hall.find(app, LARGE)
    far = datetime.fromordinal(datetime.now(UTC).toordinal() + 300).date().isoformat()
    asked = {
        "calendar page": [_page(app, hall.times()) for hall in (one, many)],
        "calendar page, 300 days ahead": [
            _page(app, hall.times(since=far)) for hall in (one, many)
        ],
        "next free, the search alone": [_next(app, hall) for hall in (one, many)],
    }
    head = ("", "one ms", "40 ms", "ratio", "one CPU", "40 CPU", "ratio")
    print("{:<32} {:>8} {:>8} {:>6} {:>8} {:>8} {:>6}".format(*head))
    for what, pair in asked.items():
        walls, cpus = _in_turn(pair, rounds=rounds)
        small, large = (statistics.median(times) * 1000 for times in walls)
        least, most = (statistics.median(times) * 1000 for times in cpus)
        met = "" if large / small <= BOUND else f"  NOT MET (at most {BOUND})"
        print(f"{what:<32} {small:>8.2f} {large:>8.2f} {large / small:>6.2f}"
              f" {least:>8.2f} {most:>8.2f} {most / least:>6.2f}{met}", flush=True)  # fmt: skip


def _in_turn(
    pair: Sequence[Callable[[int], None]], *, rounds: int
) -> tuple[list[list[float]], list[list[float]]]:
    walls: list[list[float]] = [[], []]
    cpus: list[list[float]] = [[], []]
    for turn in range(rounds + 3):
        for wall, cpu, ask in zip(walls, cpus, pair, strict=True):
            started, used = time.perf_counter(), time.process_time()
            ask(turn)
            if turn >= 3:
                wall.append(time.perf_counter() - started)
                cpu.append(time.process_time() - used)
    return walls, cpus


# --- the booking ---------------------------------------------------------------------------------


def _booking(place: ReceptionPlace, app: Flask, site: Site, *, many: int) -> None:
    """Compare the processor time of the two posts of a booking with the floor's post."""
    with place.admin() as connection:
        for sql in TABLES:
            connection.execute(sql)
        connection.execute("grant usage on schema floor to mms_app")
        connection.execute("grant select, insert on floor.item to mms_app")
    hall = reception_hall.find(app, LARGE)
    free = reception_hall.free(app, hall, 0, most=many + 40)[40:]
    log = place.folder / "floors.log"
    with serving("benchmarks.floors:orm", place.environment(), alive="/list/46", log=log) as floor:
        booking, least = _Bookings(site, hall, free), _Floor(floor)
        for turn in range(many // TURN):
            for meter in (least, booking):
                meter.work(turn * TURN, TURN)
    # The first turn warms both up; of the others the middle one counts, as in `make bench`.
    base, held, booked = (
        statistics.median(used[1:]) / TURN for used in (least.used, booking.held, booking.booked)
    )
    print(f"\nORM post: {base * 1000:.2f} ms of processor time")
    for name, each in (("holding a time", held), ("booking it", booked)):
        print(f"{name}: {each * 1000:.2f} ms, {base / each:.2f} of the ORM post's speed")
    print("met" if base / booked >= 0.5 else "NOT MET (booking at least 0.5)")


class _Floor:
    """Posts to the ORM floor and keeps what it used."""

    def __init__(self, site: Site) -> None:
        self.site, self.connection = site, Connection(site.port)
        self.ask = pages.posts(site, "/token", ["/new/46"], {"title": ABOUT, "body": ABOUT * 5})
        self.used: list[float] = []

    def work(self, since: int, many: int) -> None:
        """Send some posts."""
        before = self.site.cpu_seconds()
        for number in range(since, since + many):
            _good(self.connection.ask(self.ask(0, number))[0])
        self.used.append(self.site.cpu_seconds() - before)


class _Bookings:
    """Books free times one after the other and keeps what each of the two posts used."""

    def __init__(self, site: Site, hall: reception_hall.Hall, free: list[str]) -> None:
        self.site, self.hall, self.free = site, hall, free
        self.connection = Connection(site.port)
        self.page = f"{hall.why}/times"
        self.tokens = pages.session(site, hall.why)
        self.held: list[float] = []
        self.booked: list[float] = []

    def work(self, since: int, many: int) -> None:
        """Hold some times, then book them."""
        before, ways = self.site.cpu_seconds(), []
        for slot in self.free[since : since + many]:
            fields = {"about": ABOUT, "kind": str(self.hall.kinds[0]), "matters": "1", "slot": slot}
            _good(self.connection.ask(self._wire(self.page, fields))[0])
            led = re.search(r"(?mi)^location: (\S+)", self.connection.head.decode())
            ways.append(led[1] if led else "")
        between = self.site.cpu_seconds()
        for number, way in enumerate(ways):
            who = {
                "name": "ნ. ნიმუშაძე",
                "email": f"n{since + number}-{uuid.uuid4().hex[:6]}@p.example",
            }
            _good(self.connection.ask(self._wire(way, who))[0])
        self.held.append(between - before)
        self.booked.append(self.site.cpu_seconds() - between)

    def _wire(self, path: str, fields: dict[str, str]) -> bytes:
        token, cookie = self.tokens
        own: dict[str, Any] = {"csrf_token": token, "_key": str(uuid.uuid4())}
        return pages.post(path, fields | own, cookie=cookie)


def _good(status: int) -> None:
    if status != 303:
        raise SystemExit(f"a post was answered {status}")


if __name__ == "__main__":
    main()
