"""People's browsers: sizes, languages, reading modes, with or without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import Protocol, cast
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from running import PATIENCE, Site

PHONE, DESK = (360, 740), (1280, 900)  # a cheap phone, an officer's screen
PEOPLE = ("citizen", "operator", "mayor", "clerk", "ministry")
States = Mapping[str, StorageState]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Visit(Protocol):
    """Opens the site as one person's browser."""

    def __call__(
        self,
        *,
        size: tuple[int, int] = PHONE,
        language: str = "ka",
        mode: str = "",
        javascript: bool = True,
        who: str = "stranger",
        touch: bool = False,
    ) -> Page:
        """Give an empty page with cookies of its own."""


@contextmanager
def visits(site: Site, browser: Browser, states: States | None = None) -> Iterator[Visit]:
    """Give a maker of pages, each a browser of its own; all are closed afterwards.

    `states` are the cookies of people who have signed in already.
    """
    opened: list[BrowserContext] = []

    def make(
        *,
        size: tuple[int, int] = PHONE,
        language: str = "ka",
        mode: str = "",
        javascript: bool = True,
        who: str = "stranger",
        touch: bool = False,
    ) -> Page:
        context = browser.new_context(
            storage_state=(states or {}).get(who),
            base_url=site.url,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            has_touch=touch,
        )
        opened.append(context)
        set_cookies(context, site, language=language, mode=mode)
        return context.new_page()

    try:
        yield make
    finally:
        for context in opened:
            context.close()


def set_cookies(context: BrowserContext, site: Site, *, language: str, mode: str) -> None:
    """Choose the language and the reading mode, as the plain links of the header do."""
    chosen = {"mms_language": language, "mms_mode": mode or "-"}
    context.add_cookies([{"name": n, "value": v, "url": site.url} for n, v in chosen.items()])


def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demo's people, by typing."""
    page.goto("/sign-in")
    page.locator("#field-email").fill(f"{who}@mms.example")
    page.locator("#field-password").fill("demo")
    page.locator("main form").first.locator("button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def signed_in_states(site: Site) -> States:
    """Sign each of the demo's people in and give their cookies, without a browser's time."""
    return {who: _signed_in(site, who) for who in PEOPLE}


def _signed_in(site: Site, who: str) -> StorageState:
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    with browser.open(f"{site.url}/sign-in", timeout=PATIENCE) as page:
        hidden = dict(HIDDEN.findall(page.read().decode()))
    typed = hidden | {"email": f"{who}@mms.example", "password": "demo"}
    with browser.open(f"{site.url}/sign-in", urlencode(typed).encode(), timeout=PATIENCE) as page:
        assert "/sign-in" not in page.url, who
    cookies = [
        {"name": one.name, "value": one.value or "", "domain": one.domain, "path": one.path,
         "expires": one.expires or -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
        for one in jar
    ]  # fmt: skip
    return cast("StorageState", {"cookies": cookies, "origins": []})
