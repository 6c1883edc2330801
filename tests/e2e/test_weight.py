"""What a first visit weighs on a village line, as the browser itself counts it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from visiting import Visit

pytestmark = pytest.mark.browser
FIRST_VISIT = 75_000  # bytes on the line, compressed, fonts included


@pytest.mark.parametrize("path", ["/tskaltubo/", "/tskaltubo/ideas/", "/zugdidi/ideas/"])
def test_a_first_georgian_visit_is_light(visit: Visit, path: str) -> None:
    loaded = transfers(visit(language="ka"), path)
    assert any("/fonts/ka." in address for address in loaded), loaded
    assert sum(loaded.values()) < FIRST_VISIT, loaded


def test_a_second_visit_fetches_the_page_alone(visit: Visit) -> None:
    page = visit(language="ka")
    transfers(page, "/zugdidi/ideas/")
    again = transfers(page, "/zugdidi/")
    assert [
        address
        for address, size in again.items()
        if size and "/static/" in address and "favicon" not in address
    ] == []


def transfers(page: Page, path: str) -> dict[str, float]:
    """Open a page and count, for each address, the bytes that came over the line."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    asked: dict[str, str] = {}
    loaded: dict[str, float] = {}
    cached: set[str] = set()
    session.on(
        "Network.requestWillBeSent",
        lambda event: asked.update({event["requestId"]: event["request"]["url"]}),
    )
    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on(
        "Network.responseReceived",
        lambda event: event["response"]["fromDiskCache"] and cached.add(event["requestId"]),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: loaded.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(path, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    session.detach()
    return {asked[key]: size for key, size in loaded.items() if key not in cached}
