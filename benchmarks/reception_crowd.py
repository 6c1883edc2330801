"""A crowd at one time: each with a connection of its own, all in the same moment."""

from __future__ import annotations

import re
import threading
import time
import uuid
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from benchmarks import pages, reception_hall
from benchmarks.load import Connection
from benchmarks.reception_data import LARGE
from benchmarks.reception_hall import ABOUT
from benchmarks.site import Site
from mms_core import db as database
from mms_core.db import db
from plugins.citizen_reception.booking_models import Hold

SLOT = re.compile(r'name="slot" id="[^"]+" value="([^"]+)"')


def meet(app: Flask, site: Site, *, capacity: int, many: int) -> None:
    """Let a crowd choose one time in the same moment, each with a session of their own."""
    hall, kind = reception_hall.find(app, LARGE), 0 if capacity == 1 else 1
    slot = reception_hall.untouched(app, hall, kind)
    fields = {"about": ABOUT, "kind": str(hall.kinds[kind]), "matters": "1", "slot": slot}
    ask = pages.posts(site, hall.why, [f"{hall.why}/times"], fields)
    wires = [ask(client % 8, client) for client in range(many)]
    gate, answers = threading.Barrier(many + 1), [(0, "", 0.0)] * many

    def come(number: int) -> None:
        connection = Connection(site.port)
        connection.open()
        gate.wait()
        begun = time.perf_counter()
        status, _size = connection.ask(wires[number])
        took = time.perf_counter() - begun
        answers[number] = (status, connection.body.decode(), took)

    crowd = [threading.Thread(target=come, args=(number,)) for number in range(many)]
    for one in crowd:
        one.start()
    used = site.cpu_seconds()
    gate.wait()
    started = time.perf_counter()
    for one in crowd:
        one.join()
    passed = time.perf_counter() - started
    _tell(app, hall, slot, answers, capacity=capacity, passed=passed)
    print(f"the site used {site.cpu_seconds() - used:.1f} s of processor time")


def _tell(
    app: Flask, hall: reception_hall.Hall, slot: str, answers: list[tuple[int, str, float]], *,
    capacity: int, passed: float,
) -> None:  # fmt: skip
    got = sum(status == 303 for status, _body, _time in answers)
    refused = [SLOT.findall(body) for status, body, _time in answers if status == 422]
    told = sum(bool(found) and slot not in found for found in refused)
    official_id, _bar, at = slot.partition("|")
    with app.app_context():
        database.bind(hall.tenant_id)
        mine = (Hold.tenant_id == hall.tenant_id) & (Hold.official_id == uuid.UUID(official_id))
        same = mine & (Hold.starts_at == datetime.fromisoformat(at)) & (Hold.until > func.now())
        kept = db.session.scalar(select(func.count()).select_from(Hold).where(same))
    waits = sorted(took for _status, _body, took in answers)
    print(f"\n{len(answers)} people at one time for {capacity}: {got} got it, {kept} in the"
          f" database, {told} of {len(refused)} others saw the next free times")  # fmt: skip
    print(f"all answered within {passed:.1f} s; half of them within {waits[len(waits) // 2]:.1f} s")
    met = got == kept == capacity and told == len(answers) - capacity
    print("met" if met else "NOT MET (exactly the capacity, everybody else told)", flush=True)
