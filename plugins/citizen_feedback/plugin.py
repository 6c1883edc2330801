"""The module's table of contents: what it contributes, one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, url_for
from marshmallow import Schema

from mms_core.contributions import (
    CaseType,
    Check,
    Dataset,
    Impact,
    Indicator,
    Moderated,
    Module,
    NavItem,
)
from mms_core.hookspecs import hookimpl
from mms_core.i18n import lazy_gettext as _
from mms_core.people.current import is_staff
from plugins.citizen_feedback import (
    budget_views,
    commands,
    demo,
    desk_views,
    duties,
    figures,
    frames,
    list_views,
    moderated,
    need_intake,
    need_views,
    needs,
    problem_views,
    proof_views,
    rating_views,
    report_views,
    rules,
    views,
)
from plugins.citizen_feedback.cases import NEED
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.settings import FeedbackSettings

TITLE = _("Citizens' feedback")
SUMMARY = _("Rate the programmes you used, and say what your settlement needs.")
# Each adds its own pages to the blueprint.
PAGES = (
    views, rating_views, desk_views, proof_views, list_views, need_views, need_intake,
    problem_views, report_views, budget_views, frames,
)  # fmt: skip
DUTIES = duties.daily  # so that the worker knows the day's round


PICTURES = (
    ("results.png", _("The first page of feedback: programmes and what residents said of them")),
)


@hookimpl
def mms_module() -> Module:
    """Name and place."""
    return Module(
        name=NAME, path="feedback", title=TITLE, summary=SUMMARY, icon="star", pictures=PICTURES
    )


@hookimpl
def mms_blueprints() -> list[Blueprint]:
    """Give the pages."""
    return [views.pages]


@hookimpl
def mms_case_types() -> list[CaseType]:
    """Give the life of a need."""
    return [NEED]


@hookimpl
def mms_settings() -> type[Schema]:
    """Give what a hall can set."""
    return FeedbackSettings


@hookimpl
def mms_indicators() -> list[Indicator]:
    """Give the ministry's figures; none of them has a rating's words."""
    return figures.INDICATORS


@hookimpl
def mms_datasets() -> list[Dataset]:
    """Give programmes and results as open data."""
    return figures.DATASETS


@hookimpl
def mms_moderated() -> list[Moderated]:
    """Give what readers can report and officers can hide."""
    return moderated.MODERATED


@hookimpl
def mms_commands() -> list[Callable[..., Any]]:
    """Give `mms citizen_feedback beneficiaries` and `recompute`."""
    return [commands.beneficiaries, commands.recompute]


@hookimpl
def mms_navigation(tenant: Any) -> list[NavItem]:
    """Give everybody the way to the catalogue, and the hall the way to its pages."""
    items = [NavItem(title=TITLE, url=url_for(f"{NAME}.index"), icon="star", order=20,
                     summary=SUMMARY)]  # fmt: skip
    if is_staff(tenant.id):
        desk = NavItem(
            title=_("Feedback: desk"),
            url=url_for(f"{NAME}.desk"),
            icon="star",
            order=820,
            desk=True,
        )
        items.append(desk)
    return items


@hookimpl
def mms_readiness(tenant: Any) -> list[Check]:
    """Say what still must be done."""
    return figures.readiness(tenant)


@hookimpl
def mms_impact(tenant: Any) -> list[Impact]:
    """Say what switching off would touch."""
    return figures.impact(tenant)


@hookimpl
def mms_erase(person: Any) -> None:
    """Take the person's name off what they signed."""
    rules.forget_everywhere(person.id)
    needs.forget_everywhere(person.id)


@hookimpl
def mms_demo(tenant: Any, clock: Any) -> None:
    """Fill a hall with a believable year."""
    demo.fill(tenant, clock)
