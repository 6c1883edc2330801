"""Headers that every answer carries: a strict content policy, no sniffing, no framing."""

from __future__ import annotations

from flask import Flask, Response

from mms_core.config import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def policy(*, pictures: str = "") -> str:
    """Write the content policy of a page; `pictures` is one more source that it may show."""
    return POLICY.replace("{pictures}", f" {pictures}" if pictures else "")


def init_app(app: Flask) -> None:
    """Add the headers; HSTS only where the installation is served by HTTPS."""
    settings: Settings = app.extensions["mms_settings"]
    usual = {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.https:
        usual["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    always = [(name, name.lower(), value) for name, value in usual.items()]

    def add(response: Response) -> Response:
        headers = response.headers
        own = {name.lower() for name, _value in headers}
        for name, lower, value in always:
            if lower not in own:  # a page may say it in its own way
                headers.add(name, value)
        return response

    app.after_request(add)
