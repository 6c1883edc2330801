"""A believable week of groups, meetings and letters, through the real rules."""

from __future__ import annotations

import zlib
from datetime import datetime, time, timedelta
from typing import Any

from mms_core.cases.log import Actor
from mms_core.cases.rules import Contact, StepAsked, take_step
from mms_core.clock import local_day
from mms_core.modules import registry
from plugins.citizen_reception import day_demo_queue, letters, meetings, tours
from plugins.citizen_reception.settings import settings_now

OFFICER = Actor(role="operator", name="ლ. მაგალითაძე")
MEETINGS = (
    ("report", "მერის ანგარიში მოსახლეობის წინაშე", "The mayor reports to the residents",
     "მერი წლის განმავლობაში გაწეულ მუშაობაზე ილაპარაკებს და კითხვებს უპასუხებს.",
     "The mayor speaks about the year's work and answers questions.", 12, time(15), 80),
    ("consultation", "ბიუჯეტის პროექტის საჯარო განხილვა", "Public hearing on the draft budget",
     "წარმოდგენილი იქნება მომავალი წლის ბიუჯეტის პროექტი.",
     "The draft budget of the next year is presented.", 19, time(16), 40),
    ("event", "ღია კარის დღე მერიაში", "Open day at the city hall",
     "სამსახურები ადგილზე უპასუხებენ კითხვებს.",
     "The services answer questions on the spot.", 26, time(11), None),
)  # fmt: skip
GROUPS = (
    ("№1 საჯარო სკოლა, მე-9 კლასი", 24, "school_7_12", "ka", "ლ. მაგალითაძე"),
    ("სოფლის საჯარო სკოლა, მე-5 კლასი", 18, "school_1_6", "ka", ""),
    ("სტუდენტური კლუბი", 12, "students", "en", ""),
)
LETTERS = (
    ("application", "საბავშვო ბაღის სახურავის შეკეთება",
     "საბავშვო ბაღში სახურავიდან წვიმის წყალი ჩამოდის, ჯგუფი დროებით დერეფანშია.",
     "გთხოვთ, ზამთრამდე შეაკეთოთ სახურავი.", 20,
     "სახურავის შეკეთება გათვალისწინებულია და სამუშაოები ორ კვირაში დაიწყება."),
    ("information", "გზების შეკეთების ხარჯები",
     "მაინტერესებს, რა დაიხარჯა შიდა გზების შეკეთებაზე ბოლო ორ წელს.",
     "გთხოვთ, გადმომცეთ ხარჯები წლებისა და ქუჩების მიხედვით.", 6, ""),
)  # fmt: skip


def fill(tenant: Any, now: datetime) -> None:
    """Give a hall meetings to come, groups to be led, letters answered and waiting."""
    _meetings(tenant, now=now)
    _groups(tenant, now=now)
    _letters(tenant, now=now)
    day_demo_queue.fill(tenant, now=now)


def _dice(seed: str, sides: int) -> int:
    return zlib.crc32(seed.encode()) % sides


def _meetings(tenant: Any, *, now: datetime) -> None:
    for kind, title, title_en, text, text_en, ahead, hour, seats in MEETINGS:
        begin = meetings.moment(local_day(now) + timedelta(days=ahead), hour)
        data = {
            "kind": kind, "title": title, "title_en": title_en, "text": text, "text_en": text_en,
            "place": "მერიის სხდომათა დარბაზი", "seats": seats,
            "starts_at": begin, "ends_at": begin + timedelta(hours=2),
        }  # fmt: skip
        row = meetings.add(tenant.id, data, now=now - timedelta(days=3))
        meetings.publish(row, now=now - timedelta(days=2))


def _groups(tenant: Any, *, now: datetime) -> None:
    settings, before = settings_now(tenant.id), now - timedelta(days=2)
    hours = tours.free_hours(tenant.id, settings, now=now, most=len(GROUPS))
    for moment, (name, size, age, language, guide) in zip(hours, GROUPS, strict=False):
        new = tours.NewTour(
            starts_at=moment, organisation=name, size=size, age=age, language=language,
            access="", words="გვაინტერესებს, როგორ მიიღება ბიუჯეტი.",
            contact=Contact(name="ე. ნიმუშაძე", email="skola@posta.example"),
        )  # fmt: skip
        case = tours.ask(registry(), tenant, new=new, settings=settings, now=before)
        if guide:
            asked = StepAsked(name="confirm", actor=OFFICER, data={"guide": guide})
            take_step(registry(), case, asked=asked, now=before + timedelta(hours=3))


def _letters(tenant: Any, *, now: datetime) -> None:
    for kind, title, facts, request, days, answer in LETTERS:
        at = now - timedelta(days=days, hours=_dice(f"{tenant.slug}{title}", 6))
        new = letters.NewLetter(
            kind=kind, addressee="მერი", title=title, facts=facts, request=request, address="",
            contact=Contact(name="ნ. ნიმუშაძე", email="nimusha@posta.example"),
        )  # fmt: skip
        case = letters.register(
            registry(), tenant, new=new, settings=settings_now(tenant.id), now=at
        )
        if answer:
            asked = StepAsked(name="answer", actor=OFFICER, text=answer)
            take_step(registry(), case, asked=asked, now=at + timedelta(days=9))
