"""Checks what a module contributes; pluggy itself does not look at what hooks return."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from marshmallow import Schema
from packaging.specifiers import InvalidSpecifier, SpecifierSet

import mms_core
from mms_core.contributions import CaseType, Dataset, Indicator, Moderated, Step

if TYPE_CHECKING:
    from mms_core.modules import Loaded

NAME = re.compile(r"[a-z][a-z0-9_]{2,40}\Z")
PATH = re.compile(r"[a-z][a-z0-9-]{1,40}\Z")
TAKEN_PATHS = {
    "desk", "cases", "open-data", "open311", "theme.css", "files", "settings", "modules",
    "accessibility", "personal-data", "promises", "moderation",
}  # fmt: skip
TAKEN_FIELDS = {"reason", "text", "step", "version"}


def check_contributions(loaded: Loaded) -> list[str]:
    """List what is wrong with a module's contributions, in sentences; empty when all is well."""
    return [
        *_module(loaded),
        *_of_kind("mms_blueprints", loaded.blueprints, Blueprint),
        *_of_kind("mms_case_types", loaded.case_types, CaseType),
        *_of_kind("mms_indicators", loaded.indicators, Indicator),
        *_of_kind("mms_datasets", loaded.datasets, Dataset),
        *_of_kind("mms_moderated", loaded.moderated, Moderated),
        *_settings(loaded),
        *(
            p
            for item in loaded.case_types
            if isinstance(item, CaseType)
            for p in check_case_type(item)
        ),
    ]


def _module(loaded: Loaded) -> Iterable[str]:
    module = loaded.module
    if not NAME.match(module.name):
        yield f"The name {module.name!r} must be lower case letters, digits and underscores."
    if module.name in {"mms", "public", "procrastinate"} or module.name.startswith("pg_"):
        yield f"The name {module.name!r} is a schema of the core."
    if not PATH.match(module.path) or module.path in TAKEN_PATHS:
        yield f"The path {module.path!r} is not free or not lower case letters, digits and hyphens."
    try:
        if mms_core.__version__ not in SpecifierSet(module.core):
            yield f"Written for core {module.core}, but this core is {mms_core.__version__}."
    except InvalidSpecifier:
        yield f"The core range {module.core!r} cannot be read."


def _of_kind(hook: str, items: Iterable[Any], kind: type) -> Iterable[str]:
    for item in items:
        if not isinstance(item, kind):
            yield f"{hook}() returned a {type(item).__name__}, not a {kind.__name__}."


def _settings(loaded: Loaded) -> Iterable[str]:
    schema = loaded.settings
    if schema is not None and not (isinstance(schema, type) and issubclass(schema, Schema)):
        yield "mms_settings() must return a marshmallow Schema class."


def check_case_type(case_type: CaseType) -> list[str]:
    """List what is wrong with a table of steps: unknown states, no way in, closing unanswered."""
    names = {state.name for state in case_type.states}
    problems = [
        f"{case_type.name}: step {step.name} knows no state {state!r}."
        for step in case_type.steps
        for state in (*step.source, step.target)
        if state not in names
    ]
    if not any(not step.source for step in case_type.steps):
        problems.append(f"{case_type.name}: no step opens a case (one with an empty source).")
    problems += [p for step in case_type.steps for p in _check_given(case_type, step)]
    closed = {state.name for state in case_type.states if not state.open}
    if case_type.imports and case_type.imports.answered not in closed:
        problems.append(f"{case_type.name}: what is imported with an answer needs a closed state.")
    if not problems and case_type.must_answer:
        problems += [
            f"{case_type.name}: a case can reach {state!r} closed without an answer."
            for state in sorted(unanswered_ends(case_type))
        ]
    return problems


def _check_given(case_type: CaseType, step: Step) -> Iterable[str]:
    schema, codes = step.fields, [reason.name for reason in step.reasons]
    if schema is not None and not (isinstance(schema, type) and issubclass(schema, Schema)):
        yield f"{case_type.name}: the fields of {step.name} must be a marshmallow Schema class."
    elif schema is not None and TAKEN_FIELDS & set(schema().fields):
        yield f"{case_type.name}: step {step.name} may not call a field {sorted(TAKEN_FIELDS)}."
    if step.withdraws and (step.by != ("citizen",) or set(step.source) - _first(case_type)):
        yield f"{case_type.name}: {step.name} may withdraw for the author only, before the hall."
    if len(set(codes)) < len(codes):
        yield f"{case_type.name}: step {step.name} has a reason twice."


def _first(case_type: CaseType) -> set[str]:
    """Give the states in which a case is before anybody in the hall has moved it."""
    return {step.target for step in case_type.steps if not step.source}


def unanswered_ends(case_type: CaseType) -> set[str]:
    """Walk the table and give the closed states that can be reached without an answering step."""
    closed = {state.name for state in case_type.states if not state.open}
    seen: set[tuple[str, bool]] = set()
    ways = [(step.target, step.answers) for step in case_type.steps if not step.source]
    while ways:
        here = ways.pop()
        if here in seen:
            continue
        seen.add(here)
        ways += [
            (s.target, here[1] or s.answers)
            for s in case_type.steps_from(here[0])
            if not s.withdraws
        ]
    return {state for state, answered in seen if state in closed and not answered}
