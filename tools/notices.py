"""Writes THIRD_PARTY_NOTICES.md from what the pinned requirements say of themselves."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
HEAD = """# Third-party notices

MMS carries no third-party code in its tree. At set-up it installs what is listed here, pinned by
version and hash; each keeps its own licence. Written by `python tools/notices.py`.

## Python
| package | version | licence |
|---|---|---|
"""
NPM = """
## Styles, script, icons and fonts (npm)
| package | version | licence |
|---|---|---|
"""


def licence_of(name: str) -> str:
    """Give the licence that an installed package declares."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return "on other systems only"
    declared = found["License-Expression"] or ""
    if not declared:
        classes = [c for c in found.get_all("Classifier") or [] if c.startswith("License ::")]
        declared = ", ".join(c.rpartition(" :: ")[2] for c in classes)
    return declared or str(found["License"] or "see the package").splitlines()[0]


def main() -> None:
    """Write the file."""
    lines = [HEAD]
    text = "".join((ROOT / "requirements" / f"{n}.txt").read_text() for n in ("run", "build"))
    for name, version in sorted(set(PINNED.findall(text)), key=lambda item: item[0].lower()):
        lines.append(f"| {name} | {version} | {licence_of(name)} |\n")
    lines.append(NPM)
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for path, about in sorted(packages.items()):
        if path:
            name = path.removeprefix("node_modules/")
            lines.append(f"| {name} | {about['version']} | {about.get('license', '')} |\n")
    (ROOT / "THIRD_PARTY_NOTICES.md").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
