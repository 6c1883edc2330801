"""From the form to an idea: the schema's fields with the hall's categories, dates and notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from mms_core.cases.deadlines import due_if_opened
from mms_core.cases.rules import Contact
from mms_core.centre.rules import Citizen
from mms_core.files.stored import Stored
from mms_core.forms import Fields, Form, FormField, blank, read
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.people.current import Person
from mms_core.settlements import names
from mms_core.switching.grounds import officer
from plugins.your_idea_to_mayor.cases import IDEA
from plugins.your_idea_to_mayor.categories import choices_of, keys_of
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.rules import NewIdea, public_name
from plugins.your_idea_to_mayor.schemas import CONTACT, IdeaSchema


def blank_form(settings: Mapping[str, Any], person: Person | None) -> Form:
    """Give the form as nobody has typed into it yet."""
    return _fitted(blank(IdeaSchema), settings, known=can_be_reached(person))


def read_form(typed: Mapping[str, Any], settings: Mapping[str, Any], person: Person | None) -> Form:
    """Validate what was typed, and keep every word of it."""
    known = can_be_reached(person)
    return _read(typed, settings, known=known)


def blank_for_another(settings: Mapping[str, Any], typed: Mapping[str, Any]) -> Form:
    """Give the form in which a clerk writes a citizen's idea."""
    return _fitted(blank(IdeaSchema, values=typed), settings, known=True)


def read_for_another(typed: Mapping[str, Any], settings: Mapping[str, Any]) -> Form:
    """Validate a citizen's idea that a clerk wrote; who the citizen is stands beside it."""
    return _read(typed, settings, known=True)


def _read(typed: Mapping[str, Any], settings: Mapping[str, Any], *, known: bool) -> Form:
    form = read(
        IdeaSchema,
        typed,
        categories=keys_of(settings),
        known=known,
        why_required=settings["why_required"],
    )
    return _fitted(form, settings, known=known)


def idea_of_citizen(
    data: Mapping[str, Any], citizen: Citizen, *, first_name: str, files: Sequence[Stored]
) -> NewIdea:
    """Put together what a clerk files: the citizen's idea, taken at the clerk's centre."""
    shown = public_name(data["shown"], citizen.contact, first_name=first_name)
    return NewIdea(
        title=data["title"],
        body=data["body"],
        why=data["why"],
        for_whom=data["for_whom"],
        category=data["category"],
        settlement=data["settlement"],
        contact=replace(citizen.contact, public_name=shown),
        author_id=citizen.author_id,
        level=citizen.level,
        language=locale(),
        channel=citizen.channel,
        taken_at=citizen.taken_at,
        by=citizen.by,
        files=files,
    )


def can_be_reached(person: Person | None) -> bool:
    """Tell whether an account says who its person is and how to answer them."""
    return person is not None and bool(person.first_name and (person.email or person.phone))


def ask_why(fields: Fields, settings: Mapping[str, Any]) -> None:
    """Mark why and for whom as things that must be said, where the hall has set it so."""
    for name in ("why", "for_whom") if settings["why_required"] else ():
        if name in fields:
            fields[name].required = True


def _fitted(form: Form, settings: Mapping[str, Any], *, known: bool) -> Form:
    def change(fields: Fields) -> None:
        fields["category"].choices = choices_of(settings)
        ask_why(fields, settings)
        for name in CONTACT if known else ():
            del fields[name]
        fields["files"] = FormField(
            name="files", label=_("Pictures or documents"), kind="files", help=""
        )

    return form.fit(change)


def new_idea(
    data: Mapping[str, Any],
    person: Person | None,
    *,
    files: Sequence[Stored],
    language: str,
    captions: Mapping[str, str] | None = None,
) -> NewIdea:
    """Put together what is handed in; a signed-in person's own data come from their account."""
    contact = Contact(
        name=data.get("name", ""), email=data.get("email", ""), phone=data.get("phone", "")
    )
    first_name = ""
    if person is not None and can_be_reached(person):
        contact = Contact(name=person.name, email=person.email or "", phone=person.phone or "")
        first_name = person.first_name
    shown = public_name(data["shown"], contact, first_name=first_name)
    return NewIdea(
        title=data["title"],
        body=data["body"],
        why=data["why"],
        for_whom=data["for_whom"],
        category=data["category"],
        settlement=data["settlement"],
        contact=replace(contact, public_name=shown),
        author_id=person.id if person else None,
        level=person.level if person else 0,
        language=language,
        files=files,
        captions=captions or {},
        written_in=data.get("language") or "",
        lat=data.get("lat"),
        lon=data.get("lon"),
        campaign=data.get("campaign", ""),
    )


def answer_date(tenant_id: int, settings: Mapping[str, Any], *, now: datetime) -> date:
    """Give the day by which an idea sent now is answered, as its case will say."""
    return due_if_opened(tenant_id, IDEA, settings=settings, now=now)


def settlements(tenant: Any) -> list[str]:
    """Name the known places of a municipality, as suggestions."""
    return [names.shown(place) for place in tenant.settlements]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a person must know before they give data (Law on Personal Data Protection, 2023)."""

    hall: str
    contact: str
    keep_years: int


def notice(tenant: Any, settings: Mapping[str, Any]) -> Notice:
    """Give who is responsible for the data, whom to ask, and how long it is kept."""
    contact = officer(tenant, NAME)
    return Notice(hall=tenant.hall, contact=contact, keep_years=int(settings["keep_years"]))
