"""Reads and checks `tenants/`; a mistake is named with its file, its line and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from mms_core.tenancy import schemas
from mms_core.tenancy.country import (
    CentreFile,
    Country,
    OutsideFile,
    Place,
    RegionFile,
    TenantFile,
    ThemeChoice,
)
from mms_core.tenancy.files_together import between_files
from mms_core.tenancy.toml_lines import Problem, checked

FOLDER = Path(__file__).parents[2] / "tenants"
_SHARED = ("regions.toml", "centres.toml")
_T = TypeVar("_T")


class FilesError(ValueError):
    """The files cannot be used; `problems` says why, each with its remedy."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load(folder: Path = FOLDER, *, own: Path | None = None) -> list[TenantFile]:
    """Read the municipalities in the order of their numbers; raises FilesError."""
    return list(load_country(folder, own=own).tenants)


def load_country(folder: Path = FOLDER, *, own: Path | None = None) -> Country:
    """Read regions, municipalities and centres; raises FilesError.

    `own` is the folder of the municipalities that the installation added itself.
    """
    country, problems = read(folder, own=own)
    if problems or country is None:
        raise FilesError(problems)
    return country


def check(folder: Path = FOLDER, *, own: Path | None = None) -> list[Problem]:
    """List what is wrong in the files and between them; empty when all is well."""
    return read(folder, own=own)[1]


def read(folder: Path, *, own: Path | None = None) -> tuple[Country | None, list[Problem]]:
    """Read all files; the country is None while one file does not hold by itself."""
    problems: list[Problem] = []
    regions = _shared(folder / "regions.toml", schemas.RegionsSchema, problems)
    centres = _shared(folder / "centres.toml", schemas.CentresSchema, problems)
    places = [folder, *([own] if own else [])]
    found = (path for place in places for path in sorted(place.glob("*.toml")))
    paths = [path for path in found if path.name not in _SHARED]
    tenants = [_tenant(path, problems) for path in paths]
    if problems:
        return None, problems
    country = Country(
        regions=_made(_region, regions["regions"]),
        tenants=tuple(sorted(filter(None, tenants), key=lambda one: one.number)),
        centres=_made(_centre, centres["centres"]),
        others=_made(_outside, centres["others"]),
    )
    return country, list(between_files(country, folder))


def _shared(path: Path, schema: type[Any], problems: list[Problem]) -> dict[str, Any]:
    found, wrong = checked(path, schema())
    problems += wrong
    return found


def _tenant(path: Path, problems: list[Problem]) -> TenantFile | None:
    found, wrong = checked(path, schemas.TenantSchema())
    problems += wrong
    if wrong:
        return None
    drafts = found.pop("name_drafts")
    reviewed = drafts.pop("reviewed")
    return TenantFile(
        file=path,
        names=found.pop("name") | {lang: text for lang, text in drafts.items() if text},
        short_names=found.pop("short_name"),
        names_reviewed=reviewed,
        seat=Place(**found.pop("seat")),
        theme=ThemeChoice(**found.pop("theme")),
        settlements=tuple(Place(**one) for one in found.pop("settlements")),
        languages=tuple(found.pop("languages")),
        hosts=tuple(found.pop("hosts")),
        first_modules=tuple(found.pop("first_modules")),
        **found,
    )


def _made(make: Callable[[dict[str, Any]], _T], rows: Iterable[dict[str, Any]]) -> tuple[_T, ...]:
    return tuple(make(dict(row)) for row in rows)


def _region(row: dict[str, Any]) -> RegionFile:
    return RegionFile(code=row.pop("code"), names=row)


def _outside(row: dict[str, Any]) -> OutsideFile:
    return OutsideFile(slug=row.pop("slug"), region=row.pop("region"), names=row)


def _centre(row: dict[str, Any]) -> CentreFile:
    number, municipality = row.pop("number"), row.pop("municipality")
    return CentreFile(number=number, municipality=municipality, place=Place(**row))
