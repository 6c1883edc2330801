"""Runs the tests on another PostgreSQL than the wheel's, started for the purpose and thrown away.

`python tools/test_on_server.py /usr/lib/postgresql/15/bin [what pytest takes]`
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# These start servers of their own, or look at pages: the database makes no difference to them.
ELSEWHERE = ("--ignore=tests/core/embedded", "--ignore=tests/core/supervise", "-m", "not browser")


def main() -> int:
    """Start the server, run pytest on it, remove it; return pytest's exit code."""
    sys.path.insert(0, str(ROOT))
    from mms_core import embedded

    with tempfile.TemporaryDirectory(prefix="mms-", dir="/var/tmp") as place:
        Path(place).chmod(0o755)  # the server runs as another user when we are root
        folder = Path(place) / "database"
        url = embedded.start(folder, bindir=Path(sys.argv[1]), durable=False)
        try:
            return subprocess.run(  # noqa: S603 - our own tests
                [sys.executable, "-m", "pytest", *ELSEWHERE, *sys.argv[2:]],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url},
                check=False,
            ).returncode
        finally:
            embedded.remove(folder)


if __name__ == "__main__":
    sys.exit(main())
