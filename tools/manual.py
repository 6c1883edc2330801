"""Puts the code of a generated module into docs/writing-a-module.md, so that the manual runs."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mms_core.authoring.new import new_module  # noqa: E402 - the path comes first

MANUAL = ROOT / "docs" / "writing-a-module.md"
FENCE = re.compile(
    r"```python\n(?:# (?P<name>[\w.]+)\n.*?|\{\{ (?P<new>[\w.]+) \}\}\n)```", re.DOTALL
)


def filled(manual: str) -> str:
    """Give the manual with every fenced file as `mms new-module` writes it today."""
    with tempfile.TemporaryDirectory() as folder:
        made = new_module(
            "lost_property", Path(folder), title="Lost property", title_ka="დაკარგული ნივთები"
        )
        files = {path.name: path.read_text(encoding="utf-8") for path in made.rglob("*.py")}
        files["cases.py"] = files["cases.py"].strip() + "\n"

    def code(found: re.Match[str]) -> str:
        name = found["name"] or found["new"]
        return f"```python\n# {name}\n{files[name].strip()}\n```"

    return FENCE.sub(code, manual)


if __name__ == "__main__":
    MANUAL.write_text(filled(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")
