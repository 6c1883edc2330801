"""Laws of the house: arrows of knowledge, sizes of rooms, and words that must not appear."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("mms_core", "plugins", "tools", "benchmarks", "tests")
FILES = sorted(
    path
    for top in OURS
    for path in (ROOT / top).rglob("*")
    if path.suffix in {".py", ".html", ".css", ".js"}
    and not {"vendor", "fonts", "node_modules"} & set(path.parts)
)
COUNTING = {"due", "working_days_from", "working_days_left"}  # of mms_core.clock
PYTHON = [path for path in FILES if path.suffix == ".py"]


# One test for each law, not for each file: thousands of small tests cost more than what they do,
# and a law that fails names all files at once.
def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a Python file imports, and its functions that are too long."""

    imports: frozenset[str]
    long: tuple[str, ...]
    forgetful: tuple[str, ...]


@lru_cache(maxsize=1)
def seen() -> dict[Path, Seen]:
    """Read every Python file once for all laws."""
    found = {}
    for path in PYTHON:
        nodes = list(ast.walk(ast.parse(text(path))))
        long = tuple(too_long(nodes)) if "migrations" not in path.parts else ()
        forgetful = tuple(forgets_days_off(nodes)) if must_know_days_off(path) else ()
        found[path] = Seen(imports=frozenset(imports(nodes)), long=long, forgetful=forgetful)
    return found


def too_long(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > 40:
                yield f"{node.name} has {lines} lines"


def must_know_days_off(path: Path) -> bool:
    """Tell whether a room dates things for a municipality; the clock itself knows none."""
    inside = path.relative_to(ROOT).parts
    return inside[0] in {"mms_core", "plugins"} and inside[1] != "clock" and "demo" not in path.stem


def forgets_days_off(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        called = getattr(node, "func", None)
        if getattr(called, "attr", getattr(called, "id", "")) in COUNTING and not any(
            given.arg == "extra_days_off" for given in getattr(node, "keywords", ())
        ):
            yield f"line {getattr(node, 'lineno', 0)}"


def imports(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def against_the_arrows(path: Path, found: frozenset[str]) -> Iterator[str]:
    part = path.relative_to(ROOT).parts
    if part[0] == "mms_core":
        yield from (i for i in found if i.startswith("plugins."))
    if part[0] == "plugins":
        yield from (i for i in found if i.startswith("plugins.") and i.split(".")[1] != part[1])
    if path.name == "rules.py" and part[0] != "tests":
        yield from (i for i in found if i.split(".")[0] == "flask")
    if path.name == "models.py":
        yield from (i for i in found if i.endswith((".rules", ".views")))
    if path.name == "rules.py":
        yield from (i for i in found if i.endswith(".views"))


def test_a_file_is_at_most_300_lines() -> None:
    assert [name(path) for path in FILES if len(text(path).splitlines()) > 300] == []


def test_a_function_fits_on_a_screen() -> None:
    assert [f"{name(path)}: {long}" for path, one in seen().items() for long in one.long] == []


def test_a_date_counts_the_days_off_that_were_declared() -> None:
    """What a page or a letter promises is what the case will say: `due_here`, `due_if_opened`."""
    wrong = [f"{name(path)}: {line}" for path, file in seen().items() for line in file.forgetful]
    assert not wrong, wrong


def test_arrows_of_knowledge() -> None:
    """Views know rules, rules know models; the core knows no module; rules know no Flask."""
    wrong = {path: sorted(against_the_arrows(path, one.imports)) for path, one in seen().items()}
    assert {name(path): found for path, found in wrong.items() if found} == {}


def test_nobody_sets_what_outlives_a_transaction() -> None:
    """Session-level settings leak through a pooler to other clients (SET LOCAL does not)."""
    lasting = re.compile(
        r"""["'(\s]set\s+(session\s+)?(app\.|role\b|search_path(?! = pg_catalog))""", re.IGNORECASE
    )
    ours = [path for path in PYTHON if "tests" not in path.parts]  # tests name what they forbid
    wrong = [path for path in ours if lasting.search(text(path))]
    wrong += [path for path in ours if "set_config(" in text(path).replace('"set_config("', "")]
    assert [name(path) for path in wrong] == []


def test_georgian_is_never_put_into_capitals() -> None:
    sheets = {name(path): text(path) for path in FILES if path.suffix == ".css"}
    for forbidden in ("text-transform: uppercase", "font-style: italic"):
        assert [sheet for sheet, words in sheets.items() if forbidden in words] == []
