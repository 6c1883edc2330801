"""Brings Georgian words, also Latin-typed ones, to a stem: endings, prefixes and spellings gone.

A light stemmer for comparing texts, no grammar: what it makes is never shown. It works on the
search key, in which Georgian and every usual Latin spelling have fallen together, so that
`განათების`, `ganatebis` and `gaanaTeT` come to one stem.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from mms_core import letters

VOWELS = "aeiou"
# Sounds that a hasty Latin hand does not part: gh from g, kh from h, dz from z, tch from ch.
SLACK = re.compile(r"gh|kh|dz|tch")
SLACKENED = {"gh": "g", "kh": "h", "dz": "z", "tch": "ch"}
LETTER = re.compile(r"sh|ch|ts|.")
# A capital within a Latin word is Shift of the Georgian layout: `wyalSi` is written `წყალში`.
SHIFTED = re.compile(r"\b[A-Za-z]*[a-z][TJRSCZW]")

BARE = ("ში", "ზე")  # postpositions on the bare stem: what stands before them has no case ending
JOINED = ("თვის", "კენ", "გან", "დან", "თან", "ამდე", "მდე", "ვით")
CASES = ("ისა", "ითა", "ის", "ით", "ად")
FINITE = (
    *("დებოდეს", "ებოდეს", "დნენ", "დეს", "დება", "დებიან", "ებიან"),
    *("ებს", "ობს", "ავს", "ნენ", "ეთ", "ოთ", "ონ", "ოს"),
)
NOMINAL = ("ებულ", "ებელ", "ებლ", "ილ", "ულ", "ავ", "ელ")  # after a prefix: what was done to it
PREVERBS = (
    *("გადმო", "გადა", "ჩამო", "შემო", "წარმო", "გამო", "წამო", "ამო", "მიმო"),
    *("დასა", "გასა", "მოსა", "შესა", "ჩასა"),  # a prefix with the participle that follows it
    *("აღ", "წარ", "და", "გა", "მო", "მი", "შე", "ჩა", "წა"),
)
CONCEPTS = Path(__file__).parent / "concepts.toml"


def key_of(text: str) -> str:
    """Give the loose key of a text: its search key with the sounds that Latin does not part."""
    plain = letters.from_keyboard(text) if SHIFTED.search(text) else text
    return SLACK.sub(lambda found: SLACKENED[found[0]], letters.search_key(plain))


def stems(text: str) -> list[str]:
    """Give the stems of a text in their order, words that say nothing left out."""
    return [stem for word in key_of(text).split() if (stem := stem_of(word)) not in _silent()]


def concept_of(stem: str) -> str | None:
    """Name the thing that a stem stands for, when people have several words for it."""
    exact, beginnings = _concepts()
    return exact.get(stem) or next((c for b, c in beginnings if stem.startswith(b)), None)


def is_general(stem: str) -> bool:
    """Tell whether a word stands in many wishes whatever they are for: street, village, build."""
    return stem in _general()


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Give the stem of one word of a loose key; numbers and short words stay as they are."""
    if not word.isascii() or _size(word) < 3 or any(sign.isdigit() for sign in word):
        return word if word.isascii() else word[:6]
    noun = _without_syncope(_noun(word))
    whole = _is_whole(noun)
    if whole:
        return whole
    return _without_syncope(_root(noun, by_us=word.endswith("ot")))


def _noun(word: str) -> str:
    """Take off particles, postpositions, case, plural and the ending of a finite verb."""
    if word.endswith("ts") and word[-3:-2] in VOWELS and _size(word) > 4:
        word = word[:-2]  # `also`
    shorter = _less(word, _keys(FINITE), least=3)
    if shorter != word:
        return _less(_vowelless(shorter), _keys(("ებ", "ობ")), least=2)
    bare = _less(word, _keys(BARE), least=2)
    word = _case(_less(word, _keys(JOINED), least=2)) if bare == word else bare
    word = _vowelless(word)
    for _again in range(2):
        word = _vowelless(_less(word, _keys(("ებ", "ობ")), least=2))
    return word


def _case(word: str) -> str:
    shorter = _less(word, _keys(CASES), least=2)
    if shorter != word:
        return shorter
    if word.endswith("ma") and word[-3:-2] not in (*VOWELS, "r", "m"):
        return word[:-2]
    if word[-1] in "sm" and _size(word) > 3 and (word[-1] == "s" or word[-2] in VOWELS):
        return word[:-1]
    return word


def _root(stem: str, *, by_us: bool) -> str:
    """Take a verb's prefix off, and then the vowel before and the ending behind its root.

    `by_us` is true for a verb that says `let us`, which has a sign for us before its root.
    """
    for prefix in _keys(PREVERBS):
        rest = stem[len(prefix) :]
        if stem.startswith(prefix) and _size(rest) >= 2 and not _is_vowels(rest):
            rest = rest.removeprefix("v") if by_us else rest
            stem = _less(rest, _keys(NOMINAL), least=2)
            break
    bare = stem.lstrip(VOWELS)
    return bare if _size(bare) >= 2 else stem


def _without_syncope(stem: str) -> str:
    """Drop the vowel that falls out in the genitive: სოფელი, სოფლის; წყალი, წყლის."""
    if _size(stem) >= 4 and stem[-1] in "lmnrv" and stem[-2] in "aeo":
        return stem[:-2] + stem[-1]
    return stem


def _vowelless(word: str) -> str:
    while word[-1] in VOWELS and _size(word) > 2:
        word = word[:-1]
    return word


def _less(word: str, endings: tuple[str, ...], *, least: int) -> str:
    for ending in endings:
        if word.endswith(ending) and _size(word[: -len(ending)]) >= least:
            return word[: -len(ending)]
    return word


def _size(word: str) -> int:
    """Count letters as Georgian has them: sh, ch and ts are one."""
    return len(LETTER.findall(word))


def _is_vowels(word: str) -> bool:
    return not word.strip(VOWELS)


@cache
def _keys(endings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((key_of(ending) for ending in endings), key=len, reverse=True))


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(CONCEPTS.read_text(encoding="utf-8"))


@cache
def _concepts() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    exact: dict[str, str] = {}
    beginnings: list[tuple[str, str]] = []
    for name, words in _lists()["concept"].items():
        for word in words:
            stem = stem_of(key_of(word.rstrip("*")))
            if word.endswith("*"):
                beginnings.append((stem, name))
            else:
                exact[stem] = name
    return exact, tuple(beginnings)


def _listed(name: str) -> Iterator[str]:
    yield from (stem_of(key_of(word)) for word in _lists()["words"][name])


def _is_whole(noun: str) -> str | None:
    """Give the word that must not be taken apart further, if it is one; `*` takes all forms."""
    exact, beginnings = _whole()
    return noun if noun in exact else next((b for b in beginnings if noun.startswith(b)), None)


@cache
def _whole() -> tuple[frozenset[str], tuple[str, ...]]:
    words = _lists()["words"]["whole"]
    exact = (_without_syncope(_noun(key_of(word))) for word in words if not word.endswith("*"))
    return frozenset(exact), tuple(key_of(w[:-1]) for w in words if w.endswith("*"))


@cache
def _silent() -> frozenset[str]:
    return frozenset(_listed("silent"))


@cache
def _general() -> frozenset[str]:
    return frozenset(_listed("general"))
