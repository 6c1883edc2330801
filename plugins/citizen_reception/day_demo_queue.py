"""The demo's queue of today: who has been received, who is inside, who is called, who waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mms_core.cases.log import Actor
from mms_core.clock import local_day
from mms_core.i18n import TBILISI
from mms_core.modules import registry
from plugins.citizen_reception import day, outcomes, walk_in
from plugins.citizen_reception.settings import settings_now

SECRETARY = Actor(role="operator", name="ლ. მაგალითაძე")
# The matter, the name, who receives, and how far they have come.
QUEUE = (
    ("სოციალური დახმარების ცნობა", "ე. ნიმუშაძე", "სოციალური სამსახური", ("call", "in", "out")),
    ("გზის შეკეთება სოფელში", "გ. სანიმუშო", "მერის მოადგილე", ("call", "in")),
    ("მიწის ნაკვეთის რეგისტრაცია", "", "ქონების სამსახური", ("call",)),
    ("საბავშვო ბაღში ჩარიცხვა", "თ. მაგალითაშვილი", "", ()),
)
OUTCOME = outcomes.Outcome(
    text="ცნობა ადგილზე გაიცა. შემდეგი გადახედვა ექვს თვეში იქნება.",
    result="solved",
    note="საბუთები წესრიგშია.",
)


def fill(tenant: Any, *, now: datetime) -> None:
    """Let four people come today; of the first it is written what came of it."""
    begin = max(now - timedelta(hours=1), _midnight(now))
    for place, (matter, name, official, acts) in enumerate(QUEUE):
        at = begin + timedelta(minutes=place)
        data = {"matter": matter, "name": name, "phone": "", "official": official}
        case, _number = walk_in.come(
            registry(), tenant, data=data, settings=settings_now(tenant.id), by=SECRETARY, now=at
        )
        turn = day.turn_of(case, local_day(at))
        assert turn is not None  # it has just been given
        for minutes, what in enumerate(acts, start=1):
            moment = at + timedelta(minutes=minutes)
            day.act(turn, what, seen=turn.version, by=SECRETARY.name, now=moment, room="ოთახი 3")
        if "out" in acts:
            outcomes.conclude(
                registry(), case, outcome=OUTCOME, version=case.version, actor=SECRETARY,
                now=at + timedelta(minutes=9),
            )  # fmt: skip


def _midnight(now: datetime) -> datetime:
    """Give the beginning of today in Georgia: the queue is today's at any hour of the night."""
    return now.astimezone(TBILISI).replace(hour=0, minute=0, second=0, microsecond=0)
