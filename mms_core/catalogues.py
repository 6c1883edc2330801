"""Compiles translations: each room has a small .po, Babel reads one merged .mo per folder."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# CLDR tells one from many in Georgian; Babel's own table knows one form and drops the second.
PLURALS = {"ka": "nplurals=2; plural=(n != 1);"}


def compile_folder(folder: Path) -> int:
    """Merge the .po files of each language into messages.mo; gives the number of messages."""
    count = 0
    for language in sorted(p for p in folder.iterdir() if p.is_dir()):
        target = language / "LC_MESSAGES" / "messages.mo"
        merged = merge(language)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, merged)
        draft.replace(target)
        count += len(merged)
    return count


def merge(language: Path) -> Catalog:
    """Read every .po of a language's folder into one catalogue."""
    merged = Catalog(locale=language.name)
    if language.name in PLURALS:
        merged.mime_headers = [("Plural-Forms", PLURALS[language.name])]
    for path in sorted((language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language.name):
                if message.id and message.string:
                    merged.add(message.id, message.string, context=message.context)
    return merged


def compile_if_older(folder: Path) -> None:
    """Compile a folder whose .mo is missing or older than a .po; a read-only one is left alone."""
    for language in folder.glob("*/LC_MESSAGES"):
        target = language / "messages.mo"
        newest = max((p.stat().st_mtime for p in language.glob("*.po")), default=0)
        if newest and (not target.exists() or target.stat().st_mtime < newest):
            if os.access(language, os.W_OK):
                compile_folder(folder)
            return
