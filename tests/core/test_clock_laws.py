"""Laws of a clock that stands, is extended, and is counted with days off, against a slow count."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

import holidays
import pytest

from mms_core import clock
from mms_core.clock.records import again

TBILISI = ZoneInfo("Asia/Tbilisi")
DAY = dt.timedelta(days=1)
GEORGIAN = holidays.country_holidays("GE", years=range(2023, 2036))


def policy(days: int, unit: clock.Unit = "working", **more: int | bool) -> clock.Policy:
    label = clock.Wording(ka="ვადა", en="Term")
    return clock.Policy(key="idea", days=days, unit=unit, source="test", label=label, **more)  # type: ignore[arg-type]  # one call for ints and switches


def at(day: str | dt.date, hour: int = 12) -> dt.datetime:
    found = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return dt.datetime.combine(found, dt.time(hour), TBILISI)


def off(day: str | dt.date) -> clock.DayOff:
    found = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return clock.DayOff(day=found, name=clock.Wording(ka="გლოვა", en="Mourning"))


def pause(first: str, last: str) -> clock.Pause:
    return clock.Pause(first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last))


def slow(
    start: dt.date, days: int, *, unit: str, extra: set[dt.date], stood: set[dt.date]
) -> dt.date:
    """Make lists of days and look the answer up in them, without counting as the clock does."""
    calendar = [start + DAY * n for n in range(1, 1200)]
    works = [d for d in calendar if d.weekday() < 5 and d not in GEORGIAN and d not in extra]
    runs = [d for d in calendar if d not in stood]
    if unit == "working":
        return [d for d in works if d not in stood][days - 1]
    end = runs[days - 1]
    return next(d for d in works if d >= end and d not in stood)


def test_any_clock_agrees_with_a_slow_count_over_lists_of_days() -> None:
    chance = random.Random(100)
    for _ in range(500):
        start = dt.date(2024, 1, 1) + DAY * chance.randint(0, 365 * 6)
        days, unit = chance.randint(1, 40), chance.choice(["working", "calendar"])
        extra = {start + DAY * chance.randint(-5, 60) for _ in range(chance.randint(0, 5))}
        first = start + DAY * chance.randint(0, 50)
        stood = clock.Pause(first=first, last=first + DAY * chance.randint(0, 40))
        more = chance.choice([0, 0, 7])
        found = clock.due(
            at(start),
            policy(days, unit),
            extra_days_off=[off(day) for day in sorted(extra)],
            pauses=[stood],
            extended=more,
        )
        days_stood = {first + DAY * n for n in range((stood.last - first).days + 1)}
        asked = slow(start, days + more, unit=unit, extra=extra, stood=days_stood)
        assert found.date == asked, (start, days, unit, stood)
        assert not stood.first <= found.date <= stood.last
        assert clock.read(clock.kept(found, at(start))) == _with_idea(found)


def _with_idea(due: clock.Due) -> clock.Due:
    """Give the deadline as it is read back: the policy's words come from our file."""
    import dataclasses

    known = clock.policies()["idea"]
    numbers = ("days", "months", "unit", "from_next_day", "moves")
    own = {name: getattr(due.policy, name) for name in numbers}
    return dataclasses.replace(due, policy=dataclasses.replace(known, **own))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-01-31", "2027-03-01"),  # February has no 31st; the 28th is a Sunday
        ("2028-01-31", "2028-02-29"),  # a leap year
        ("2028-02-29", "2028-03-29"),
        ("2026-12-31", "2027-02-01"),  # 31 January is a Sunday
        ("2027-10-31", "2027-11-30"),
    ],
)
def test_a_month_is_a_month_of_the_calendar(start: str, end: str) -> None:
    found = clock.due(at(start), clock.policies()["application"])
    assert found.date.isoformat() == end


