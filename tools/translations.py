"""Compiles the catalogues of the core and of our modules."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mms_core.catalogues import compile_folder  # noqa: E402 - the path comes first

FOLDERS = [ROOT / "mms_core" / "translations", *sorted(ROOT.glob("plugins/*/translations"))]


def main() -> None:
    """Compile every folder that has catalogues."""
    total = sum(compile_folder(folder) for folder in FOLDERS if folder.exists())
    print(f"translations: {total} messages compiled")


if __name__ == "__main__":
    main()
