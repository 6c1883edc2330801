"""The requests of the product and of the floors, as bytes on the wire."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from benchmarks.load import CLIENTS, Request
from benchmarks.site import Site

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def get(path: str, *, cookie: str = "", extra: str = "") -> Request:
    """Ask for one page again and again."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{extra}"
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    wire = f"{head}\r\n".encode()
    return lambda _client, _number: wire


def get_any(paths: list[str]) -> Request:
    """Ask for pages in turn, so that nothing that was kept can answer."""
    wires = [
        f"GET {p} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode() for p in paths
    ]
    return lambda client, number: wires[(number * CLIENTS + client) % len(wires)]


def post(path: str, fields: dict[str, str], *, cookie: str = "") -> bytes:
    """Write a form post."""
    body = urlencode(fields).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    )
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    return f"{head}\r\n".encode() + body


def session(site: Site, form: str) -> tuple[str, str]:
    """Open a form: (token, cookies), for posts of one's own."""
    page, cookie = site.get(form)
    found = TOKEN.search(page)
    return (found[1] if found else "", cookie)


def posts(
    site: Site, form: str, targets: list[str], fields: dict[str, str] | Callable[[], dict[str, str]]
) -> Request:
    """Send a form with session and token, each time with a key of its own.

    `fields` are the same each time, or made for each post.
    """
    tokens = [session(site, form) for _client in range(CLIENTS)]

    def request(client: int, number: int) -> bytes:
        token, cookie = tokens[client]
        own = {"csrf_token": token, "_key": str(uuid.uuid4())}
        target = targets[(number * CLIENTS + client) % len(targets)]
        typed = fields() if callable(fields) else fields
        return post(target, typed | own, cookie=cookie)

    return request
