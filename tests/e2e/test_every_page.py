"""A law: every page is sound for its reader, in two languages and reading modes, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pytest
from axe import AXE, asked, faults_in
from playwright.sync_api import Browser, Page
from reading import NAMED, PIECES, foreign_words, georgian_names, untitled
from running import Site
from visiting import PHONE, States, visits
from walk import PageOf, every_page

pytestmark = pytest.mark.browser
LARGEST = "ct"  # high contrast and large text together
# Groups of about the same size, so that two processes share the walk.
Walkers = tuple[str, ...]
WALKERS: tuple[Walkers, ...] = (
    ("operator",),
    ("stranger", "clerk"),
    ("citizen", "mayor", "ministry"),
)


# Each language in one of the modes: structure is the language's, colours and sizes are the mode's,
# and all four together took half of the whole suite's time.
@pytest.mark.parametrize("walkers", WALKERS, ids=" ".join)
@pytest.mark.parametrize(("language", "mode"), [("ka", ""), ("en", LARGEST)])
def test_every_page_is_sound(
    site: Site, browser: Browser, states: States, *, language: str, mode: str, walkers: Walkers
) -> None:
    wrong: list[str] = []
    names = georgian_names(site)
    with visits(site, browser, states) as visit:
        for who, pages in groupby(every_page(site), key=lambda page: page.who):
            if who not in walkers:
                continue
            reader = visit(who=who, size=PHONE, language=language, mode=mode)
            reader.context.add_init_script(path=AXE)  # a fifth of a page's time less than each time
            for found in pages:
                wrong += [
                    f"{who} {found.path}: {fault}"
                    for fault in faults(reader, found, language, names)
                ]
    assert wrong == [], "\n".join(wrong)


def faults(reader: Page, wanted: PageOf, language: str, names: set[str]) -> Iterator[str]:
    """Open a page and name all that is wrong with it."""
    said: list[str] = []
    reader.once("pageerror", lambda error: said.append(str(error)))
    listen = lambda message: said.append(message.text) if message.type == "error" else None  # noqa: E731 - taken off again below
    reader.on("console", listen)
    answer = reader.goto(wanted.path)
    assert answer is not None
    if answer.status != wanted.status:
        yield f"answers {answer.status}, not {wanted.status}"
    found = asked(reader, named=NAMED, pieces=PIECES)
    title, claims = found["named"]
    yield from untitled(title)
    if claims != language:
        yield "says the wrong language"
    words = foreign_words(found["pieces"], language, names=names)
    yield from (f"wrong language: {word}" for word in words)
    yield from faults_in(found)
    reader.remove_listener("console", listen)
    expected = f"the server responded with a status of {wanted.status} "
    yield from (text for text in said if wanted.status == 200 or expected not in text)


def test_the_law_sees_new_pages(site: Site) -> None:
    """Every rule of the application is either visited or named as no page; every person walks."""
    walkers = {page.who for page in every_page(site)}
    assert walkers == {who for group in WALKERS for who in group}
