"""The guided form: which step asks what, what was typed so far, and what it comes to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mms_core.drafts.models import FormDraft
from mms_core.files.stored import Stored
from mms_core.forms import Form, blank, read
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.people.current import Person
from mms_core.settlements.names import shown
from plugins.your_idea_to_mayor.categories import choices_of, keys_of
from plugins.your_idea_to_mayor.entry import ask_why, can_be_reached
from plugins.your_idea_to_mayor.schemas import CONTACT, IdeaSchema

FIELDS: Mapping[str, tuple[str, ...]] = {
    "idea": ("title", "body", "why", "for_whom", "language", "campaign"),
    "place": ("category", "settlement", "lat", "lon"),
    "you": (*CONTACT, "shown"),
}
ORDER = ("idea", "place", "you", "check")
LABELS = {
    "idea": _("The idea"),
    "place": _("Place"),
    "you": _("Reply"),
    "check": _("Check"),
}
LONGEST = 5000  # characters of a field that a draft keeps
EARTH = 6371.0  # km


def step_form(
    step: str, typed: Mapping[str, Any], settings: Mapping[str, Any], *, person: Person | None
) -> Form:
    """Validate one step, and keep every word of it."""
    known = can_be_reached(person)
    form = read(
        IdeaSchema,
        typed,
        categories=keys_of(settings),
        known=known,
        why_required=settings["why_required"],
        only=FIELDS[step],
    )
    return _of_step(form, step, settings, known=known)


def step_shown(
    step: str, data: Mapping[str, Any], settings: Mapping[str, Any], *, person: Person | None
) -> Form:
    """Give a step as it stands in the draft, without a word about what is missing."""
    values = {"language": locale() if locale() in {"ka", "en"} else "ka"} | dict(data)
    form = blank(IdeaSchema, values=values)
    return _of_step(form, step, settings, known=can_be_reached(person))


def _of_step(form: Form, step: str, settings: Mapping[str, Any], *, known: bool) -> Form:
    wanted = [n for n in FIELDS[step] if not (known and n in CONTACT)]
    form.fields = {n: form.fields[n] for n in wanted if n in form.fields}
    if "category" in form.fields:
        form.fields["category"].choices = choices_of(settings)
    ask_why(form.fields, settings)
    return form


def typed_in(step: str, typed: Mapping[str, Any]) -> dict[str, str]:
    """Give the words of a step as the draft keeps them."""
    words = {
        name: str(typed.get(name, "")).replace("\x00", "").replace("\r\n", "\n")[:LONGEST]
        for name in FIELDS[step]
    }
    return words | {"lat": "", "lon": ""} if typed.get("no_point") else words


def first_wrong(
    data: Mapping[str, Any], settings: Mapping[str, Any], *, person: Person | None
) -> tuple[str, Form] | None:
    """Find the first step that does not hold, such as one whose category is offered no more."""
    for step in FIELDS:
        form = step_form(step, data, settings, person=person)
        if not form.valid:
            return step, form
    return None


def data_of(
    draft: FormDraft, settings: Mapping[str, Any], *, person: Person | None
) -> Mapping[str, Any]:
    """Give what a draft says of its author, as the schema reads it."""
    return step_form("you", draft.data, settings, person=person).data


def after(step: str) -> str:
    """Name the step that follows."""
    return ORDER[min(ORDER.index(step) + 1, len(ORDER) - 1)]


def files_of(draft: FormDraft) -> tuple[list[Stored], dict[str, str]]:
    """Give a draft's files, and their captions by their keys."""
    stored = [Stored.from_json(file["stored"]) for file in draft.files]
    captions = {file["stored"]["key"]: str(file.get("caption", "")) for file in draft.files}
    return stored, captions


def place_words(tenant: Any, lat: float | None, lon: float | None) -> str:
    """Say where a point is, in words: how far from the nearest place that the hall lists."""
    if lat is None or lon is None:
        return ""
    known = [place for place in tenant.settlements if place.get("lat") and place.get("lon")]
    if not known:
        return f"{lat:.3f}, {lon:.3f}"
    near = min(known, key=lambda place: kilometres(lat, lon, place["lat"], place["lon"]))
    distance = kilometres(lat, lon, near["lat"], near["lon"])
    name = shown(near)
    if distance < 1:
        return str(_("in or near %(place)s", place=name))
    return str(_("about %(distance)s km from %(place)s", distance=round(distance), place=name))


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Give the distance of two points in km, as the crow flies."""
    a, b = math.radians(lat), math.radians(other_lat)
    turn = math.radians(other_lon - lon)
    flat = math.hypot(b - a, math.cos((a + b) / 2) * turn)
    return EARTH * flat
