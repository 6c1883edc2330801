"""The contract between the core and a module: every hook, one sentence each, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint
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
        OwnItem,
        StepTaken,
    )

hookspec = pluggy.HookspecMarker("mms")
hookimpl = pluggy.HookimplMarker("mms")


@hookspec(firstresult=True)
def mms_module() -> Module:  # type: ignore[empty-body]  # a specification has no body
    """Say what the module is called, where it lives and what it needs; asked once, required."""


@hookspec
def mms_blueprints() -> list[Blueprint]:  # type: ignore[empty-body]
    """Give the pages; asked once, the core adds the municipality's prefix and the on/off guard."""


@hookspec
def mms_case_types() -> list[CaseType]:  # type: ignore[empty-body]
    """Give the state machines of the module's cases; asked once."""


@hookspec(firstresult=True)
def mms_settings() -> type[Schema]:  # type: ignore[empty-body]
    """Give the schema of the settings a hall can change; asked once, the core draws the form."""


@hookspec
def mms_indicators() -> list[Indicator]:  # type: ignore[empty-body]
    """Give the figures that the ministry and the hall see of the module; asked once."""


@hookspec
def mms_datasets() -> list[Dataset]:  # type: ignore[empty-body]
    """Give the rows that a hall publishes as open data; asked once."""


@hookspec
def mms_moderated() -> list[Moderated]:  # type: ignore[empty-body]
    """Give the kinds of things that readers can report and officers can hide; asked once."""


@hookspec
def mms_commands() -> list[Callable[..., Any]]:  # type: ignore[empty-body]
    """Give commands for `mms <module> ...`; asked once."""


@hookspec
def mms_navigation(tenant: Any, person: Any) -> list[NavItem]:  # type: ignore[empty-body]
    """Give lines for a hall's navigation; asked per page, only modules that are on."""


@hookspec
def mms_readiness(tenant: Any) -> list[Check]:  # type: ignore[empty-body]
    """Say what still must be done before switching on; asked on the switching page."""


@hookspec
def mms_impact(tenant: Any) -> list[Impact]:  # type: ignore[empty-body]
    """Say what switching off would touch; asked before switching off."""


@hookspec
def mms_case_moved(tenant: Any, case_id: Any, step: StepTaken) -> None:
    """Learn that a case took a step; told after the commit, only modules that are on."""


@hookspec
def mms_place_renamed(tenant: Any, before: str, now: str) -> None:
    """Learn that a hall renamed a settlement; told in its transaction, also when off."""


@hookspec
def mms_own(person: Any) -> list[OwnItem]:  # type: ignore[empty-body]
    """Give what a person has in any hall that is no case; asked by the person's own page."""


@hookspec
def mms_erase(person: Any) -> None:
    """Erase what the module keeps of a person; told in the erasure's transaction, also when off."""


@hookspec
def mms_demo(tenant: Any, clock: Any) -> None:
    """Fill a demo municipality with believable data; told by `mms demo`."""
