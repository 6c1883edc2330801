"""Identifiers sort as they were made, also those of one transaction and of many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from mms_core.identifiers import uuid7


def test_what_is_made_later_sorts_later() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert {(one.version, one.variant) for one in made} == {(7, made[0].variant)}


def test_threads_never_share_an_identifier() -> None:
    with ThreadPoolExecutor(8) as threads:
        heads = [one.int >> 64 for one in threads.map(lambda _one: uuid7(), range(8_000))]
    assert len(set(heads)) == len(heads), "the part before chance differs already"


def test_the_first_48_bits_are_the_milliseconds() -> None:
    stamp = (uuid7().int >> 80) / 1000
    assert abs(datetime.fromtimestamp(stamp, UTC) - datetime.now(UTC)).total_seconds() < 5
