"""Laws of the house: arrows of knowledge, sizes of rooms, and words that must not appear."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("mms_core", "plugins", "tools", "benchmarks", "tests")
FILES = sorted(
    path
    for top in OURS
    for path in (ROOT / top).rglob("*")
    if path.suffix in {".py", ".html", ".css", ".js"}
    and not {"vendor", "fonts", "node_modules"} & set(path.parts)
)
PYTHON = [path for path in FILES if path.suffix == ".py"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and "migrations" not in path.parts:
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= 40, f"{name(path)}: {node.name} has {lines} lines."


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_arrows_of_knowledge(path: Path) -> None:
    """Views know rules, rules know models; the core knows no module; rules know no Flask."""
    found = set(imports(path))
    part = path.relative_to(ROOT).parts
    if part[0] == "mms_core":
        assert not [i for i in found if i.startswith("plugins.")], name(path)
    if part[0] == "plugins":
        others = [i for i in found if i.startswith("plugins.") and i.split(".")[1] != part[1]]
        assert not others, name(path)
    if path.name == "rules.py" and part[0] != "tests":
        assert not [i for i in found if i.split(".")[0] == "flask"], name(path)
    if path.name == "models.py":
        assert not [i for i in found if i.endswith((".rules", ".views"))], name(path)
    if path.name == "rules.py":
        assert not [i for i in found if i.endswith(".views")], name(path)


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_nobody_sets_what_outlives_a_transaction(path: Path) -> None:
    """Session-level settings leak through a pooler to other clients (SET LOCAL does not)."""
    text = path.read_text(encoding="utf-8")
    if "tests" in path.parts:
        return  # tests name what they forbid
    lasting = r"""["'(\s]set\s+(session\s+)?(app\.|role\b|search_path(?! = pg_catalog))"""
    assert not re.search(lasting, text, re.IGNORECASE), path
    assert "set_config(" not in text.replace('"set_config("', ""), path


@pytest.mark.parametrize("path", FILES, ids=name)
def test_georgian_is_never_put_into_capitals(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        assert "text-transform: uppercase" not in text, path
        assert "font-style: italic" not in text, path
