"""Wishes that are alike are found, whatever the words, endings and letters; others are not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from case_town import MODULE, TSKALTUBO, ZUGDIDI, hall, number_of_new, opened
from flask import Flask

from mms_core.cases.similar import similar
from mms_core.cases.stems import concept_of, key_of, stem_of

WISHES: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).parent.parent / "data/similar_wishes.toml").read_text(encoding="utf-8")
)
RECALL, PRECISION = 0.85, 0.85  # floors; what was measured stands in docs/similar.md


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How many pairs were found, and of how many that were shown."""

    pairs: int
    found: int
    shown: int

    @property
    def recall(self) -> float:
        return self.found / self.pairs

    @property
    def precision(self) -> float:
        return self.found / self.shown


def measure(app: Flask, *, missed: list[str], of: str = "wish") -> Measured:
    """Ask with each telling for the first one, in a hall that has every wish and what is apart."""
    pairs = found = shown = 0
    with hall(app) as tenant:
        for text in (*(wish["first"] for wish in WISHES["wish"] + WISHES["unseen"]), *_apart()):
            opened(app, tenant, title=text, body="")
        for wish in WISHES[of]:
            for telling in wish["again"]:
                titles = [f.title for f in similar(tenant.id, telling, module=MODULE)]
                pairs, shown = pairs + 1, shown + len(titles)
                found += wish["first"] in titles
                missed += [] if titles == [wish["first"]] else [f"{telling} -> {titles}"]
        for text in _apart() if of == "wish" else ():
            mine = [f for f in similar(tenant.id, text, module=MODULE) if f.title != text]
            shown += len(mine)
            missed += [f"{text} -> {f.title}" for f in mine]
    return Measured(pairs=pairs, found=found, shown=shown)


def _apart() -> Sequence[str]:
    return [item["text"] for item in WISHES["apart"]]


def test_the_set_is_large_enough_to_say_something() -> None:
    latin = [t for w in WISHES["wish"] for t in w["again"] if t.isascii()]
    assert sum(len(wish["again"]) for wish in WISHES["wish"]) >= 60
    assert (len(latin) >= 25, len(_apart()) >= 25) == (True, True)


def test_like_wishes_are_found_and_others_are_not(app: Flask) -> None:
    missed: list[str] = []
    measured = measure(app, missed=missed)
    assert measured.recall >= RECALL, (measured, missed)
    assert measured.precision >= PRECISION, (measured, missed)


def test_wishes_that_nothing_was_mended_by_are_found_too(app: Flask) -> None:
    missed: list[str] = []
    measured = measure(app, missed=missed, of="unseen")
    assert (measured.recall >= 0.8, measured.precision >= 0.8) == (True, True), (measured, missed)


@pytest.mark.parametrize(
    "forms",
    [
        "სოფელი სოფლის სოფლებში sopelSi soflis სოფლებისთვის",
        "წყალი წყლის წყალს wyali wylis tskali ckali",
        "განათება განათების გაანათეთ განათდეს ganateba gaanaTeT ganatebis",
        "აშენება ააშენეთ აშენდეს",
        "ასფალტი მოასფალტება მოასფალტდეს დააასფალტეთ asfalti",
        "ავტობუსი ავტობუსს ავტობუსის ავტობუსები ავტობუსში avtobusit",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    words = [key_of(word) for word in forms.split()]
    assert len({stem_of(word) for word in words}) == 1, [(w, stem_of(w)) for w in words]


def test_a_user_is_nobody_who_plants_trees() -> None:
    forms = "მოსარგებლე მოსარგებლის მოსარგებლეებისთვის მოსარგებლეთა mosargebleebi არგებს ერგება"
    assert {concept_of(stem_of(key_of(word))) for word in forms.split()} == {None}
    planted = "დარგეთ დავრგოთ დარგვა დაირგოს dargeT"
    assert {concept_of(stem_of(key_of(word))) for word in planted.split()} == {"trees"}


def test_the_case_itself_and_another_hall_are_left_out(app: Flask) -> None:
    title = "პანდუსი პოლიკლინიკის შესასვლელთან"
    other = number_of_new(app, ZUGDIDI, title=title)
    with hall(app, TSKALTUBO) as tenant:
        case = opened(app, tenant, title=title)
        assert similar(tenant.id, title, module=MODULE, exclude=case.id) == []
        assert [f.number for f in similar(tenant.id, title, module=MODULE)] == [case.number]
        assert similar(tenant.id, title, module="another") == []
    with hall(app, ZUGDIDI) as tenant:
        assert [f.number for f in similar(tenant.id, title, module=MODULE)] == [other]


@pytest.mark.parametrize(
    "text", ["", "და რომ", "***", "\n\n", "x" * 5000, "ა" * 70, "'); drop", "ქ\x01"]
)
def test_no_text_makes_it_fail(app: Flask, text: str) -> None:
    with hall(app) as tenant:
        assert similar(tenant.id, text, module=MODULE) == []
