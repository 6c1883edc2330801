"""The module's table of contents: what it contributes, one line each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from marshmallow import Schema

from mms_core.contributions import CaseType, Dataset, Impact, Indicator, Module, NavItem, OwnItem
from mms_core.hookspecs import hookimpl
from mms_core.i18n import lazy_gettext as _
from mms_core.people.current import is_staff
from plugins.citizen_reception import (
    booking_demo,
    booking_views,
    day_demo,
    day_duties,
    day_figures,
    day_views,
    feed_views,
    forgetting,
    frames,
    group_views,
    info_desk,
    info_views,
    letter_own,
    letter_views,
    offered,
    official_desk,
    official_edit,
    outcome_views,
    own_places,
    reminders,
    views,
    visit_intake,
    visit_views,
    waiting_views,
)
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.letter_case import LETTER
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.settings import ReceptionSettings
from plugins.citizen_reception.tour_case import GROUP_VISIT
from plugins.citizen_reception.visit_case import VISIT
from plugins.citizen_reception.walk_in import WALK_IN

TITLE = _("Citizen reception")
SUMMARY = _("Be received and heard, write to the city hall, come with a group.")
# Importing them has hung their pages on the blueprint.
PAGES = (views, frames, group_views, info_desk, info_views, letter_own, letter_views)
DAY = (day_views, outcome_views)
DUTIES = day_duties.daily  # so that the worker knows the evening's round
BOOKING = (booking_views, offered, reminders, visit_intake, visit_views, waiting_views)
OFFICIALS = (feed_views, official_desk, official_edit)


PICTURES = (
    (
        "hours.png",
        _("The first page of reception: visits, officials, letters, groups and events"),
    ),
)


@hookimpl
def mms_module() -> Module:
    """Name and place."""
    return Module(
        name=NAME, path="reception", title=TITLE, summary=SUMMARY, icon="users", pictures=PICTURES
    )


@hookimpl
def mms_blueprints() -> list[Blueprint]:
    """Give the pages."""
    return [pages]


@hookimpl
def mms_case_types() -> list[CaseType]:
    """Give the lives of visits, booked or not, of a group's visit and of a letter."""
    return [VISIT, GROUP_VISIT, LETTER, WALK_IN]


@hookimpl
def mms_settings() -> type[Schema]:
    """Give what a hall can set."""
    return ReceptionSettings


@hookimpl
def mms_indicators() -> list[Indicator]:
    """Give the ministry's figures."""
    return day_figures.indicators()


@hookimpl
def mms_datasets() -> list[Dataset]:
    """Give planned meetings as open data."""
    return [*day_figures.DATASETS]


@hookimpl
def mms_navigation(tenant: Any) -> list[NavItem]:
    """Give everybody the way to the reception, and the hall the way to its pages."""
    items = [NavItem(title=TITLE, url=url_for(f"{NAME}.index"), icon="users", order=30,
                     summary=SUMMARY)]  # fmt: skip
    if is_staff(tenant.id):
        desk = NavItem(title=_("Reception: desk"), url=url_for(f"{NAME}.desk_day"),
                       icon="users", order=830, desk=True)  # fmt: skip
        items.append(desk)
    return items


@hookimpl
def mms_impact(tenant: Any) -> list[Impact]:
    """Say what switching off would touch."""
    return day_figures.impact(tenant)


@hookimpl
def mms_own(person: Any) -> list[OwnItem]:
    """Give a person's places on waiting lists."""
    return own_places.of(person.id)


@hookimpl
def mms_erase(person: Any) -> None:
    """Take the person's name off the seats they have taken, and the person off waiting lists."""
    forgetting.forget(person.id)


@hookimpl
def mms_demo(tenant: Any, clock: Any) -> None:
    """Fill a hall with a believable week."""
    booking_demo.fill(tenant, clock)
    day_demo.fill(tenant, clock)
