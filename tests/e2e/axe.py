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
# The flags after the first keep Chromium from calling its maker's hosts at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Style sheets are fetched again by axe-core for one rule that is off; media only if there are any.
AXE_RUN = """tags => axe.run(document, {
  runOnly: tags, resultTypes: ["violations"], preload: !!document.querySelector("audio, video"),
})"""
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
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1)
    .filter((e) => !e.closest("[role=region][tabindex]"))
    .map((e) => e.tagName.toLowerCase() + "." + e.className).slice(0, 10);
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


def violations(page: Page, *, ignore: tuple[str, ...] = ()) -> list[str]:
    """Run axe-core on a page, under its own strict policy; one line for each violation."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe_source())
    result: dict[str, Any] = page.evaluate(AXE_RUN, TAGS)
    return [
        f"{found['id']}: {found['help']} at {node['target']}"
        for found in result["violations"]
        if found["id"] not in ignore
        for node in found["nodes"]
    ]


def no_sideways_scroll(page: Page) -> list[str]:
    """Name what makes the page scroll sideways; an empty list is good."""
    found: list[str] = page.evaluate(TOO_WIDE)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found or (["the page itself"] if wide else [])


def broken_words(page: Page) -> list[str]:
    """Name words that are cut in the middle by the end of a line; an empty list is good."""
    found: list[str] = page.evaluate(BROKEN_WORDS)
    return found


@lru_cache(maxsize=1)
def _axe_source() -> str:
    if not AXE.exists():
        raise RuntimeError("axe-core is not there: run python tools/assets.py")
    return AXE.read_text("utf-8")
