"""Plans and applies an import of settlements: what is new, renamed, changed, missing; and why not.

A settlement is known by the hall's code where there is one, else by its Georgian name. A rename
carries the cases, the rules of units and the modules' rows along; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from mms_core.cases.models import Case
from mms_core.changes import changed
from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.letters import LETTERS, romanise, search_key
from mms_core.modules import Registry
from mms_core.sheets import Row
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.models import Settlement
from mms_core.units.models import RoutingRule

KINDS = {
    "city": _("City"),
    "town": _("Town"),
    "daba": _("Small town"),
    "village": _("Village"),
    "city district": _("District"),
}
WORDS = {
    "ქალაქი": "city", "დაბა": "daba", "სოფელი": "village", "უბანი": "city district", "": "village",
}  # fmt: skip
COLUMNS: Mapping[str, Sequence[str]] = {
    "ka": ("name", "სახელი", "ka", "დასახელება"),
    "en": ("english", "ინგლისურად", "en"),
    "kind": ("kind", "ტიპი", "სახეობა"),
    "lat": ("lat", "განედი", "latitude"),
    "lon": ("lon", "გრძედი", "longitude"),
    "code": ("code", "კოდი"),
    "formerly": ("formerly", "ძველი სახელი", "ადრე"),
}
MOST = 2000  # settlements of a municipality; the largest has some 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the file that holds: a settlement, and the one that it was, if any."""

    line: int
    ka: str
    en: str
    kind: str
    lat: float | None
    lon: float | None
    code: str
    was: str = ""  # the Georgian name under which it is kept now; empty for a new one
    differs: bool = True


@dataclass(kw_only=True)
class Plan:
    """What an import would do."""

    lines: list[Line] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # line of the file, sentence
    missing: list[str] = field(default_factory=list)

    @property
    def new(self) -> list[Line]:
        """Settlements that were not there."""
        return [line for line in self.lines if not line.was]

    @property
    def renamed(self) -> list[Line]:
        """Settlements with another name than before."""
        return [line for line in self.lines if line.was and line.was != line.ka]

    @property
    def altered(self) -> list[Line]:
        """Settlements of which something else is new."""
        return [line for line in self.lines if line.was == line.ka and line.differs]


def kept(tenant: Any) -> list[Settlement]:
    """Give the hall's own list, retired ones included; empty until it first imports one."""
    own = select(Settlement).where(Settlement.municipality_id == tenant.id)
    return list(db.session.scalars(own.order_by(Settlement.ka)))


def now_of(tenant: Any) -> list[Settlement]:
    """Give the list as it stands: the hall's own, or what the municipality's file has."""
    own = kept(tenant)
    if own:
        return own
    names = ("ka", "en", "kind", "lat", "lon")
    return [
        Settlement(
            municipality_id=tenant.id,
            before=[],
            retired=False,
            code="",
            **{name: place.get(name) for name in names},
        )
        for place in tenant.settlements
    ]


def plan(now: Sequence[Settlement], rows: Iterable[Row]) -> Plan:
    """Read the rows of a file against the list as it stands; a bad row becomes a sentence."""
    found, seen = Plan(), set[str]()
    by_code = {place.code: place for place in now if place.code}
    by_name = {search_key(name): place for place in now for name in (place.ka, *place.before)}
    for row in rows:
        try:
            line = _line(row, by_code, by_name)
            if search_key(line.ka) in seen:
                raise Invalid(_("“%(name)s” stands in the file twice.", name=line.ka))
            if len(found.lines) >= MOST:
                raise Invalid(_("A municipality has at most %(most)s settlements.", most=MOST))
        except Invalid as problem:
            found.problems.append((row.line, str(problem.message)))
            continue
        seen.add(search_key(line.ka))
        found.lines.append(line)
    told = {line.was for line in found.lines}
    found.missing = [place.ka for place in now if place.ka not in told and not place.retired]
    return found


