"""A law of the browser's tests: what has been sent off is waited for before it is looked at.

A click returns when the browser has taken it, which may be before the page has gone. Whatever is
read then is read from the page of before: the test passes or fails as the machine is quick or slow.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "e2e"
LEAVING = {"click", "press"}
STAYING = ("summary", "label", '"Tab"', '"Arrow')  # these open, choose or move on the page itself
WAITING = {"expect", "wait_for"}
TOO_SOON = {"wait_for_load_state"}  # the page of before has loaded as well
GOING = {"goto", "reload"}  # waits, but ends a form that is still on its way
READING = {
    "all", "all_inner_texts", "app_context", "count", "evaluate", "get_attribute", "input_value",
    "inner_text", "is_visible", "text_content", "url",
}  # fmt: skip
LOOKING = {
    "check", "focused", "look", "look_well", "no_sideways_scroll", "sound", "status", "violations",
}  # fmt: skip


@lru_cache(maxsize=1)
def trees() -> dict[str, ast.Module]:
    return {
        path.name: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.py"))
    }


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def steps(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Give what a function does, in its order; a block that waits by itself is one step."""
    for statement in body:
        if isinstance(statement, ast.With) and not waits(statement):
            yield from statement.items
            yield from steps(statement.body)
        elif isinstance(statement, ast.For | ast.While | ast.If):
            yield statement.iter if isinstance(statement, ast.For) else statement.test
            yield from steps([*statement.body, *statement.orelse])
        elif not isinstance(statement, ast.FunctionDef):
            yield statement


def asked(step: ast.AST) -> set[str]:
    """Name what a step asks of a thing, such as of a page."""
    return {node.attr for node in ast.walk(step) if isinstance(node, ast.Attribute)}


def called(step: ast.AST) -> set[str]:
    """Name the functions that a step calls."""
    calls = (node.func for node in ast.walk(step) if isinstance(node, ast.Call))
    return {one.id for one in calls if isinstance(one, ast.Name)}


def waits(step: ast.AST) -> bool:
    if isinstance(step, ast.With):
        return any(name.startswith("expect_") for item in step.items for name in asked(item))
    names = (asked(step) | called(step)) - TOO_SOON
    return any(name in WAITING or name.startswith("wait_for_") for name in names)


def reads(step: ast.AST) -> bool:
    return bool(asked(step) & (READING | GOING) or called(step) & LOOKING)


def leaves(step: ast.AST, helpers: set[str]) -> bool:
    words = ast.unparse(step).replace("'", '"')
    return bool(called(step) & helpers) or (
        bool(asked(step) & LEAVING) and not any(word in words for word in STAYING)
    )


def hasty(function: ast.FunctionDef, helpers: set[str]) -> tuple[list[int], bool]:
    """Give the lines that read too early, and whether the function ends without having waited."""
    found, gone = [], False
    for step in steps(function.body):
        if waits(step):
            gone = False
        else:
            if gone and reads(step):
                found.append(getattr(step, "lineno", function.lineno))
            gone = leaves(step, helpers) or (gone and not asked(step) & GOING)
    return found, gone


def leaving_helpers(tree: ast.Module) -> set[str]:
    """Name the helpers of a file after which a page may be on its way."""
    known: set[str] = set()
    while True:
        found = {one.name for one in functions(tree) if hasty(one, known)[1]}
        if found == known:
            return known
        known = found


def test_a_page_is_read_after_it_has_come() -> None:
    wrong = [
        f"{name}:{line}"
        for name, tree in trees().items()
        for one in functions(tree)
        for line in hasty(one, leaving_helpers(tree))[0]
    ]
    assert wrong == []


def test_the_law_knows_haste_from_patience() -> None:
    start = "def test(page):\n    page.goto('/')\n    page.locator('button').click()\n    "
    read = "assert page.locator('h1').inner_text() == 'x'"
    for between, lines in (("", [4]), ("expect(page).to_have_url('x')\n    ", [])):
        (function,) = functions(ast.parse(start + between + read))
        assert hasty(function, set())[0] == lines
