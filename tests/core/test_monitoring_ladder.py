"""The map has a place for each municipality, and medians are read from counters."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

from mms_core.monitoring.figures import Figures, period
from mms_core.monitoring.grid import COLUMNS, ROWS, places
from mms_core.monitoring.pace import Waits, each_month

TENANTS = Path(__file__).parents[2] / "tenants"


def seats() -> dict[int, tuple[float, float]]:
    read = [tomllib.loads(path.read_text("utf-8")) for path in sorted(TENANTS.glob("*.toml"))]
    halls = [hall for hall in read if "seat" in hall]
    return {hall["number"]: (hall["seat"]["lat"], hall["seat"]["lon"]) for hall in halls}


def test_fifty_one_tiles_lie_side_by_side_and_always_in_the_same_place() -> None:
    found = places(seats())
    assert len(found) == 51
    assert len(set(found.values())) == 51
    assert all(1 <= column <= COLUMNS and 1 <= row <= ROWS for column, row in found.values())
    assert places(dict(reversed(seats().items()))) == found


def test_the_map_looks_like_the_country() -> None:
    """Zugdidi lies west of Gori, and Gori of Telavi; Mestia north of Batumi."""
    numbers = {
        hall["slug"]: hall["number"]
        for path in TENANTS.glob("*.toml")
        if "seat" in (hall := tomllib.loads(path.read_text("utf-8")))
    }
    at = {slug: places(seats())[number] for slug, number in numbers.items()}
    assert at["zugdidi"][0] < at["gori"][0] < at["telavi"][0]
    assert at["mestia"][1] < at["batumi"][1]


def test_half_and_nine_in_ten_are_read_from_days() -> None:
    waits = Waits(days=Counter({1: 5, 4: 4, 61: 1}))
    assert (waits.median, waits.most) == (1, 4)
    assert Waits(days=Counter({3: 4})).median is None


def test_a_rate_of_few_or_of_nobody_is_not_said() -> None:
    assert Figures(opened=4).per_thousand(9000) is None
    assert Figures(opened=9).per_thousand(0) is None
    assert Figures(opened=9).per_thousand(9000) == 1.0


def test_three_years_have_thirty_six_months() -> None:
    span = period("36", today=date(2026, 3, 10))
    months = each_month(span.first, span.today)
    assert (len(months), months[0], months[-1]) == (36, date(2023, 4, 1), date(2026, 3, 1))
