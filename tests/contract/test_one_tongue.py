"""Laws of what many write at once: one English text has one Georgian, migrations have one head."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from mms_core.migrate import script

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "mms_core" / "migrations", *sorted(ROOT.glob("plugins/*/migrations"))]


def test_one_english_text_has_one_georgian() -> None:
    """All catalogues are read as one: of two translations one would stand on the wrong page."""
    said: dict[tuple[object, object], set[object]] = defaultdict(set)
    for file in ROOT.glob("*/**/translations/ka/**/*.po"):
        if ".venv" in file.parts:
            continue
        with file.open("rb") as content:
            for message in read_po(content):
                if message.id:
                    said[message.id, message.context].add(message.string)
    many = {key[0]: words for key, words in said.items() if len(words) > 1}
    assert many == {}
    assert len(said) > 3000


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.parent.name))
def test_migrations_are_one_chain(folder: Path) -> None:
    assert len(script(folder).get_heads()) == 1
