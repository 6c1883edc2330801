"""Laws of a case's number: what is misread or mistyped is found, and nobody waits for one."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask

from mms_core import db as database
from mms_core.cases.numbers import make, next_number, read

NUMBER = make("TSK", year=2026, running=123)
SAMPLE = [
    make(prefix, year=year, running=running)
    for prefix, year in (("TSK", 2026), ("ZUG", 2027), ("ABC", 2030))
    for running in (1, 7, 19, 90, 123, 4_567, 98_989, 304_050, 999_999, 1_234_567)
]
DIGITS = "0123456789"


@pytest.mark.parametrize("number", SAMPLE)
def test_every_single_wrong_digit_is_found(number: str) -> None:
    assert read(number) == number
    for place, digit in enumerate(number):
        for other in DIGITS if digit in DIGITS else "":
            wrong = number[:place] + other + number[place + 1 :]
            assert other == digit or read(wrong) is None, wrong


def test_every_swap_of_two_neighbours_is_found() -> None:
    numbers = SAMPLE + [make("TSK", year=2026, running=running) for running in range(1, 3000, 7)]
    for number in numbers:
        places = [place for place, sign in enumerate(number) if sign in DIGITS]
        for left, right in pairwise(places):
            signs = list(number)
            signs[left], signs[right] = signs[right], signs[left]
            swapped = "".join(signs)
            assert swapped == number or read(swapped) is None, swapped


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER.lower(),
        f"  {NUMBER}\n",
        NUMBER.replace("-", " "),
        NUMBER.replace("-", ""),
        NUMBER.replace("-", " - "),
    ],
)
def test_spaces_hyphens_and_small_letters_do_no_harm(typed: str) -> None:
    assert read(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["", "განათება", "TSK", NUMBER[:-2], NUMBER + "1", "წყლ" + NUMBER[3:], "١٢٣", "\x00"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read(typed) is None


def test_digits_of_another_script_are_not_taken_for_ours() -> None:
    assert read(NUMBER.translate(str.maketrans(DIGITS, "٠١٢٣٤٥٦٧٨٩"))) is None


def test_two_citizens_of_one_hall_get_numbers_without_waiting(app: Flask) -> None:
    """Both transactions are open at once; one that waited would be ended by its time limit."""
    now = datetime.now(UTC)
    with app.app_context():
        database.bind(39)
        first = next_number(39, "TSK", now=now)[0]
        with app.app_context():
            database.bind(39)
            database.db.session.execute(sa.text("set local lock_timeout = '2s'"))
            second = next_number(39, "TSK", now=now)[0]
            database.commit()
        database.rollback()
    assert first != second
    assert read(first) == first
    assert read(second) == second


def test_the_year_is_that_of_tbilisi(app: Flask) -> None:
    with app.app_context():
        database.bind(39)
        number = next_number(39, "TSK", now=datetime(2026, 12, 31, 20, 30, tzinfo=UTC))[0]
    assert number.startswith("TSK-2027-")
