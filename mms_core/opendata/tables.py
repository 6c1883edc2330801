"""Writes rows as CSV or JSON, with their definition, licence and moment."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from mms_core.i18n import TBILISI

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
IN_MEMORY = 2 * 1024 * 1024  # bytes, beyond which a table is written to a file


@dataclass(frozen=True, kw_only=True)
class Table:
    """A published table: what it is called, what it means, its columns.

    A definition is a sentence, and below it a line for each value that needs one.
    """

    name: str
    title: str
    definition: str
    columns: tuple[str, ...]
    of: str = ""  # the municipality's or the country's name
    as_of: datetime | None = None


def write(table: Table, rows: Iterable[Sequence[Any]], *, form: str) -> IO[bytes]:
    """Write a table into a file that is read from its beginning; rows are never held as a whole."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    if form == "csv":
        _csv(text, table, rows)
    else:
        _json(text, table, rows)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def _csv(file: Any, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    file.write("\ufeff")
    out = csv.writer(file, lineterminator="\r\n")
    out.writerow(table.columns)
    out.writerows([_plain(value) for value in row] for row in rows)


def _json(file: Any, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    about = {
        "name": table.name, "title": table.title, "definition": table.definition, "of": table.of,
        "licence": LICENCE, "as_of": _plain(table.as_of), "columns": table.columns,
    }  # fmt: skip
    file.write(json.dumps(about, ensure_ascii=False)[:-1])
    file.write(', "rows": [')
    for number, row in enumerate(rows):
        line = dict(zip(table.columns, (_plain(value) for value in row), strict=False))
        file.write(
            ("," if number else "") + "\n" + json.dumps(line, ensure_ascii=False, default=str)
        )
    file.write("]}\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(TBILISI).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
