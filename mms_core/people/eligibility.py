"""Eligibility as data: "age:18", "citizen", "registered", "level:2"."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from mms_core.people.models import AccountProfile

PROFILE = "/my/profile"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One requirement that is not met: what to do about it, and where (empty for nowhere)."""

    requirement: str
    message: Any
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a requirement is checked against."""

    profile: AccountProfile
    value: int
    tenant_id: int
    on: date


def eligible(
    person_id: uuid.UUID | None, requirements: tuple[str, ...], tenant_id: int, on: date
) -> list[Refusal]:
    """List the requirements that a person does not meet on a day; empty when all are met.

    Raises ValueError for a requirement that the house does not know.
    """
    if not requirements:
        return []
    profile = db.session.get(AccountProfile, person_id) if person_id else None
    refusals: list[Refusal] = []
    for requirement in requirements:
        name, _colon, raw = requirement.partition(":")
        if name not in CHECKS:
            raise ValueError(f"There is no requirement {requirement!r}.")
        if profile is None:
            message = _("Sign in first, so that we can tell whether you may do this.")
            return [Refusal(requirement=requirement, message=message, where="/sign-in")]
        asked = _Asked(profile=profile, value=int(raw or 0), tenant_id=tenant_id, on=on)
        message, where = CHECKS[name](asked)
        if message:
            refusals.append(Refusal(requirement=requirement, message=message, where=where))
    return refusals


def age_on(birth: date, day: date) -> int:
    """Count whole years; who was born on 29 February grows older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _age(asked: _Asked) -> tuple[Any, str]:
    birth = asked.profile.birth_date
    if birth is None:
        return _("Give your birth date in your profile."), PROFILE
    if age_on(birth, asked.on) < asked.value:
        return _("This is for people who are %(years)s or older.", years=asked.value), ""
    return "", ""


def _citizen(asked: _Asked) -> tuple[Any, str]:
    if not asked.profile.citizenship:
        return _("Give your citizenship in your profile."), PROFILE
    if asked.profile.citizenship != "GE":
        return _("This is for citizens of Georgia."), ""
    return "", ""


def _registered(asked: _Asked) -> tuple[Any, str]:
    where = asked.profile.municipality
    if where is None:
        return _("Give the municipality in which you are registered in your profile."), PROFILE
    if where != asked.tenant_id:
        message = _(
            "This is for people registered in this municipality; your profile names another."
        )
        return message, PROFILE
    return "", ""


LEVEL_WORDS = {
    1: _("Confirm your e-mail: sign in once by a link sent to it."),
    2: _("Show your identity card at any community centre or city hall; they confirm it at once."),
    3: _("Sign with a qualified electronic signature."),
}


def _level(asked: _Asked) -> tuple[Any, str]:
    if asked.profile.identity_level < asked.value:
        return LEVEL_WORDS[min(asked.value, 3)], PROFILE
    return "", ""


CHECKS: dict[str, Callable[[_Asked], tuple[Any, str]]] = {
    "age": _age,
    "citizen": _citizen,
    "registered": _registered,
    "level": _level,
}
