"""Reads and writes tables as CSV and XLSX, a row at a time, as people's spreadsheets have them.

Reading forgives what spreadsheets do (a byte order mark, semicolons, no-break spaces, headings in
either language, numbers that became 7.0); what a row means is for its reader to judge. Writing
disarms what a spreadsheet would take for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, BinaryIO

from mms_core.errors import Invalid
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _

BOM = b"\xef\xbb\xbf"
ZIP = b"PK\x03\x04"  # how an XLSX file begins
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row with its number as the spreadsheet shows it (the headings are row 1)."""

    line: int
    values: dict[str, str]


def read_rows(
    file: BinaryIO, *, columns: Mapping[str, Sequence[str]], optional: Collection[str] = ()
) -> Iterator[Row]:
    """Read a CSV or XLSX file that can be sought, told apart by its first bytes.

    `columns` maps a field's name to the headings by which it may go, the first being the one that
    error texts name; case and spaces do not matter, unknown columns are passed over. Every row has
    every field, as text without outer spaces, "" where the file has nothing. Empty rows are passed
    over. Raises Invalid (field `file`) when it is no such table or a heading is missing that is not
    one of the `optional` fields.
    """
    table = read_table(file)
    found = next(table, None)
    if found is None:
        raise _unreadable(_("The file is empty."))
    places = _places(found[1], columns, optional)
    for line, cells in table:
        if any(cells):
            yield Row(
                line=line,
                values=dict.fromkeys(columns, "")
                | {
                    name: cells[place] if place < len(cells) else ""
                    for name, place in places.items()
                },
            )


def read_table(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Read a CSV or XLSX file line by line as (number, cells), the headings first.

    Raises Invalid (field `file`) when it is no such table.
    """
    start = file.read(4)
    file.seek(0)
    return _xlsx(file) if start == ZIP else _csv(file)


def _places(
    headings: Sequence[str], columns: Mapping[str, Sequence[str]], optional: Collection[str]
) -> dict[str, int]:
    known = {_plain(words): place for place, words in reversed(list(enumerate(headings)))}
    places: dict[str, int] = {}
    missing = []
    for name, ways in columns.items():
        place = next((known[_plain(way)] for way in (*ways, name) if _plain(way) in known), None)
        if place is None and name not in optional:
            missing.append(ways[0])
        elif place is not None:
            places[name] = place
    if missing:
        names = ", ".join(missing)
        raise _unreadable(_("The first row lacks these headings: %(names)s.", names=names))
    return places


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def _unreadable(words: Any) -> Invalid:
    return Invalid(words, fields={"file": [words]})


def _csv(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Read CSV in UTF-8, told apart by the first row: semicolons, tabs or commas."""
    head = file.read(65536).removeprefix(BOM).splitlines()
    file.seek(0)
    first = head[0].decode("utf-8", "replace") if head else ""
    delimiter = max(";\t,", key=first.count)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        rows = csv.reader(text, delimiter=delimiter)
        for cells in rows:
            yield rows.line_num, [_cell(cell) for cell in cells]
    except (UnicodeDecodeError, csv.Error) as problem:
        words = _("The file is no table that we can read. Save it as XLSX or as CSV in UTF-8.")
        raise _unreadable(words) from problem
    finally:
        if not file.closed:
            text.detach()  # the file stays its owner's


def _xlsx(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Read the first sheet of an XLSX file."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except Exception as problem:
        words = _("The file is no table that we can read. Save it as XLSX or as CSV in UTF-8.")
        raise _unreadable(words) from problem
    with closing(book):
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield line, [_cell(cell) for cell in cells]


def _cell(value: Any) -> str:
    """Give a cell's text: plain spaces, a whole number without a point, a date as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return " ".join(str(value).replace("\u00a0", " ").split(" ")).strip()


def write_csv(headings: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Write CSV in UTF-8 with a byte order mark, in pieces of some 64 kB."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([str(words) for words in headings])
    for row in rows:
        writer.writerow([_safe(value) for value in row])
        if buffer.tell() > 65536:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_xlsx(
    headings: Sequence[Any], rows: Iterable[Sequence[Any]], *, to: IO[bytes], title: str = "MMS"
) -> None:
    """Write one sheet of XLSX, a row at a time; `to` may be a file on disk."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append([str(words) for words in headings])
    for row in rows:
        sheet.append([_safe(value) for value in row])
    book.save(to)


def _safe(value: Any) -> Any:
    """Give what a cell may hold: moments in Tbilisi's time, no text that runs as a formula."""
    if isinstance(value, datetime):
        return value.astimezone(TBILISI).strftime("%Y-%m-%d %H:%M")
    if value is None or isinstance(value, int | float | date):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
