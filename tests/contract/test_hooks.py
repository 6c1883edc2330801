"""Laws of the contract: every hook documented, specified in one sentence, and used by a module."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from mms_core import hookspecs
from mms_core.modules import discover

ROOT = Path(__file__).resolve().parents[2]
HOOKS = [
    name for name, _ in inspect.getmembers(hookspecs, inspect.isfunction) if name[:4] == "mms_"
]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented(hook: str) -> None:
    manual = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {hook}\n(.+?)(?=^## |\Z)", manual, re.MULTILINE | re.DOTALL)
    assert section, f"Write a section '## {hook}' in docs/hooks.md."
    arguments = ", ".join(inspect.signature(getattr(hookspecs, hook)).parameters)
    assert f"`{hook}({arguments})" in section[1], f"docs/hooks.md: give {hook}({arguments})."


def test_the_manual_names_no_hook_that_is_not_there() -> None:
    manual = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^## (\w+)$", manual, re.MULTILINE)) == sorted(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_itself_in_one_sentence(hook: str) -> None:
    words = inspect.getdoc(getattr(hookspecs, hook)) or ""
    assert words.endswith("."), hook
    assert len(words.splitlines()) == 1, hook


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_used_by_a_module_of_ours(hook: str) -> None:
    manager = discover().manager
    assert getattr(manager.hook, hook).get_hookimpls(), f"No module implements {hook}."


def test_the_core_names_no_module() -> None:
    names = set(discover().loaded)
    for path in (ROOT / "mms_core").rglob("*"):
        if path.suffix in {".py", ".html", ".txt", ".po"} and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [n for n in names if n in text], f"{path} names a module."


def test_the_manual_shows_the_module_that_a_test_runs() -> None:
    from tools.manual import filled

    manual = (ROOT / "docs" / "writing-a-module.md").read_text(encoding="utf-8")
    assert filled(manual) == manual, "Run: python tools/manual.py"
