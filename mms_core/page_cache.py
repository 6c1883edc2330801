"""Keeps rendered public pages by the version of what they show, for people not signed in.

A view that shows nothing personal calls `keep()` before it reads. The page is then answered again
without rendering for as long as the hall's public version (see `changes`) and the day stand still;
the version is read from the database at each request, so nothing is stale once it is committed.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http.cookies import SimpleCookie
from threading import Lock
from typing import Any

import psycopg
import structlog
from flask import Flask, Response, session
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy import text

from mms_core import here
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, db, role_url
from mms_core.guard import tenant_modules
from mms_core.i18n import COOKIE, TBILISI
from mms_core.plans import keep_plans
from mms_core.tracking import forget_marks

log = structlog.get_logger(__name__)
LIMIT = 3 * 1024 * 1024  # bytes of kept pages in a process, whose whole memory is bounded
SIGNED_IN = ("mms_session",)
VERSION = "select mms.public_version(%s, null)"


@dataclass(kw_only=True, slots=True)
class Kept:
    """A rendered page with the version of what it shows."""

    tenant_id: int
    version: str
    etag: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes = b""

    def pack(self) -> bytes:
        """Give the page packed; it is packed for the first browser that can unpack it."""
        if not self.packed:
            self.packed = gzip.compress(self.body, compresslevel=4, mtime=0)
        return self.packed


class PageCache:
    """WSGI middleware in front of the application; a miss costs a dictionary look-up."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.inner: Callable[..., Iterable[bytes]] = app.wsgi_app
        self.settings = settings
        self.pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self.size = 0
        self.lock = Lock()
        self.pool: ConnectionPool[Any] | None = None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer."""
        forget_marks(environ)
        key = environ["mms.page_key"] = key_of(environ)
        kept = self.pages.get(key) if key else None
        if kept is None or self.version(kept.tenant_id) != kept.version:
            return self.inner(environ, start)
        return _answer(kept, environ, start)

    def version(self, tenant_id: int) -> str | None:
        """Read a hall's public version by one statement outside any transaction."""
        try:
            with self._pool().connection(timeout=2) as connection:
                row = connection.execute(VERSION, (tenant_id,), prepare=True).fetchone()
        except (psycopg.Error, PoolTimeout):
            log.warning("page_cache.no_version")
            return None
        return str(row[0]) if row else None

    def _pool(self) -> ConnectionPool[Any]:
        if self.pool is None:
            with self.lock:
                if self.pool is None:
                    url = role_url(self.settings, "mms_app").set(drivername="postgresql")
                    self.pool = ConnectionPool(
                        url.render_as_string(hide_password=False),
                        kwargs=CONNECT_ARGS | {"autocommit": True},
                        configure=keep_plans,
                        min_size=0,
                        max_size=4,
                        open=True,
                    )
        return self.pool

    def put(self, key: tuple[str, ...], kept: Kept) -> None:
        """Keep a page; the ones kept longest go when the limit is reached."""
        with self.lock:
            before = self.pages.pop(key, None)
            self.size += _weight(kept) - (_weight(before) if before else 0)
            self.pages[key] = kept
            while self.size > LIMIT:
                _key, oldest = self.pages.popitem(last=False)
                self.size -= _weight(oldest)


def _weight(kept: Kept) -> int:
    return len(kept.body) * 4 // 3 + 500  # packed, it takes about a third more


def key_of(environ: dict[str, Any]) -> tuple[str, ...] | None:
    """Give the key of a page that may be kept; None for posts and for people signed in."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("HTTP_AUTHORIZATION"):
        return None
    cookies = environ.get("HTTP_COOKIE", "")
    chosen: tuple[str, ...] = ("", "")
    if cookies:
        if any(name in cookies for name in SIGNED_IN):
            return None
        jar = SimpleCookie(cookies)
        chosen = tuple(jar[name].value if name in jar else "" for name in (COOKIE, "mms_mode"))
    today = datetime.now(TBILISI).date().isoformat()
    place = (environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
    kind = "json" if "text/html" not in environ.get("HTTP_ACCEPT", "text/html") else "page"
    return (*place, *chosen, today, kind)


def _answer(kept: Kept, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    headers = list(kept.headers)
    if kept.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start("304 Not Modified", [h for h in headers if h[0] != "Content-Type"])
        return [b""]
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        packed = kept.pack()
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
        start("200 OK", headers)
        return [packed]
    start("200 OK", [*headers, ("Content-Length", str(len(kept.body)))])
    return [kept.body]


def keep() -> None:
    """Say that this page shows nothing personal; call it before reading what the page shows."""
    key, given = here.asked().environ.get("mms.page_key"), here.given()
    tenant = given.get("tenant")
    if key and tenant is not None and not given.get("preview"):
        given.keep = (key, tenant.id, _version(given))


def _version(given: Any) -> str | None:
    """Give the version of what is going to be read; None while it is asked along with that."""
    if "entering" in given:
        return None
    tenant_modules()
    version: str | None = given.public_version
    if version is None:  # no module was ever switched here
        sql = text("select mms.public_version(:hall, null)")
        version = db.session.execute(sql, {"hall": given.tenant.id}).scalar_one()
    return version


def init_app(app: Flask) -> None:
    """Stand in front of the application and keep what views allow."""
    cache = PageCache(app, app.extensions["mms_settings"])
    app.extensions["mms_page_cache"] = cache
    app.wsgi_app = cache  # type: ignore[assignment]

    def remember(response: Response) -> Response:
        wanted = here.given().pop("keep", None)
        personal = session.modified or "Set-Cookie" in response.headers
        if wanted and response.status_code == 200 and not personal:
            return _keep(cache, response, wanted)
        return response

    # Last of all, when every header stands on the answer.
    app.after_request_funcs.setdefault(None, []).insert(0, remember)


def _keep(cache: PageCache, response: Response, wanted: tuple[Any, ...]) -> Response:
    key, tenant_id, version = wanted
    version = version or here.given().public_version
    body = response.get_data()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.add("Vary", "Cookie, Accept-Encoding")
    headers = tuple([one for one in response.headers if one[0] != "Content-Length"])
    kept = Kept(tenant_id=tenant_id, version=version, etag=etag, headers=headers, body=body)
    cache.put(key, kept)
    if "gzip" in here.asked().environ.get("HTTP_ACCEPT_ENCODING", ""):
        response.set_data(kept.pack())
        response.headers["Content-Encoding"] = "gzip"
    return response
