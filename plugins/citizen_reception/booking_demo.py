"""A believable week of receptions, through the real rules."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from mms_core.cases.log import Actor
from mms_core.cases.rules import Contact, StepAsked, take_step
from mms_core.errors import Invalid
from mms_core.modules import registry
from plugins.citizen_reception import booking, officials, slots
from plugins.citizen_reception.booking_models import Official, VisitKind
from plugins.citizen_reception.settings import settings_now

KINDS = (("პირადი მიღება", "Personal reception", 20, 1),
         ("კონსულტაცია სპეციალისტთან", "Consultation with a specialist", 30, 1))  # fmt: skip
WHO = (
    ("გ. ნიმუშაძე", "G. Nimushadze", "mayor", "", "მერია, მე-2 სართული", (2, 4), 11, 13),
    ("თ. მაგალითაძე", "T. Magalitadze", "deputy", "ინფრასტრუქტურა", "მერია, ოთახი 12",
     (1, 3), 10, 18),
    ("მ. ნიმუშაძე", "M. Nimushadze", "head", "სოციალური საკითხები", "მერია, ოთახი 5",
     (1, 2, 3, 4, 5), 10, 18),
    ("დ. მაგალითაძე", "D. Magalitadze", "representative", "სოფელი გეგუთი", "საზოგადოებრივი ცენტრი",
     (1, 5), 10, 13),
)  # fmt: skip
ABOUT = (
    ("ე. მაგალითაძე", "გარე განათება ჩვენს ქუჩაზე"),
    ("ნ. ნიმუშაძე", "სახლის სახურავის შეკეთებაში დახმარება"),
    ("ლ. ნიმუშაძე", "სოფლის გზის შეკეთება"),
    ("ზ. მაგალითაძე", "სასმელი წყლის მიწოდება"),
    ("თ. ნიმუშაძე", "ბავშვის ჩარიცხვა საბავშვო ბაღში"),
    ("ა. მაგალითაძე", "მიწის ნაკვეთის საზღვრები"),
)  # fmt: skip


def fill(tenant: Any, now: datetime) -> None:
    """Give a hall four who receive, their hours, and visits of the days to come."""
    if officials.every(tenant.id):
        return
    kinds = [
        officials.add_kind(
            tenant.id,
            {"name": name, "name_en": english, "minutes": minutes, "capacity": capacity},
            rank=rank,
        )
        for rank, (name, english, minutes, capacity) in enumerate(KINDS)
    ]
    who = [_official(tenant.id, one, rank) for rank, one in enumerate(WHO)]
    _book(tenant, who, kinds, now=now)


def _official(tenant_id: int, said: Any, rank: int) -> Official:
    name, english, post, duty, place, days, opens, closes = said
    data = {"name": name, "name_en": english, "post": post, "duty": duty, "place": place}
    row = officials.add(tenant_id, data, rank=rank)
    pause = (time(13), time(14)) if closes > 14 else (None, None)  # R2
    for weekday in days:
        hours = {"weekday": weekday, "opens": time(opens), "closes": time(closes),
                 "break_from": pause[0], "break_to": pause[1]}  # fmt: skip
        officials.add_hours(row, hours)
    return row


def _book(
    tenant: Any, who: Sequence[Official], kinds: Sequence[VisitKind], *, now: datetime
) -> None:
    settings = settings_now(tenant.id)
    cases = []
    for number, (name, about) in enumerate(ABOUT):
        official = who[number % len(who)]
        looked = booking.wanted(tenant.id, kinds[number % len(kinds)].id, 1, [official])
        free = slots.next_free(tenant.id, looked, settings, now=now)
        if not free:
            continue
        chosen = free[zlib.crc32(f"{tenant.slug}{about}".encode()) % len(free)]
        contact = Contact(name=name, email=f"mnakhveli{number}@posta.example")
        new = booking.NewVisit(more="", contact=contact)
        try:
            held = booking.hold(tenant.id, looked, chosen.starts_at, about=about,
                                settings=settings, now=now)  # fmt: skip
            case = booking.book(
                registry(), tenant, held.hold.id, new=new, settings=settings, now=now
            )
        except Invalid:  # two of them wanted the same time
            continue
        cases.append(case)
    if cases:
        asked = StepAsked(name="cancel", actor=Actor(role="citizen"))
        take_step(registry(), cases[-1], asked=asked, now=now)
