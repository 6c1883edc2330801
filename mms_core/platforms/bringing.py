"""Reads a file of another platform into lines: a table (CSV, XLSX) or Open311 GeoReport v2 JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.sheets import read_table

MOST = 20_000  # lines of one file
LARGEST = 8_000_000  # bytes of one file
LONGEST = 20_000  # characters of one cell
REQUESTS = ("service_requests", "requests", "items", "data")  # where a list may lie in JSON


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file as lines: the names of its columns, and (number, values by column) of each line."""

    columns: list[str]
    lines: list[tuple[int, dict[str, str]]]


def read(content: bytes) -> Brought:
    """Read a file by what it holds; Invalid (field `file`) when it is neither or has no line."""
    start = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    found = _json(content) if start in {b"[", b"{"} else _table(content)
    if not found.lines:
        raise _wrong(_("The file holds no records."))
    if len(found.lines) > MOST:
        raise _wrong(_("The file holds more than %(count)s records; divide it.", count=MOST))
    return found


def _wrong(words: Any) -> Invalid:
    return Invalid(words, fields={"file": [words]})


def _table(content: bytes) -> Brought:
    rows = read_table(io.BytesIO(content))
    first = next(rows, None)
    if first is None:
        raise _wrong(_("The file is empty."))
    names = [name or str(place) for place, name in enumerate(first[1], start=1)]
    lines = [
        (line, {name: cell[:LONGEST] for name, cell in zip(names, cells, strict=False)})
        for line, cells in rows
        if any(cells)
    ]
    return Brought(columns=list(dict.fromkeys(names)), lines=lines)


def _json(content: bytes) -> Brought:
    """Read a list of service requests; a line is the place of a request in the list."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise _wrong(_("The file is no JSON that we can read.")) from problem
    if isinstance(found, dict):
        found = next((found[key] for key in REQUESTS if isinstance(found.get(key), list)), [found])
    lines = [
        (place, _flat(item)) for place, item in enumerate(found, start=1) if isinstance(item, dict)
    ]
    return Brought(columns=_names(values for _line, values in lines), lines=lines)


def _flat(item: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: value for name, value in item.items() if value not in (None, "", [], {})}
    return {
        str(name)[:100]: (value if isinstance(value, str) else json.dumps(value))[:LONGEST]
        for name, value in kept.items()
    }


def _names(lines: Iterable[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for values in lines for name in values))
