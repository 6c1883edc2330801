"""Sending a kept file to a browser, so that it can be looked at and can do nothing else."""

from __future__ import annotations

import io
from pathlib import PurePath
from urllib.parse import quote

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import FileWrapper

from mms_core.config import Settings
from mms_core.files.intake import Limits
from mms_core.files.pending import Pending
from mms_core.files.storage import Storage, storage_for
from mms_core.files.stored import Stored

EXTENSION = "mms_files"
CHUNK = 64 * 1024  # bytes
PUBLIC_FOR = 3600  # seconds that strangers' caches may keep what everybody may see
SHOWN = (
    "image/",
    "text/plain",
    "video/",
    "audio/",
)  # a sandboxed PDF is refused by browsers, so it is saved instead
CSP = "sandbox; default-src 'none'"


def init_app(app: Flask) -> None:
    """Give the application its storage and its limits."""
    from mms_core.files import sweeping  # noqa: F401 - so that the worker knows its hourly round

    settings: Settings = app.extensions["mms_settings"]
    both = (Limits.of(settings), Limits.of(settings, recordings=True))
    app.extensions[EXTENSION] = (storage_for(settings), both, settings.secret())


def storage() -> Storage:
    """Give the application's storage."""
    found: Storage = current_app.extensions[EXTENSION][0]
    return found


def limits(*, recordings: bool = False) -> Limits:
    """Give the limits of the installation; `recordings` where video and sound are taken too."""
    found: Limits = current_app.extensions[EXTENSION][1][recordings]
    return found


def pending(tenant_id: int, *, recordings: bool = False) -> Pending:
    """Give the pending files of a municipality."""
    store, bounds, secret = current_app.extensions[EXTENSION]
    return Pending(store, secret=secret, scope=str(tenant_id), limits=bounds[recordings])


def send(
    stored: Stored, *, download: bool = False, thumbnail: int | None = None, public: bool = False
) -> Response:
    """Answer with a kept file or its thumbnail (edge in px); the caller has decided who may see it.

    Answers conditional and range requests. `public` lets shared caches keep it for
    an hour; otherwise the browser asks each time, so that rights are checked each
    time. Raises NotFound and StorageDown.
    """
    small = thumbnail is not None and bool(stored.thumbnails)
    key = stored.thumbnail_key(thumbnail or 0) if small else stored.key
    content_type = "image/webp" if small else stored.content_type
    name = str(PurePath(stored.name).with_suffix(".webp")) if small else stored.name
    file = storage().open(key)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = Response(
        FileWrapper(file, CHUNK), content_type=content_type, direct_passthrough=True
    )
    response.content_length = size
    response.set_etag(stored.sha256 + key.removeprefix(stored.key))
    response.headers["Content-Disposition"] = disposition(
        name, download=download or not content_type.startswith(SHOWN)
    )
    guard(response, public=public)
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    return response


def guard(response: Response, *, public: bool) -> None:
    """Set the headers that keep a stranger's file from acting, and say who may cache it."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if public:
        response.cache_control.public = True
        response.cache_control.max_age = PUBLIC_FOR
    else:
        response.cache_control.private = True
        response.cache_control.no_cache = True


def disposition(name: str, *, download: bool) -> str:
    """Write the header's value: an ASCII name for old programs, the true one by RFC 5987."""
    way = "attachment" if download else "inline"
    suffix = PurePath(name).suffix
    plain = name if name.isascii() else f"file{suffix if suffix.isascii() else ''}"
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