def test_the_days_from_the_question_to_the_answer_count_for_nothing() -> None:
    plain = clock.due(at("2026-11-03"), policy(15))
    stood = clock.due(at("2026-11-03"), policy(15), pauses=[pause("2026-11-05", "2026-11-09")])
    assert (plain.date.isoformat(), stood.date.isoformat()) == ("2026-11-25", "2026-11-30")
    said = clock.explain(stood, "en")
    assert "The days from 5 November to 9 November are not counted" in said
    assert "5 ნოემბერი – 9 ნოემბერი" in clock.explain(stood, "ka")


def test_a_question_on_the_last_day_leaves_the_hall_a_day_and_a_later_one_nothing() -> None:
    last = clock.due(at("2026-11-03"), policy(3), pauses=[pause("2026-11-06", "2026-11-12")])
    late = clock.due(at("2026-11-03"), policy(3), pauses=[pause("2026-11-07", "2026-11-12")])
    assert last.date.isoformat() == "2026-11-13"
    assert (late.date.isoformat(), late.pauses) == ("2026-11-06", ())


def test_a_question_on_the_day_to_which_the_end_moved_holds_it_open_too() -> None:
    """18 days from 3 November end on a Saturday and move over St George's day to the 24th."""
    term = policy(18, "calendar")
    found = clock.due(at("2026-11-03"), term, pauses=[pause("2026-11-24", "2026-12-01")])
    assert found.date.isoformat() == "2026-12-02"


def test_an_extension_says_when_by_how_much_and_why() -> None:
    first = clock.due(at("2026-11-03"), policy(15))
    record = clock.kept(first, at("2026-11-03"))
    on = dt.date(2026, 11, 12)
    longer = again(record, off=(), extended=5, extended_on=on, extended_why="საველე შემოწმება.")
    assert longer.date.isoformat() == "2026-12-02"
    said = clock.explain(longer, "en")
    assert said.startswith("15 working days; the first day is 4 November.")
    assert "Extended on 12 November by 5 working days, because: საველე შემოწმება." in said
    assert "ვადა გაგრძელდა (12 ნოემბერი), დამატებით 5 სამუშაო დღე." in clock.explain(longer, "ka")


def test_a_policy_that_changes_moves_no_running_clock() -> None:
    """The record holds the numbers by which the clock began."""
    record = clock.kept(clock.due(at("2026-11-03"), policy(7)), at("2026-11-03"))
    assert clock.policies()["idea"].days == 15
    assert again(record, off=()).date == clock.due(at("2026-11-03"), policy(7)).date


def test_a_day_off_declared_and_taken_back_leaves_the_date_as_it_was() -> None:
    chance = random.Random(7)
    for _ in range(100):
        start = at(dt.date(2026, 1, 1) + DAY * chance.randint(0, 700))
        first = clock.due(start, policy(chance.randint(1, 30)))
        declared = off(clock.local_day(start) + DAY * chance.randint(1, 40))
        moved = again(clock.kept(first, start), off=(declared,))
        assert moved.date >= first.date
        back = again(clock.kept(moved, start), off=())
        assert back.date == first.date


def test_records_from_before_clocks_could_stand_still_explain_themselves() -> None:
    old = {"policy": "idea", "days": 15, "from": at("2026-11-03").isoformat()}
    found = clock.read(old)
    assert found.date.isoformat() == "2026-11-25"
    assert again(old, off=(off("2026-11-05"),)).date.isoformat() == "2026-11-26"


def test_a_hall_shortens_freely_and_lengthens_only_where_the_policy_lets_it() -> None:
    month, idea = clock.policies()["application"], clock.policies()["idea"]
    assert month.chosen(None) is month
    assert (month.chosen(20).days, month.chosen(20).months) == (20, 0)
    assert month.chosen(90).days == 28  # never longer than the shortest month
    assert (idea.chosen(20).days, idea.chosen(300).days) == (20, 60)


def test_working_days_are_walked_both_ways() -> None:
    day = dt.date(2026, 11, 24)
    assert clock.working_days_from(day, -3).isoformat() == "2026-11-18"  # over St George's day
    assert clock.working_days_from(day, 3).isoformat() == "2026-11-27"
    assert clock.working_days_from(day, 0) == day
