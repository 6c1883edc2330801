"""PostgreSQL's own full text finds Georgian however it is typed, and refuses no question."""

import random
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from mms_core import letters
from mms_core.config import Settings
from mms_core.db import admin_url

Finds = Callable[[str, str], bool]
TEXT = "განათება წყალტუბოს ცენტრალურ პარკში, გეგუთის ქუჩა 12ა. Street lights!"


@pytest.fixture
def finds(settings: Settings) -> Iterator[Finds]:
    """Give a function that asks PostgreSQL whether a question finds a text."""
    engine = sa.create_engine(admin_url(settings), poolclass=sa.NullPool)
    sql = sa.text("select to_tsvector('simple', :text) @@ to_tsquery('simple', :query)")
    with engine.connect() as connection:

        def ask(text: str, question: str) -> bool:
            values = {"text": letters.index_text(text), "query": letters.tsquery(question)}
            return bool(connection.execute(sql, values).scalar_one())

        yield ask
    engine.dispose()


@pytest.mark.parametrize(
    "question",
    [
        "წყალტუბო",
        "წყალტუბოს პარკ",
        "tskaltubo park",
        "wyaltubo",
        "wyaltubos centralur parkSi",
        "WYALTUBO",
        "ganateba",
        "12ა",
        "ქუჩა 12",
        "street LIGHT",
        "გეგუთის, (ქუჩა)!",
    ],
)
def test_an_idea_is_found_by_any_spelling(finds: Finds, question: str) -> None:
    assert finds(TEXT, question)


@pytest.mark.parametrize("question", ["", "   ", "ზუგდიდი", "პარკ ზუგდიდი", "12345", "***"])
def test_what_is_not_there_is_not_found(finds: Finds, question: str) -> None:
    assert not finds(TEXT, question)


def test_no_question_and_no_text_makes_the_database_fail(finds: Finds) -> None:
    chance = random.Random(1993)
    for _ in range(300):
        signs = [chr(chance.randint(0, 0x2FFFF)) for _ in range(chance.randint(1, 30))]
        finds("".join(signs), "".join(chance.sample(signs, k=len(signs))))
    finds("word " * 50_000, "x" * 100_000)


def test_any_georgian_word_is_found_by_its_beginning(finds: Finds) -> None:
    chance = random.Random(33)
    alphabet = list(letters.LETTERS)
    for _ in range(200):
        word = "".join(chance.choices(alphabet, k=chance.randint(3, 12)))
        assert finds(f"ერთი {word} სიტყვა", word)
        assert finds(f"ერთი {word} სიტყვა", letters.romanise(word))
        assert finds(f"ერთი {word} სიტყვა", letters.keyboard(word))
