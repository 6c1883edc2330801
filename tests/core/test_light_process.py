"""A law: what only some work needs is not loaded by every process that serves pages."""

from __future__ import annotations

import subprocess
import sys

# Each costs a process memory and every start time; they are imported where they are called.
HEAVY = ("alembic", "PIL", "openpyxl", "typst", "pypdf", "icalendar", "holidays", "boto3")
LOADED = """
import sys
import mms_core.app
from mms_core.modules import discover
discover()
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_a_serving_process_loads_nothing_that_only_some_work_needs() -> None:
    command = [sys.executable, "-c", LOADED, *HEAVY]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
