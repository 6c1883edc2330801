"""Structured logs without personal data: JSON, and readable lines on the demo's terminal.

A line names endpoints, modules, municipalities and case ids. What looks like an e-mail address or
a telephone or personal number is blotted out on the last step, whoever wrote the line, and so is
the detail of a database error, which may quote a row.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, has_request_context
from structlog.typing import EventDict, Processor, WrappedLogger

from mms_core import here
from mms_core.config import Settings

NAME = "mms.request"
log = structlog.get_logger(NAME)
SLOW = 1.0  # seconds; a slower answer is always noted
HEADER, SENT = "X-Request-Id", "HTTP_X_REQUEST_ID"
GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
BLOTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^([ \t]*)(DETAIL|CONTEXT):.*$", re.MULTILINE), r"\1\2: [left out]"),
    (re.compile(r"\[parameters: .*?\]$", re.MULTILINE | re.DOTALL), "[parameters: left out]"),
    (re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[a-z]{2,}", re.IGNORECASE), "[e-mail]"),
    (re.compile(r"(?<![\w.-])\+?\d(?:[ -]?\d){8,13}(?![\w.-])"), "[number]"),
)
# What none of them can be found without: most values need one look instead of four.
SUSPECT = re.compile(r"@|DETAIL:|CONTEXT:|\[parameters: |\d(?:[ -]?\d){8}")
QUIET = ("alembic", "procrastinate", "botocore", "urllib3", "PIL", "werkzeug")


class _Standard(logging.StreamHandler[TextIO]):
    """Writes to what stderr is at the moment, so that tests and servers may exchange it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # logging sets it once, we look each time
        """Give the present stderr."""
        return sys.stderr


class _Line:
    """A logger of ours: writes a finished line, past what `logging` does for one of a library."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def info(self, line: str) -> None:
        """Write a line to what stderr is at the moment; nothing fails for a log that is away."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    warning = error = critical = info


def configure(*, readable: bool) -> None:
    """Send every log of this process, ours and the libraries', the same way."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    ends: list[Processor] = [structlog.processors.format_exc_info, blot, last]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
    )
    handler = _Standard()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, _Standard)] + [handler]
    root.setLevel(logging.INFO)
    # No line says them.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, *ends],
        logger_factory=_Line,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )


def blot(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Blot out what looks like personal data, in every value of a line."""
    return {name: _blotted(value) for name, value in line.items()}


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        if not SUSPECT.search(value):
            return value
        for pattern, instead in BLOTS:
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, dict):
        return {name: _blotted(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(item) for item in value]
    return value


def init_app(app: Flask) -> None:
    """Configure the logs; every line of a request carries its id, every answer too."""
    settings: Settings = app.extensions["mms_settings"]
    readable = settings.demo and sys.stderr.isatty()
    configure(readable=readable)
    say: Callable[..., None] = log.info if readable else write_line
    app.before_request(_begin)
    app.after_request(lambda response: _end(response, say))


def note(event: str, **said: Any) -> None:
    """Say what happened: on the line of the request that did it, elsewhere on a line of its own."""
    if has_request_context() and "noted" in g:
        g.noted.append({"event": event, **said})
    else:
        log.info(event, **said)


def _begin() -> None:
    asked, given = here.asked().environ.get(SENT, ""), here.given()
    given.request_id = asked if GOOD_ID.match(asked) else secrets.token_hex(16)
    given.logged_from, given.noted = time.perf_counter(), []
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=given.request_id)


def write_line(event: str, **said: Any) -> None:
    """Write a request's line as `log.info` does, which asks a dozen functions at each line."""
    stamp = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    line = {**said, "event": event, "request_id": here.given().request_id, "level": "info",
            "logger": NAME, "timestamp": stamp}  # fmt: skip
    written = _written(line)
    _Line().info(_written(blot(None, "info", line)) if SUSPECT.search(written) else written)


_written = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _end(response: Response, say: Callable[..., None]) -> Response:
    """Note what changes something, fails or is slow; other answers are counted by the metrics."""
    given, asked = here.given(), here.asked()
    if "request_id" not in given:
        return response
    response.headers[HEADER] = given.request_id
    seconds = time.perf_counter() - given.logged_from
    reads = asked.method in {"GET", "HEAD", "OPTIONS"}
    if not reads or given.noted or response.status_code >= 500 or seconds > SLOW:
        tenant = given.get("tenant")
        say(
            "request",
            endpoint=asked.endpoint,
            method=asked.method,
            status=response.status_code,
            ms=round(seconds * 1000),
            hall=tenant.slug if tenant else None,
            **({"noted": given.noted} if given.noted else {}),
        )
    return response
