"""`make bench`: fills two databases, measures the product beside its floors, prints the ratios."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from benchmarks import exporting, measure, report
from benchmarks.place import Place


def main() -> None:
    """Measure everything in one run and keep the figures as JSON."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=")
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases of the large database")
    parser.add_argument("--small", type=int, default=10_000, help="cases of the small database")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each measurement")
    options = parser.parse_args()
    folder = Path(os.environ.get("MMS_DATA", "var")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    small, large = Place(folder, options.small), Place(folder, options.cases)
    small.ready()
    large.ready()
    figures = measure.everything(small, large, seconds=options.seconds)
    exported = exporting.measure(large)
    report.show(figures, cases=options.cases, small=options.small)
    exporting.show(exported)
    target = folder / "figures.json"
    target.write_text(json.dumps([figure.as_dict() for figure in figures], indent=1))
    print(f"\nThe same as JSON: {target}")


if __name__ == "__main__":
    main()
