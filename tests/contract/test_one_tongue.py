"""Laws of what many write at once: all is Georgian, one way, and migrations have one head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from mms_core.migrate import script

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "mms_core" / "migrations", *sorted(ROOT.glob("plugins/*/migrations"))]
WRITTEN = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
SAYING = dict.fromkeys(("_", "_now", "_lazy", "lazy", "gettext", "lazy_gettext"))
COUNTING = dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2))


@cache
def georgian() -> dict[str, set[object]]:
    """Read every catalogue: English text to what it is in Georgian."""
    said: dict[str, set[object]] = defaultdict(set)
    for room in ("mms_core", "plugins"):
        for file in (ROOT / room).glob("**/translations/ka/**/*.po"):
            with file.open("rb") as content:
                for message in read_po(content):
                    if message.id:
                        said[_text(message.id)].add(message.string)
    return said


def _text(message: object) -> str:
    return str(message[0] if isinstance(message, tuple | list) else message)


def written() -> Iterator[tuple[str, str]]:
    """Find every text of code and pages that is meant to be translated, with its file."""
    for room in ("mms_core", "plugins"):
        found = extract_from_dir(ROOT / room, WRITTEN, keywords={**SAYING, **COUNTING})
        for file, _line, message, _comments, _context in found:
            if _text(message):
                yield f"{room}/{file}", _text(message)


def test_every_text_is_georgian_too() -> None:
    texts = list(written())
    known = {text for text, words in georgian().items() if all(map(_whole, words))}
    assert [(file, text) for file, text in texts if text not in known] == []
    assert len(texts) > 5000


def _whole(words: object) -> bool:
    return all(words) if isinstance(words, tuple | list) else bool(words)


def test_one_english_text_has_one_georgian() -> None:
    """All catalogues are read as one: of two translations one would stand on the wrong page."""
    assert {text: words for text, words in georgian().items() if len(words) > 1} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.parent.name))
def test_migrations_are_one_chain(folder: Path) -> None:
    assert len(script(folder).get_heads()) == 1
