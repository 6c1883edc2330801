"""Finds the modules, checks what they contribute, and keeps a broken one from harm to others."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import structlog
from flask import Blueprint, Flask
from marshmallow import Schema

from mms_core import db as database
from mms_core import here, hookspecs
from mms_core.cases import application
from mms_core.contract import check_contributions
from mms_core.contributions import (
    APPLY,
    CaseType,
    Dataset,
    Impact,
    Indicator,
    Moderated,
    Module,
    NavItem,
)
from mms_core.mappings import mapped, settle

log = structlog.get_logger(__name__)
GROUP = "mms.modules"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A module that was found, imported and checked."""

    module: Module
    plugin: ModuleType
    folder: Path
    package: str
    blueprints: tuple[Blueprint, ...]
    case_types: tuple[CaseType, ...]
    settings: type[Schema] | None
    indicators: tuple[Indicator, ...]
    datasets: tuple[Dataset, ...]
    moderated: tuple[Moderated, ...]
    commands: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The module's name, which is also its schema's."""
        return self.module.name


@dataclass(kw_only=True)
class Registry:
    """All modules of this process: the sound ones, and the quarantined with their reason."""

    manager: pluggy.PluginManager
    loaded: dict[str, Loaded] = field(default_factory=dict)
    quarantined: dict[str, str] = field(default_factory=dict)
    callers: dict[tuple[str, tuple[str, ...]], pluggy.HookCaller] = field(default_factory=dict)

    def ask(self, hook: str, name: str, **arguments: Any) -> Any:
        """Call one hook of one module and flatten the lists it returns."""
        answer = self._caller(hook, (name,))(**arguments)
        spec = getattr(self.manager.hook, hook).spec
        if spec is not None and spec.opts.get("firstresult"):
            return answer
        return [item for part in answer for item in (part or [])]

    def ask_all(self, hook: str, names: Iterable[str], **arguments: Any) -> list[tuple[str, Any]]:
        """Ask several modules; one that raises is logged and left out.

        An outage of the database is nobody's fault and ends the asking.
        """
        answers: list[tuple[str, Any]] = []
        for name in names:
            if name in self.loaded:
                try:
                    answers.append((name, self.ask(hook, name, **arguments)))
                except Exception as problem:
                    if database.is_outage(problem):
                        raise
                    log.exception("module.hook_failed", module=name, hook=hook)
        return answers

    def tell_all(self, hook: str, names: Iterable[str], **arguments: Any) -> None:
        """Tell several modules after a commit, each in a transaction of its own.

        One that raises is logged and undone; the others and the person notice nothing.
        """
        for name in names:
            if name in self.loaded:
                try:
                    self.ask(hook, name, **arguments)
                    database.commit()
                except Exception:
                    log.exception("module.hook_failed", module=name, hook=hook)
                    database.rollback()

    def quarantine(self, name: str, reason: str) -> None:
        """Keep a module off everywhere, with the reason that ministry and operators are shown."""
        log.error("module.quarantined", module=name, reason=reason)
        self.quarantined[name] = reason
        self.loaded.pop(name, None)
        self.callers.clear()
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)

    def case_type(self, module: str, name: str) -> CaseType | None:
        """Find a case type of a sound module."""
        found = self.loaded.get(module)
        types = found.case_types if found else ()
        return next((item for item in types if item.name == name), None)

    def _caller(self, hook: str, names: tuple[str, ...]) -> pluggy.HookCaller:
        caller = self.callers.get((hook, names))
        if caller is None:
            others = [p for n, p in self.manager.list_name_plugin() if n not in names and p]
            caller = self.manager.subset_hook_caller(hook, remove_plugins=others)
            if all(name in self.loaded for name in names):  # until then modules still come in
                self.callers[hook, names] = caller
        return caller


def registry(app: Flask | None = None) -> Registry:
    """Give the registry of the running application."""
    found: Registry = (app or here.application()).extensions["mms_modules"]
    return found


def discover(skip: Iterable[str] = ()) -> Registry:
    """Find the modules under `plugins/` and among the installed packages; never raises for one."""
    manager = pluggy.PluginManager("mms")
    manager.add_hookspecs(hookspecs)
    found = Registry(manager=manager)
    for name, target in sorted(_candidates().items()):
        if name in skip:
            found.quarantined[name] = "Switched off for the whole installation (MMS_QUARANTINE)."
            continue
        before = mapped()
        try:
            try:
                _load(found, name, target)
            finally:
                settle(before)
        except (Exception, SystemExit) as problem:  # noqa: BLE001 - whatever a module raises is its own fault
            found.quarantine(name, f"{type(problem).__name__}: {problem}")
    _require(found)
    return found


def _candidates() -> dict[str, str]:
    """Map a candidate's name to the dotted name of its plugin file."""
    names = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    try:
        plugins = importlib.import_module("plugins")
    except ModuleNotFoundError:  # an installation may carry none of its own
        return names
    for item in pkgutil.iter_modules(plugins.__path__):
        if item.ispkg:
            names[item.name] = f"plugins.{item.name}.plugin"
    return names


def _load(found: Registry, name: str, target: str) -> None:
    plugin = importlib.import_module(target)
    found.manager.register(plugin, name=name)
    found.manager.check_pending()
    module = found.ask("mms_module", name)
    if not isinstance(module, Module):
        raise TypeError("mms_module() must return a Module.")
    if module.name != name:
        raise ValueError(f"mms_module() is called {module.name!r}, but it was found as {name!r}.")
    package = target.rpartition(".")[0] or target
    loaded = Loaded(
        module=module,
        plugin=plugin,
        folder=Path(str(plugin.__file__)).parent,
        package=package,
        blueprints=tuple(found.ask("mms_blueprints", name)),
        case_types=_with_applications(found.ask("mms_case_types", name)),
        settings=found.ask("mms_settings", name),
        indicators=tuple(found.ask("mms_indicators", name)),
        datasets=tuple(found.ask("mms_datasets", name)),
        moderated=tuple(found.ask("mms_moderated", name)),
        commands=tuple(found.ask("mms_commands", name)),
    )
    problems = check_contributions(loaded)
    if problems:
        raise ValueError("; ".join(problems))
    models = f"{package}.models"
    if (loaded.folder / "models.py").exists():
        importlib.import_module(models)
    found.loaded[name] = loaded


def _with_applications(types: list[CaseType]) -> tuple[CaseType, ...]:
    """Add the core's application, to which any case of a module may lead."""
    leads = any(isinstance(item, CaseType) and item.step(APPLY) for item in types)
    return (*types, application.CASE) if leads else tuple(types)


def _require(found: Registry) -> None:
    """Quarantine a module whose requirements are not there, and a second one on the same path."""
    paths: dict[str, str] = {}
    for name, item in list(found.loaded.items()):
        missing = [other for other in item.module.requires if other not in found.loaded]
        if missing:
            found.quarantine(name, f"Needs modules that are not here: {', '.join(missing)}.")
        elif item.module.path in paths:
            found.quarantine(
                name, f"The path /{item.module.path}/ belongs to {paths[item.module.path]}."
            )
        else:
            paths[item.module.path] = name


__all__ = ["Impact", "Loaded", "NavItem", "Registry", "discover", "registry"]
