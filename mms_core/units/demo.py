"""The demo's units: three, as in most halls, with rules by which its cases find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mms_core.modules import Registry
from mms_core.people.rules import by_email
from mms_core.units.rules import UnitData, keep, route, units_of

HALLS = ("tskaltubo", "zugdidi")


@dataclass(frozen=True, kw_only=True)
class DemoUnit:
    """A unit, its people by the words of their demo accounts, and the topics it works on."""

    name_ka: str
    name_en: str
    email: str
    head: str = ""
    members: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()
    default: bool = False


UNITS = (
    DemoUnit(
        name_ka="ინფრასტრუქტურისა და კეთილმოწყობის სამსახური",
        name_en="Infrastructure and Improvement Service",
        email="infrastructure@{hall}.example",
        head="head",
        members=("operator",),
        topics=frozenset(
            ("roads", "lighting", "water", "waste", "greenery", "transport", "accessibility")
        ),
    ),
    DemoUnit(
        name_ka="განათლების, კულტურისა და სოციალური სამსახური",
        name_en="Education, Culture and Social Service",
        email="social@{hall}.example",
        topics=frozenset(("education", "youth", "culture", "social")),
    ),
    DemoUnit(
        name_ka="ადმინისტრაციული სამსახური",
        name_en="Administrative Service",
        email="office@{hall}.example",
        members=("operator",),
        default=True,
    ),
)


def fill(registry: Registry, tenant: Any, *, modules: list[str]) -> None:
    """Give a hall its units and rules, before its cases are opened."""
    if tenant.slug not in HALLS or units_of(tenant.id):
        return
    found = {word: by_email(f"{word}@mms.example") for word in ("head", "operator")}
    people = {word: account.id for word, account in found.items() if account}
    for demo in UNITS:
        data = UnitData(
            name_ka=demo.name_ka,
            name_en=demo.name_en,
            email=demo.email.format(hall=tenant.slug),
            head_id=people.get(demo.head),
            members=tuple(people[word] for word in demo.members if word in people),
        )
        unit = keep(tenant.id, data)
        for module in modules:
            if demo.default:
                route(tenant.id, module=module, topic="", place="", unit=unit)
            for topic in sorted(_topics(registry, tenant, module) & demo.topics):
                route(tenant.id, module=module, topic=topic, place="", unit=unit)


def _topics(registry: Registry, tenant: Any, module: str) -> set[str]:
    types = registry.loaded[module].case_types
    return {key for case_type in types if case_type.topics for key in case_type.topics(tenant)}
