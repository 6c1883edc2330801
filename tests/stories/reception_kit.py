"""What the stories of bookings share: a hall with one who receives, and the way to a visit."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from reception_kit_day import BASE, WHO, hall, turn

from mms_core.testing import page
from plugins.citizen_reception import officials

ABOUT = "გარე განათება ჩვენს ქუჩაზე"


def open_reception(
    app: Flask, *, capacity: int = 1, people: int = 1, **settings: Any
) -> tuple[str, list[str]]:
    """Let people receive every day of the week but Sunday; gives the kind and the officials."""
    turn(app, **({"booking_cutoff": 0} | settings))
    with hall(app) as tenant:
        kind = officials.add_kind(
            tenant.id, {"name": "მიღება", "minutes": 30, "capacity": capacity}
        )
        who = [
            officials.add(tenant.id, {"name": f"{letter}. ნიმუშაძე", "post": "deputy",
                                      "place": "მერია"})
            for letter in "ათმ"[:people]
        ]  # fmt: skip
        for one in who:
            for weekday in range(1, 6):
                data = {"weekday": weekday, "opens": time(10), "closes": time(18),
                        "break_from": time(13), "break_to": time(14)}  # fmt: skip
                officials.add_hours(one, data | {"kind_id": kind.id if capacity > 1 else None})
        return str(kind.id), [str(one.id) for one in who]


def free(client: FlaskClient, kind: str, **more: str) -> list[str]:
    """Give the free times that the page offers."""
    asked = {"about": ABOUT, "kind": kind} | more
    said = client.post(f"{BASE}/book", data=asked)
    assert ABOUT not in said.location, "no address says why"
    shown = page(client.get(said.location))
    return re.findall(r'name="slot" id="[^"]+" value="([^"]+)"', shown)


def hold(client: FlaskClient, kind: str, slot: str, **more: str) -> Any:
    """Choose a time."""
    data = {"about": ABOUT, "kind": kind, "matters": "1", "slot": slot} | more
    return client.post(f"{BASE}/book/times", data=data)


def book(client: FlaskClient, kind: str, slot: str, **who: str) -> str:
    """Go the whole way to a booked visit; gives its number."""
    held = hold(client, kind, slot)
    assert held.status_code == 303, page(held)
    done = client.post(held.location, data=WHO | who)
    assert done.status_code == 303, page(done)
    found = re.search(r"/visits/([^?]+)", done.location)
    assert found
    client.get(done.location)
    return found[1]
