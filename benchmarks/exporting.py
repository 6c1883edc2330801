"""How much memory an export of a hall with many cases takes, in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from benchmarks.place import Place

BOUND = 64  # MB beside what the process had before
FORMS = ("csv", "xlsx")


@dataclass(frozen=True, kw_only=True)
class Export:
    """One export: its rows, seconds, and the memory beside the process's own."""

    form: str
    rows: int
    seconds: float
    extra_mb: float


def measure(place: Place) -> list[Export]:
    """Export the cases of the largest hall in each form, each in a fresh process."""
    with place.admin() as connection:
        query = "select tenant_id from mms.cases group by 1 order by count(*) desc limit 1"
        row = connection.execute(query).fetchone()
    hall = str(row[0]) if row else "0"
    found = []
    for form in FORMS:
        command = [sys.executable, "-m", "benchmarks.exporting", form, hall]
        done = subprocess.run(
            command, env=place.environment(), check=True, capture_output=True, text=True
        )
        found.append(Export(**json.loads(done.stdout.splitlines()[-1])))
    return found


def show(exports: list[Export]) -> None:
    """Print what each export took."""
    for one in exports:
        sign = "met   " if one.extra_mb <= BOUND else "NOT MET"
        print(
            f"{sign} export of {one.rows:,} cases as {one.form}: {one.extra_mb:.0f} MB beside the"
            f" process's own (at most {BOUND}), {one.seconds:.0f} s"
        )


def main(form: str, hall: int) -> None:
    """Write an export as the worker does, and print its memory as JSON."""
    from mms_core import db as database
    from mms_core.app import create_app
    from mms_core.batches import rules, table
    from mms_core.batches.models import TABLE
    from mms_core.config import Settings
    from mms_core.people.current import Person
    from mms_core.people.rules import by_email

    app = create_app(Settings.from_env())
    with app.app_context():
        database.bind(hall)
        account = by_email("operator@mms.example")
        assert account is not None
        from datetime import UTC, datetime

        now, person = datetime.now(UTC), Person(id=account.id, name=account.name)
        asked = {"form": form, "filters": {"state": "all"}}
        batch = rules.new(hall, person, kind=TABLE, language="ka", now=now, asked=asked)
        batch_id = batch.id
        database.commit()
        before, started = peak_mb(), time.monotonic()
        table.make_table(rules.find(hall, batch_id))
        seconds = time.monotonic() - started
        rows = rules.find(hall, batch_id).done
        database.commit()
    extra = peak_mb() - before
    print(json.dumps({"form": form, "rows": rows, "seconds": seconds, "extra_mb": extra}))


def peak_mb() -> float:
    """Give the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
