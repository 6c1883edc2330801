"""One browser and one running site for all errands of a test process."""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from asyncio.events import _set_running_loop
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import open_browser
from playwright.sync_api import Browser
from running import Site, fill_once, running_site
from visiting import States, Visit, signed_in_states, visits

from mms_core.config import Settings


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, AbstractEventLoop]]:
    """Give Chromium, started once a test process, and the event loop that its driver runs."""
    with open_browser() as found:
        loop = get_running_loop()
        _set_running_loop(None)
        try:
            yield found, loop
        finally:
            _set_running_loop(loop)


@pytest.fixture(scope="module")
def browser(chromium: tuple[Browser, AbstractEventLoop]) -> Iterator[Browser]:
    """Give Chromium to the tests of a file: no page and no event loop outlives them."""
    found, loop = chromium
    _set_running_loop(loop)
    try:
        yield found
        for context in found.contexts:
            context.close()
    finally:
        _set_running_loop(None)


@pytest.fixture(scope="session")
def site(settings: Settings, test_folder: Path) -> Iterator[Site]:
    """Give the running site: web server, worker and mail server of its own."""
    fill_once(settings, shared=test_folder)
    with running_site(settings, shared=test_folder) as found:
        yield found


@pytest.fixture(scope="session")
def states(site: Site) -> States:
    """Sign everybody in once."""
    return signed_in_states(site)


@pytest.fixture
def visit(site: Site, browser: Browser, states: States) -> Iterator[Visit]:
    """Give a maker of browsers, signed in where `who` says so; all are closed after the test."""
    with visits(site, browser, states) as make:
        yield make
