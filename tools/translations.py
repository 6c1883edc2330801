"""Compiles the catalogues: each room has a small .po, Babel reads one merged .mo per folder."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "mms_core" / "translations", *sorted(ROOT.glob("plugins/*/translations"))]


def compile_folder(folder: Path) -> int:
    """Merge the .po files of each language into messages.mo; gives the number of messages."""
    count = 0
    for language in sorted(p for p in folder.iterdir() if p.is_dir()):
        merged = Catalog(locale=language.name)
        for path in sorted((language / "LC_MESSAGES").glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale=language.name):
                    if message.id and message.string:
                        merged.add(message.id, message.string, context=message.context)
        with (language / "LC_MESSAGES" / "messages.mo").open("wb") as file:
            write_mo(file, merged)
        count += len(merged)
    return count


def main() -> None:
    """Compile every folder that has catalogues."""
    total = sum(compile_folder(folder) for folder in FOLDERS if folder.exists())
    print(f"translations: {total} messages compiled")


if __name__ == "__main__":
    sys.exit(main())
