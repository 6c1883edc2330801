"""Reads the newest revision of a folder of migrations without loading Alembic."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

REVISION = re.compile(r"""^revision\s*(?::[^=]+)?=\s*["']([^"']+)["']""", re.MULTILINE)
BEFORE = re.compile(r"""^down_revision\s*(?::[^=]+)?=\s*["']([^"']+)["']""", re.MULTILINE)


@lru_cache(maxsize=64)
def heads(folder: Path) -> frozenset[str]:
    """Name the revisions that no other follows; empty for a folder without migrations."""
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    own = {found for text in texts for found in REVISION.findall(text)}
    return frozenset(own - {found for text in texts for found in BEFORE.findall(text)})
