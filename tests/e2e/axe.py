"""A real browser for tests, axe-core in it, and what axe-core does not see."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# The shell comes first: the whole browser draws a user interface that nobody sees.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Scripts of a page run for a moment: to optimise them takes a fifth of the browser's time. The
# flags after these keep Chromium from calling its maker's hosts at every start.
FLAGS = [
    "--no-sandbox",
    "--js-flags=--no-maglev --no-turbofan",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Style sheets are fetched again by axe-core for one rule that is off; media only if there are any.
AXE_RUN = """async (tags) => {
  const preload = !!document.querySelector("audio, video");
  const result = await axe.run(document, {runOnly: tags, resultTypes: ["violations"], preload});
  return result.violations.flatMap((found) =>
    found.nodes.map((node) => `${found.id}: ${found.help} at ${node.target}`));
}"""
# Words cut in the middle: a text node whose word stands on two lines without a hyphen or a slash.
BROKEN_WORDS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.checkVisibility({visibilityProperty: true})) continue;
    if (getComputedStyle(node.parentElement).overflowWrap === "anywhere") continue;
    for (const match of node.data.matchAll(/[^\\s\\-\\u2013\\/\\u00ad@.?=&_]{2,}/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
      const tops = new Set(boxes.map((box) => Math.round(box.top)));
      if (tops.size > 1) found.push(match[0]);
    }
  }
  return found;
}"""
# What reaches out of the page to the right, except inside a region that scrolls by itself.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const found = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1)
    .filter((e) => !e.closest("[role=region][tabindex]"))
    .map((e) => e.tagName.toLowerCase() + "." + e.className).slice(0, 10);
  const itself = document.documentElement.scrollWidth > innerWidth ? ["the page itself"] : [];
  return found.length ? found : itself;
}"""


def browser_path() -> str:
    """Find Chromium: MMS_CHROMIUM, else the usual names; RuntimeError says how to get one."""
    given = os.environ.get("MMS_CHROMIUM")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        raise RuntimeError("No Chromium: install the package chromium, or set MMS_CHROMIUM.")
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start a headless browser and stop it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def sound(page: Page) -> list[str]:
    """Name all that is wrong with a page as it stands; an empty list is good."""
    return faults_in(asked(page))


def asked(page: Page, **questions: str) -> dict[str, Any]:
    """Ask a page all at once, since each way to it takes longer than most answers.

    `questions` are functions in JavaScript; axe-core and what it does not see are always asked.
    """
    all_of_them = {"reaching": TOO_WIDE, "cut": BROKEN_WORDS} | questions
    before = ", ".join(f"{name}: ({script})()" for name, script in all_of_them.items())
    found: dict[str, Any] = _with_axe(page, f"{{ {before}, axe: await ({AXE_RUN})(tags) }}")
    return found


def faults_in(answers: dict[str, Any]) -> list[str]:
    """Put into words what `asked` has found."""
    return [
        *(f"reaches out of the page: {what}" for what in answers["reaching"]),
        *(f"cut in the middle: {word}" for word in answers["cut"]),
        *answers["axe"],
    ]


def violations(page: Page) -> list[str]:
    """Run axe-core on a page, under its own strict policy; one line for each violation."""
    found: list[str] = _with_axe(page, f"await ({AXE_RUN})(tags)")
    return found


def no_sideways_scroll(page: Page) -> list[str]:
    """Name what makes the page scroll sideways; an empty list is good."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def _with_axe(page: Page, expression: str) -> Any:
    """Evaluate what needs axe-core, which comes along with every later page of this reader."""
    script = f"async (tags) => 'axe' in window ? {expression} : null"
    found = page.evaluate(script, TAGS)
    if found is None:
        page.evaluate(_axe_source())
        page.context.add_init_script(path=AXE)
        found = page.evaluate(script, TAGS)
    return found


@lru_cache(maxsize=1)
def _axe_source() -> str:
    if not AXE.exists():
        raise RuntimeError("axe-core is not there: run python tools/assets.py")
    return AXE.read_text("utf-8")
