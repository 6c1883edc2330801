"""Takes the pictures of the README and of our modules: `python tools/screenshots.py [--url URL]`.

Without an address it starts a demo of its own in a temporary folder and ends it afterwards.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PATIENCE = 300  # seconds for a demo to stand
PHONE = (360, 780)
COLOURS = 128  # a page has few; a palette makes the file a third


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: which page, as whom, on which screen."""

    name: str
    path: str
    size: tuple[int, int] = (1280, 860)
    who: str = ""
    follow: str = ""  # the link on the page that leads to the picture's page
    module: str = ""  # whose picture it is; of the README without one

    @property
    def target(self) -> Path:
        """The file it is kept in."""
        folder = ROOT / "plugins" / self.module / "pictures" if self.module else PICTURES
        return folder / f"{self.name}.png"


WANTED = (
    Picture(name="hall", path="/tskaltubo/"),
    Picture(
        name="idea-phone",
        path="/tskaltubo/ideas/?state=accepted",
        size=PHONE,
        follow=".mms-items h3 a",
    ),
    Picture(name="desk", path="/tskaltubo/desk/", who="operator"),
    Picture(name="ministry", path="/ministry/", who="ministry"),
    Picture(name="list", path="/tskaltubo/ideas/", module="your_idea_to_mayor"),
    Picture(
        name="answer",
        path="/tskaltubo/ideas/?state=accepted",
        size=PHONE,
        follow=".mms-items h3 a",
        module="your_idea_to_mayor",
    ),
    Picture(name="results", path="/tskaltubo/feedback/", module="citizen_feedback"),
    Picture(name="hours", path="/tskaltubo/reception/", module="citizen_reception"),
)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="address of a running demo, such as http://127.0.0.1:8000")
    given: str | None = parser.parse_args().url
    if given:
        take_all(given.rstrip("/"))
    else:
        with demo() as url:
            take_all(url)


def take_all(url: str) -> None:
    """Open the browser once and take what is wanted."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for wanted in WANTED:
            target = wanted.target
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(with_few_colours(take(browser, url, wanted)))
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} kB")
        browser.close()


def take(browser: Browser, url: str, wanted: Picture) -> bytes:
    """Take one picture, as a reader with cookies of their own."""
    width, height = wanted.size
    page = browser.new_page(base_url=url, viewport={"width": width, "height": height})
    if wanted.who:
        sign_in(page, wanted.who)
    page.goto(wanted.path)
    if wanted.follow:
        page.locator(wanted.follow).first.click()
    page.evaluate("document.fonts.ready.then(() => true)")
    picture = page.screenshot()
    page.close()
    return picture


def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demo's people."""
    page.goto("/sign-in")
    page.locator("#field-email").fill(f"{who}@mms.example")
    page.locator("#field-password").fill("demo")
    page.locator("#field-password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def with_few_colours(picture: bytes) -> bytes:
    """Make the file small: pages have few colours."""
    target = io.BytesIO()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    reduced = image.quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(target, "PNG", optimize=True)
    return target.getvalue()


def chromium() -> str:
    """Find Chromium: MMS_CHROMIUM, else the usual names; SystemExit says how to get one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("MMS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise SystemExit("No Chromium: install the package chromium, or set MMS_CHROMIUM.")
    return found


@contextmanager
def demo() -> Iterator[str]:
    """Start a demo with data of its own and give its address."""
    folder = Path(tempfile.mkdtemp(prefix="mms-pictures-", dir="/var/tmp"))
    folder.chmod(0o755)  # the unprivileged user of PostgreSQL passes through
    port = free_port()
    own = {"MMS_DATA": str(folder), "PORT": str(port), "MMS_DEMO": "1"}
    settings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | own
    mms = [sys.executable, "-m", "mms_core.cli"]
    running = subprocess.Popen([*mms, "run"], env=settings, cwd=ROOT)  # noqa: S603 - our own command
    try:
        url = f"http://127.0.0.1:{port}"
        wait(url, running)
        yield url
    finally:
        running.terminate()
        running.wait()
        subprocess.run([*mms, "db", "stop"], env=settings, cwd=ROOT, check=False)  # noqa: S603 - ours
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(url: str, running: subprocess.Popen[bytes]) -> None:
    """Wait until the demo answers; SystemExit when it has ended or takes too long."""
    end = time.monotonic() + PATIENCE
    while running.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/livez", timeout=5):  # noqa: S310 - http, ours
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The demo did not start.")


if __name__ == "__main__":
    main()
