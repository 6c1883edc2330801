"""Georgian typed in any usual way is one thing to search, and no sign makes search fail."""

import random

import pytest

from mms_core import letters

ROMANISED = [
    ("თბილისი", "tbilisi"),
    ("მეღვინეთუხუცესი", "meghvinetukhutsesi"),
    ("ჭიანჭველა", "ch’ianch’vela"),
    ("ბაყაყი", "baq’aq’i"),
    ("ამბროლაურის მუნიციპალიტეტი", "ambrolauris munitsip’alit’et’i"),
    ("მარტვილის მუნიციპალიტეტი", "mart’vilis munitsip’alit’et’i"),
    ("ლეკუხონა", "lek’ukhona"),
    ("ჩხალთის ქედი", "chkhaltis kedi"),
    ("აბჟააფთრა", "abzhaaptra"),
    ("მყინვარი აღმოსავლეთი მაგუაშირხა", "mq’invari aghmosavleti maguashirkha"),
]
TYPED_ON_THE_WRONG_LAYOUT = [
    ("წყალტუბო", "wyaltubo"),
    ("ჭიათურა", "WiaTura"),
    ("ჩხოროწყუ", "Cxorowyu"),
]
WAYS_TO_TYPE_TSKALTUBO = [
    "წყალტუბო",
    "ᲬᲧᲐᲚᲢᲣᲑᲝ",
    "tskaltubo",
    "Tskaltubo",
    "TSKALTUBO",
    "tsqaltubo",
    "ts’q’alt’ubo",
    "ts'q'alt'ubo",
    "wyaltubo",
    "WYALTUBO",
    "wqaltubo",
    " tskaltubo\u00a0",
]


@pytest.mark.parametrize(("georgian", "national"), ROMANISED)
def test_the_national_romanisation_is_followed(georgian: str, national: str) -> None:
    assert letters.romanise(georgian) == national


@pytest.mark.parametrize(("georgian", "typed"), TYPED_ON_THE_WRONG_LAYOUT)
def test_the_forgotten_layout_is_written_and_read_back(georgian: str, typed: str) -> None:
    assert letters.keyboard(georgian) == typed
    assert letters.from_keyboard(typed) == georgian


@pytest.mark.parametrize(("georgian", "typed"), TYPED_ON_THE_WRONG_LAYOUT)
def test_a_forgotten_shift_is_forgiven(georgian: str, typed: str) -> None:
    for way in (typed, typed.lower(), typed.upper()):
        assert letters.search_key(georgian) in letters.readings(way)


@pytest.mark.parametrize("typed", WAYS_TO_TYPE_TSKALTUBO)
def test_every_way_to_type_a_name_gives_its_key(typed: str) -> None:
    assert "tskaltubo" in letters.readings(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [("კ", "ქ"), ("თ", "ტ"), ("პ", "ფ"), ("ც", "წ"), ("ჩ", "ჭ"), ("ყ", "კ"), ("ჟ", "ჯ")],
)
def test_letters_that_latin_cannot_tell_apart_share_a_key(one: str, other: str) -> None:
    assert letters.search_key(one) == letters.search_key(other)


def georgian_words(count: int) -> list[str]:
    chance = random.Random(51)
    alphabet = list(letters.LETTERS)
    return ["".join(chance.choices(alphabet, k=chance.randint(1, 14))) for _ in range(count)]


@pytest.mark.parametrize("word", georgian_words(200))
def test_any_georgian_word_is_found_however_it_is_typed(word: str) -> None:
    key = letters.search_key(word)
    assert key.isascii()
    assert letters.search_key(letters.romanise(word)) == key
    assert letters.search_key(letters.slug(word)) == key
    assert key in letters.readings(letters.keyboard(word))
    assert letters.fold(letters.fold(word)) == letters.fold(word)


def strange_texts(count: int) -> list[str]:
    chance = random.Random(1991)
    ranges = [(0, 0x7F), (0x80, 0x2FF), (0x10A0, 0x10FF), (0x2000, 0x2BFF), (0xD800, 0x1F6FF)]
    return [
        "".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randint(0, 40)))
        for _ in range(count)
    ]


def test_no_sign_breaks_a_query() -> None:
    for text in ["", " ", "'", "a & | ! ( ) : * <-> \\", "\x00", "½ cup", *strange_texts(2000)]:
        query = letters.tsquery(text)
        bare = query.replace(" & ", "").replace(" | ", "").replace(":*", "")
        assert all(sign.isalnum() or sign in "()" for sign in bare)
        query.encode()
        letters.index_text(text).encode()


def test_a_query_asks_for_all_words_as_beginnings() -> None:
    assert letters.tsquery("გზა წყალტუბოში") == "(gza:*) & (tskaltuboshi:*)"
    assert letters.tsquery("  ") == ""
    assert letters.tsquery("sk") == "(sk:* | shk:*)"


def test_endless_input_gives_a_short_query() -> None:
    assert len(letters.tsquery("wcjrsz" * 5000)) < 2500
    assert letters.tsquery("a b " * 5000).count("&") == 11


def test_other_scripts_stay_what_they_are() -> None:
    assert letters.search_key("Цхалтубо, 2026") == "цхалтубо 2026"
    assert letters.search_key("Ախալքալաք") == "ախալքալաք"
    assert letters.search_key("Qərib") == letters.search_key("qerib")


def test_a_slug_is_spelled_like_the_domains() -> None:
    assert letters.slug("თეთრიწყარო") == "tetritskaro"
    assert letters.slug("ქალაქ გორის\u00a0მუნიციპალიტეტი!") == "kalak-goris-munitsipaliteti"


def test_georgian_is_never_made_capital() -> None:
    assert letters.fold("ᲬᲧᲐᲚᲢᲣᲑᲝ") == "წყალტუბო"
    assert letters.romanise("ᲬᲧᲐᲚᲢᲣᲑᲝ") == "ts’q’alt’ubo"
