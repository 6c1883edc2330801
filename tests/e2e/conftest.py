"""One browser and one running site for all errands of a test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import open_browser
from playwright.sync_api import Browser
from running import Site, running_site
from visiting import States, Visit, signed_in_states, visits

from mms_core.config import Settings


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Chromium, started once a file: its event loop must not outlive the file's tests."""
    with open_browser() as found:
        yield found


@pytest.fixture(scope="session")
def site(settings: Settings, test_folder: Path, worker_name: str) -> Iterator[Site]:
    """Give the running site: web server, worker and mail server of its own."""
    name = f"mms_site_{worker_name}"
    with running_site(settings, name, folder=test_folder / name) as found:
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