def _line(row: Row, by_code: Mapping[str, Settlement], by_name: Mapping[str, Settlement]) -> Line:
    values = row.values
    ka = " ".join(values["ka"].split())
    if not ka or not any(sign in LETTERS for sign in ka) or len(ka) > 80:
        raise Invalid(_("The name must be in Georgian letters, at most 80 of them."))
    formerly = values["formerly"]
    was = by_code.get(values["code"]) or by_name.get(search_key(formerly or ka))
    if formerly and was is None:
        raise Invalid(_("There is no settlement “%(name)s” that could be renamed.", name=formerly))
    point = (_degrees(values["lat"], 40.9, 43.7), _degrees(values["lon"], 39.8, 46.9))
    if (point[0] is None) != (point[1] is None):
        raise Invalid(_("Latitude and longitude are given together or not at all."))
    return Line(
        line=row.line,
        ka=ka,
        en=values["en"] or (was.en if was else "") or _english(ka),
        kind=_kind(values["kind"]),
        lat=point[0],
        lon=point[1],
        code=values["code"],
        was=was.ka if was else "",
        differs=was is None or _differs(was, values, point),
    )


def _differs(was: Settlement, values: Mapping[str, str], point: tuple[Any, Any]) -> bool:
    said = (values["en"] or was.en, _kind(values["kind"]), *point, values["code"])
    return was.retired or said != (was.en, was.kind, was.lat, was.lon, was.code)


def _kind(typed: str) -> str:
    plain = typed.lower().strip()
    kind = plain if plain in KINDS else WORDS.get(plain)
    if kind is None:
        names = ", ".join((*KINDS, *(word for word in WORDS if word)))
        raise Invalid(_("“%(kind)s” is no kind. Write one of: %(names)s.", kind=typed, names=names))
    return kind


def _degrees(typed: str, least: float, most: float) -> float | None:
    if not typed:
        return None
    try:
        found = float(typed.replace(",", "."))
    except ValueError:
        found = 0.0
    if not least <= found <= most:
        raise Invalid(_("“%(typed)s” is no place in Georgia, in degrees.", typed=typed))
    return found


def _english(ka: str) -> str:
    plain = romanise(ka).replace("’", "")
    return plain[:1].upper() + plain[1:]


def apply(registry: Registry, tenant: Any, wanted: Plan, *, retire_missing: bool) -> None:
    """Do what was planned, in one transaction; the list is the hall's own from now on."""
    places = {place.ka: place for place in now_of(tenant)}
    for place in places.values():
        db.session.add(place)
    db.session.flush()
    for line in wanted.lines:
        place = places.get(line.was) or Settlement(municipality_id=tenant.id, ka=line.ka, before=[])
        db.session.add(place)
        if place.ka != line.ka:
            rename(registry, tenant, place, now=line.ka)
        place.en, place.kind, place.code = line.en, line.kind, line.code
        place.lat, place.lon, place.retired = line.lat, line.lon, False
    for name in wanted.missing if retire_missing else ():
        places[name].retired = True
    db.session.flush()
    tenancy.forget()
    changed(tenant.id, "*")


def rename(registry: Registry, tenant: Any, place: Settlement, *, now: str) -> None:
    """Give a settlement another name, everywhere; the old one still leads to it."""
    was, place.before, place.ka = place.ka, [*place.before, place.ka], now
    here = (Case.__table__.c.tenant_id == tenant.id) & (Case.__table__.c.place == was)
    db.session.execute(update(Case.__table__).where(here).values(place=now))
    rules = RoutingRule.__table__
    there = (rules.c.tenant_id == tenant.id) & (rules.c.place_key == search_key(was))
    db.session.execute(update(rules).where(there).values(place=now, place_key=search_key(now)))
    for name in list(registry.loaded):
        registry.ask("mms_place_renamed", name, tenant=tenant, before=was, now=now)


def retire(tenant: Any, name: str, *, retired: bool) -> None:
    """Offer a settlement no more, or again; what was given in from there keeps its name."""
    places = {place.ka: place for place in now_of(tenant)}
    if name not in places:
        raise NotFound(_("There is no such settlement."))
    for place in places.values():
        db.session.add(place)
    places[name].retired = retired
    db.session.flush()
    tenancy.forget()
    changed(tenant.id, "*")
