"""Finds a settlement however its name was typed, also under a name that it had before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mms_core import here
from mms_core.i18n import locale, marked
from mms_core.letters import search_key


def settlement_of(tenant: Any, typed: str) -> Mapping[str, Any] | None:
    """Find a settlement of a municipality by any of its names, in any spelling."""
    key = search_key(typed)
    for place in tenant.settlements if key else ():
        names = (place["ka"], place.get("en") or "", *place.get("before", ()))
        if key in {_known(name) for name in names if name}:
            found: Mapping[str, Any] = place
            return found
    return None


@lru_cache(maxsize=16_384)
def _known(name: str) -> str:
    """Give the key of a settlement's name once: a hall has hundreds, and each idea asks for all."""
    return search_key(name)


def written(tenant: Any, typed: str) -> str:
    """Give the name as the hall writes it; what is no settlement, such as a street, stays."""
    place = settlement_of(tenant, typed)
    return str(place["ka"]) if place else " ".join(typed.split())


def place(kept: str) -> str:
    """Give a settlement's kept name in the language of the page, where it has one: a Jinja filter.

    What has none, such as a street or a settlement of before, stays and is marked as Georgian.
    """
    if not kept or locale() == "ka":
        return kept
    tenant = here.given().get("tenant")
    known = tenant.settlements if tenant else ()
    found = next((one.get("en") for one in known if one["ka"] == kept), None)
    if found:
        return str(found)
    return marked(kept)


def shown(place: Mapping[str, Any]) -> str:
    """Give a settlement's name in the language of the page."""
    return str(place["ka"] if locale() == "ka" else place.get("en") or place["ka"])
