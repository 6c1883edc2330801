"""A deadline is counted as the law counts it, and says how."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest

from mms_core import clock

TBILISI = ZoneInfo("Asia/Tbilisi")


def policy(days: int, unit: clock.Unit = "working", **more: int | bool) -> clock.Policy:
    label = clock.Wording(ka="ვადა", en="Term")
    return clock.Policy(key="try", days=days, unit=unit, source="test", label=label, **more)  # type: ignore[arg-type]  # one call for ints and switches


def at(day: str, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), TBILISI)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-03", 1, "2026-11-04"),
        ("2026-11-03", 15, "2026-11-25"),  # 23 November is Saint George's Day
        ("2026-11-06", 1, "2026-11-09"),  # Friday, then Monday
        ("2026-04-08", 3, "2026-04-16"),  # 9 April, then Easter from Friday to Monday
        ("2026-12-31", 1, "2027-01-04"),  # 1 and 2 January, then Sunday
    ],
)
def test_working_days_skip_weekends_and_holidays(start: str, days: int, expected: str) -> None:
    assert clock.due(at(start), policy(days)).date.isoformat() == expected


@pytest.mark.parametrize(
    ("start", "more", "expected"),
    [
        ("2026-11-03", {"days": 10}, "2026-11-13"),
        ("2026-11-03", {"days": 18}, "2026-11-24"),  # Saturday, Sunday, Saint George's Day
        ("2026-11-03", {"days": 18, "moves": False}, "2026-11-21"),
        ("2026-11-03", {"days": 10, "from_next_day": False}, "2026-11-12"),
        ("2026-11-03", {"days": 0, "months": 1}, "2026-12-03"),
        ("2026-01-30", {"days": 0, "months": 1}, "2026-03-02"),  # 28 February is a Saturday
        ("2027-11-30", {"days": 0, "months": 3, "moves": False}, "2028-02-29"),
        ("2026-11-10", {"days": 0, "moves": False, "from_next_day": False}, "2026-11-10"),
    ],
)
def test_calendar_terms_follow_their_switches(
    start: str, more: dict[str, int], expected: str
) -> None:
    assert clock.due(at(start), policy(unit="calendar", **more)).date.isoformat() == expected


def test_a_day_is_a_day_in_tbilisi() -> None:
    evening_in_utc = dt.datetime(2026, 11, 3, 20, 30, tzinfo=dt.UTC)  # 00:30 of the 4th
    assert clock.local_day(evening_in_utc) == dt.date(2026, 11, 4)
    due = clock.due(evening_in_utc, policy(1))
    assert due.date == dt.date(2026, 11, 5)
    assert due.moment == dt.datetime(2026, 11, 5, 20, tzinfo=dt.UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.due(dt.datetime(2026, 11, 3), policy(1))  # noqa: DTZ001 - the naive moment is the point


def test_a_day_off_by_decree_moves_the_date_and_is_named() -> None:
    decree = clock.DayOff(
        day=dt.date(2026, 11, 5), name=clock.Wording(ka="მთავრობის დადგენილება", en="Decree")
    )
    plain = clock.due(at("2026-11-03"), policy(3))
    later = clock.due(at("2026-11-03"), policy(3), extra_days_off=[decree])
    assert (plain.date, later.date) == (dt.date(2026, 11, 6), dt.date(2026, 11, 9))
    assert later.skipped == (decree,)
    assert "5 November: Decree" in clock.explain(later, "en")


def test_a_working_term_explains_itself_in_both_languages() -> None:
    due = clock.due(at("2026-11-03"), policy(15))
    assert clock.explain(due, "en") == (
        "15 working days; the first day is 4 November. "
        "Weekends and holidays are not counted (23 November: Saint George's Day)."
    )
    assert clock.explain(due, "ka") == (
        "15 სამუშაო დღე, პირველი დღეა 4 ნოემბერი. "
        "შაბათ-კვირა და უქმე დღეები არ ითვლება (23 ნოემბერი: გიორგობა)."
    )


def test_the_first_day_that_counts_is_a_working_day() -> None:
    due = clock.due(at("2026-11-20"), policy(15))  # a Friday before Saint George's Day
    assert (due.first, due.date) == (dt.date(2026, 11, 24), dt.date(2026, 12, 14))
    assert "the first day is 24 November" in clock.explain(due, "en")


def test_a_moved_calendar_term_explains_itself() -> None:
    due = clock.due(at("2026-11-03"), policy(18, "calendar"))
    assert clock.explain(due, "en") == (
        "18 calendar days; the first day is 4 November. The last day, 21 November, is a day off "
        "(Saturday; 23 November: Saint George's Day), so it moves to 24 November."
    )
    assert "გადადის: 24 ნოემბერი." in clock.explain(due, "ka")


def test_one_day_and_one_month_are_said_in_the_singular() -> None:
    assert clock.explain(clock.due(at("2026-11-03"), policy(1)), "en").startswith("1 working day;")
    month = clock.due(at("2026-11-03"), policy(0, "calendar", months=1))
    assert clock.explain(month, "en").startswith("1 month;")
    assert clock.explain(month, "ka").startswith("1 თვე,")


def test_no_holiday_keeps_a_name_in_the_genitive() -> None:
    due = clock.due(at("2026-10-13"), policy(1))
    assert [off.name.ka for off in due.skipped] == ["სვეტიცხოვლობა"]


def test_days_left_count_down_to_the_date_and_below() -> None:
    due = clock.due(at("2026-11-03"), policy(15))
    assert clock.working_days_left(due.date, at("2026-11-03")) == 15
    assert clock.working_days_left(due.date, at("2026-11-25", 23)) == 0
    assert clock.working_days_left(due.date, at("2026-11-27")) == -2


def test_laws_of_counting_hold_for_any_start() -> None:
    chance = random.Random(2181)
    for _ in range(400):
        start = at("2024-01-01") + dt.timedelta(hours=chance.randint(0, 24 * 365 * 8))
        days = chance.randint(1, 40)
        working = clock.due(start, policy(days))
        moving = clock.due(start, policy(days, "calendar"))
        assert clock.is_working_day(working.date)
        assert clock.is_working_day(moving.date)
        assert clock.working_days_left(working.date, start) == days
        assert clock.local_day(start) < moving.date <= working.date + dt.timedelta(days=6)
        assert clock.due(start, policy(days + 1)).date > working.date


def test_national_policies_name_their_source_in_both_languages() -> None:
    found = clock.policies()
    assert found["application"].months == 1
    assert "art. 100" in found["application"].source
    for key, one in found.items():
        assert one.key == key
        assert one.source
        assert one.label.ka
        assert one.label.en
        assert clock.due(at("2026-11-03"), one).date > dt.date(2026, 11, 3)
