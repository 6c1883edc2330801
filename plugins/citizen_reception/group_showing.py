"""Puts a group's visit into words of the page's language."""

from __future__ import annotations

from typing import Any

from mms_core.dates import named_moment
from mms_core.i18n import TBILISI, marked
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.day_settings import LANGUAGES
from plugins.citizen_reception.group_models import Tour
from plugins.citizen_reception.tours import AGES

AGE_WORDS = dict(AGES)


def facts(tour: Tour | None) -> list[tuple[Any, Any]]:
    """Give what is known of a visit as pairs of words."""
    if tour is None:
        return []
    return [
        (_("When"), f"{named_moment(tour.starts_at)}–{tour.ends_at.astimezone(TBILISI):%H:%M}"),
        (_("Number of people"), tour.size),
        (_("Who they are"), AGE_WORDS.get(tour.age, tour.age)),
        (_("Language of the visit"), LANGUAGES.get(tour.language, tour.language)),
        (_("What we should prepare"), marked(tour.access)),
        (_("Who leads the group"), marked(tour.guide)),
        (_("How many people came"), tour.came),
    ]
