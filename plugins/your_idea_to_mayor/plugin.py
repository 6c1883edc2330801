"""The module's table of contents: what it contributes, one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, url_for
from marshmallow import Schema

from mms_core import logs
from mms_core.contributions import (
    CaseType,
    Dataset,
    Impact,
    Indicator,
    Moderated,
    Module,
    NavItem,
    StepTaken,
)
from mms_core.hookspecs import hookimpl
from mms_core.i18n import lazy_gettext as _
from mms_core.people.current import is_staff, roles_in
from plugins.your_idea_to_mayor import (
    campaign_views,
    category_views,
    commands,
    comment_views,
    demo,
    duties,
    feasibility_views,
    figures,
    forgetting,
    giving_views,
    intake_views,
    list_views,
    map_views,
    mayor_views,
    moderated,
    name_views,
    own_views,
    public_views,
    results_views,
    rules,
    rules_views,
    taking_part,
    views,
)
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.cases import IDEA
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.settings import IdeaSettings

STEPS = frozenset(item.name for item in IDEA.steps)
TITLE = _("Your idea to the mayor")
SUMMARY = _("Give the mayor an idea and read what the city hall answers.")


PICTURES = (
    (
        "list.png",
        _("The first page of ideas: how to give one, what is collected now, and the list"),
    ),
    ("answer.png", _("One idea on a telephone, with its state and the city hall's answer")),
)


@hookimpl
def mms_module() -> Module:
    """Name and place."""
    return Module(
        name=NAME, path="ideas", title=TITLE, summary=SUMMARY, icon="lightbulb", pictures=PICTURES
    )


@hookimpl
def mms_blueprints() -> list[Blueprint]:
    """Give the pages."""
    # Importing them has hung their pages on the blueprint.
    assert all((views, giving_views, intake_views, own_views, list_views, public_views))
    assert all((taking_part, comment_views, campaign_views, duties, results_views, name_views))
    assert all((feasibility_views, mayor_views, rules_views, category_views, map_views))
    return [pages]


@hookimpl
def mms_case_types() -> list[CaseType]:
    """Give the life of an idea."""
    return [IDEA]


@hookimpl
def mms_settings() -> type[Schema]:
    """Give what a hall can set."""
    return IdeaSettings


@hookimpl
def mms_indicators() -> list[Indicator]:
    """Give the figures."""
    return figures.INDICATORS


@hookimpl
def mms_datasets() -> list[Dataset]:
    """Give ideas and answers as open data."""
    return figures.DATASETS


@hookimpl
def mms_moderated() -> list[Moderated]:
    """Give what readers can report and officers can hide."""
    return moderated.MODERATED


@hookimpl
def mms_commands() -> list[Callable[..., Any]]:
    """Give `mms your_idea_to_mayor waiting` and `recount`."""
    return [commands.waiting, commands.recount]


@hookimpl
def mms_navigation(tenant: Any) -> list[NavItem]:
    """Give the way to the list with the number of ideas, and the hall the way to its calls."""
    url, number = url_for(f"{NAME}.index"), figures.figure(tenant.id)
    items = [
        NavItem(title=TITLE, url=url, icon="lightbulb", order=10, summary=SUMMARY, figure=number)
    ]
    if is_staff(tenant.id):
        calls = url_for(f"{NAME}.desk_campaigns")
        items.append(NavItem(title=_("Calls for ideas"), url=calls, order=810, desk=True))
        kinds = url_for(f"{NAME}.desk_categories")
        items.append(NavItem(title=_("Categories of ideas"), url=kinds, order=815, desk=True))
        opinions = url_for(f"{NAME}.desk_opinions")
        items.append(NavItem(title=_("Opinions wanted"), url=opinions, order=805, desk=True))
    if "mayor" in roles_in(tenant.id):
        own = url_for(f"{NAME}.mayor")
        items.append(NavItem(title=_("The mayor's page"), url=own, order=800, desk=True))
    return items


@hookimpl
def mms_impact(tenant: Any) -> list[Impact]:
    """Say what switching off would touch."""
    return figures.impact(tenant)


@hookimpl
def mms_case_moved(tenant: Any, case_id: Any, step: StepTaken) -> None:
    """Note without personal data, by which an administrator sees ideas come and go."""
    if step.name in STEPS:
        logs.note("idea.moved", tenant=tenant, case=str(case_id), step=step.name, now=step.target)


@hookimpl
def mms_place_renamed(tenant: Any, before: str, now: str) -> None:
    """Keep ideas in the settlement that they are from."""
    rules.rename_place(tenant.id, before, now=now)


@hookimpl
def mms_erase(person: Any) -> None:
    """Take the person's name off their public ideas, and away what they supported and follow."""
    forgetting.forget(person.id)


@hookimpl
def mms_demo(tenant: Any, clock: Any) -> None:
    """Fill a hall with believable ideas."""
    demo.fill(tenant, clock)
