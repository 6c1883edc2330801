"""Addresses inside the site: where to go next without being sent elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next(target: str | None, default: str = "/") -> str:
    r"""Give `target` if it is a path on this site, else `default`; refuses //host and \\host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target):
        return default
    return target
