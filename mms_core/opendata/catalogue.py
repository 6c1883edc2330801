"""Describes what is published in DCAT, so that other portals of open data can harvest it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from mms_core.i18n import TBILISI
from mms_core.opendata.tables import LICENCE, Table

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = {"csv": "text/csv", "json": "application/json"}


def catalogue(
    *, address: str, title: str, publisher: str, language: str, now: datetime,
    tables: Iterable[tuple[Table, Sequence[tuple[str, str]]]], parts: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Give a catalogue as JSON-LD: tables with (form, address) each, and catalogues within it."""
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": {"@value": title, "@language": language},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:license": {"@id": LICENCE},
        "dct:language": language,
        "dct:modified": _moment(now),
        "dcat:dataset": [_dataset(table, ways, language, now) for table, ways in tables],
    }
    if parts:
        found["dcat:catalog"] = [{"@id": part, "@type": "dcat:Catalog"} for part in parts]
    return found


def _dataset(
    table: Table, ways: Sequence[tuple[str, str]], language: str, now: datetime
) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "@id": ways[0][1].rpartition(".")[0],
        "dct:identifier": table.name,
        "dct:title": {"@value": table.title, "@language": language},
        "dct:description": {"@value": table.definition, "@language": language},
        "dct:license": {"@id": LICENCE},
        "dct:modified": _moment(now),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": table.of},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": address},
                "dcat:mediaType": MEDIA[form],
                "dct:license": {"@id": LICENCE},
            }
            for form, address in ways
        ],
    }


def _moment(at: datetime) -> dict[str, str]:
    return {"@value": at.astimezone(TBILISI).isoformat(timespec="seconds"), "@type": "xsd:dateTime"}
