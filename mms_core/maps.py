"""Maps from the tile source that an installation has set; without one, pages have none."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app

from mms_core.config import Settings
from mms_core.security_headers import policy


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """Where the pictures of a map come from, and whom its page must name."""

    url: str  # with {z}, {x} and {y}, perhaps {s}
    attribution: str

    @property
    def source(self) -> str:
        """The host as a content policy writes it; `{s}.` is any part before it."""
        parts = urlsplit(self.url.replace("{s}.", "*."))
        return f"{parts.scheme}://{parts.netloc}"


def tiles() -> Tiles | None:
    """Give the installation's tile source; None unless both address and attribution are set."""
    settings: Settings = current_app.extensions["mms_settings"]
    if not (settings.tile_url and settings.tile_attribution):
        return None
    return Tiles(url=settings.tile_url, attribution=settings.tile_attribution)


def with_map(response: Response, found: Tiles) -> Response:
    """Let this one page load pictures of the tile source, which learns the site and no more."""
    response.headers["Content-Security-Policy"] = policy(pictures=found.source)
    response.headers["Referrer-Policy"] = "strict-origin"  # tile sources ask for it
    return response
