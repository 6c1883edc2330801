"""Checks a module against the contract and the rules of the house; each finding is a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mms_core.db import SCHEMA, TenantScoped
from mms_core.modules import Loaded, discover
from mms_core.security import models_of
from mms_core.switching.readme import PICTURES, unfit

# The core's rooms that a module may import; the others may change without notice.
PUBLIC = {
    "addresses", "cases", "changes", "clock", "contributions", "db", "errors", "files", "forms",
    "guard", "hookspecs", "i18n", "jobs", "letters", "messages", "modules", "monitoring", "once",
    "people", "switching", "tenancy", "testing", "authoring", "page_cache", "papers", "sheets",
    "promises", "units", "together", "asking", "moderation", "drafts", "dates", "limits",
    "centre", "settlements", "maps", "logs", "rows",
}  # fmt: skip
LANGUAGES = ("ka", "en")


def check_module(name: str) -> list[str]:
    """List everything that is wrong with an installed module; empty when it keeps the contract."""
    registry = discover()
    if name in registry.quarantined:
        return [f"It is quarantined: {registry.quarantined[name]}"]
    loaded = registry.loaded.get(name)
    if loaded is None:
        return [f"There is no module {name!r}: neither in plugins/ nor among installed packages."]
    others = [item.package for other, item in registry.loaded.items() if other != name]
    return [
        *_tables(loaded),
        *_messages(loaded),
        *_translations(loaded),
        *_pictures(loaded),
        *(problem for file in _files(loaded) for problem in _imports(file, loaded, others)),
    ]


def _files(loaded: Loaded) -> list[Path]:
    return sorted(p for p in loaded.folder.rglob("*.py") if "migrations" not in p.parts)


def _tables(loaded: Loaded) -> Iterator[str]:
    for table, model in models_of(loaded.name).items():
        if not issubclass(model, TenantScoped):
            yield f"The table {table} is not scoped to a municipality (TenantScoped)."
    if (loaded.folder / "models.py").exists() and not models_of(loaded.name):
        yield f"models.py has no table in the schema {loaded.name!r}."
    if models_of(loaded.name) and not list((loaded.folder / "migrations").glob("*.py")):
        yield "There are tables, but no migrations."


def _messages(loaded: Loaded) -> Iterator[str]:
    folder = loaded.folder / "templates" / loaded.name / "messages"
    for case_type in (item for item in loaded.case_types if item.letters is None):
        for step in case_type.steps:
            for language in LANGUAGES if step.message else ():
                if not (folder / f"{step.message}.{language}.txt").exists():
                    yield f"The message {step.message} has no text in {language}."


def _translations(loaded: Loaded) -> Iterator[str]:
    if not list((loaded.folder / "translations").glob("ka/LC_MESSAGES/*.po")):
        yield "There is no Georgian catalogue (translations/ka/LC_MESSAGES/messages.po)."


def _pictures(loaded: Loaded) -> Iterator[str]:
    """Check the pictures beside the README: each is there, small, and said in both languages."""
    georgian = _georgian(loaded)
    for name, alt in loaded.module.pictures:
        if problem := unfit(loaded.folder / PICTURES / name):
            yield f"The picture {name} {problem}."
        if not str(alt).strip():
            yield f"The picture {name} has no words for those who do not see it."
        elif not georgian.get(str(alt)):
            yield f"The words of the picture {name} have no Georgian translation."


def _georgian(loaded: Loaded) -> dict[str, str]:
    """Read the module's Georgian words."""
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in (loaded.folder / "translations").glob("ka/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file) if m.string}
    return found


def _imports(file: Path, loaded: Loaded, others: list[str]) -> Iterator[str]:
    here = file.relative_to(loaded.folder)
    for name in sorted(set(_imported(file))):
        parts = name.split(".")
        if parts[0] == SCHEMA + "_core" and len(parts) > 1 and parts[1] not in PUBLIC:
            yield f"{here} imports {name}, which is not a public room of the core."
        if any(name == other or name.startswith(f"{other}.") for other in others):
            yield f"{here} imports another module, {name}."
        if file.name == "rules.py" and parts[0] == "flask":
            yield f"{here} imports Flask; rules decide without it."


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "mms_core":
                yield from (f"mms_core.{alias.name}" for alias in node.names)
            else:
                yield node.module
