"""Metrics for Prometheus, summed over the web processes of this machine.

Labels are endpoints and never addresses, so that no number of a case or person becomes a series.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, Response
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from mms_core import here
from mms_core.config import Settings
from mms_core.db import db
from mms_core.health import DOORS, heartbeat_age
from mms_core.metrics_folder import FOLDER, folder
from mms_core.modules import registry
from mms_core.monitoring.reader import reading

if TYPE_CHECKING:
    from prometheus_client import Metric

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
HERE = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_JOBS = sa.text(
    "select status::text, count(*) from public.procrastinate_jobs group by status"
    " union all select 'left', count(*) from mms.job_left"
)
_DELTAS = sa.text("select count(*) from mms.stat_delta")


def init_app(app: Flask) -> None:
    """Measure every request, and open the door /metrics."""
    settings: Settings = app.extensions["mms_settings"]
    os.environ.setdefault(FOLDER, str(folder(settings)))
    Path(os.environ[FOLDER]).mkdir(parents=True, exist_ok=True)
    app.before_request(_begin)
    app.after_request(_end)
    app.extensions[DOORS]["/metrics"] = lambda asked: _door(app, asked)


@cache
def _meters() -> tuple[Any, Any]:
    """Give this process's counter and histogram; imported late, for the folder must be known."""
    from prometheus_client import Counter, Histogram

    requests = Counter("mms_requests", "Answers.", ["endpoint", "method", "status"], registry=None)
    seconds = Histogram(
        "mms_request_seconds", "Time to an answer.", ["endpoint"], buckets=BUCKETS, registry=None
    )
    return requests, seconds


def _begin() -> None:
    here.given().began = time.perf_counter()


def _end(response: Response) -> Response:
    asked, began = here.asked(), here.given().get("began")
    endpoint = asked.endpoint or "none"
    method = asked.method if asked.method in METHODS else "OTHER"
    answers, seconds = _of_page(endpoint, method, response.status_code)
    answers.inc()
    if began is not None:
        seconds.observe(time.perf_counter() - began)
    return response


@cache
def _of_page(endpoint: str, method: str, status: int) -> tuple[Any, Any]:
    requests, seconds = _meters()
    return requests.labels(endpoint, method, str(status)), seconds.labels(endpoint)


def _door(app: Flask, asked: Request) -> BaseResponse:
    if not _may_read(app.extensions["mms_settings"], asked):
        return BaseResponse("There is no such page.\n", status=404, content_type="text/plain")
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    _meters()
    found = CollectorRegistry()
    MultiProcessCollector(found, path=os.environ[FOLDER])  # type: ignore[no-untyped-call]
    found.register(_Installation(app))
    return BaseResponse(generate_latest(found), content_type=CONTENT_TYPE_LATEST)


def _may_read(settings: Settings, asked: Request) -> bool:
    """Let in who has the token, or asks from this machine itself and not through a proxy on it."""
    given = asked.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token and hmac.compare_digest(
        given.encode(), settings.metrics_token.encode()
    ):
        return True
    through_proxy = any(name in asked.environ for name in FORWARDED)
    return asked.environ.get("REMOTE_ADDR") in HERE and not through_proxy


class _Installation:
    """What is asked of the database when somebody reads the metrics."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def collect(self) -> Iterator[Metric]:
        """Give queue lengths, the worker's heartbeat, deltas that wait, modules out of order."""
        from prometheus_client.core import GaugeMetricFamily as Gauge

        broken = len(registry(self.app).quarantined)
        yield Gauge("mms_modules_quarantined", "Modules that are out of order.", value=broken)
        try:
            with self.app.app_context():
                yield from self._of_database(Gauge)
                yield Gauge("mms_database_up", "Whether the database answers.", value=1)
        except SQLAlchemyError:
            yield Gauge("mms_database_up", "Whether the database answers.", value=0)

    def _of_database(self, gauge: Any) -> list[Metric]:
        jobs = gauge("mms_jobs", "Jobs in the queue.", labels=["status"])
        with db.engine.connect() as connection:
            for status, count in connection.execute(_JOBS):
                jobs.add_metric([status], count)
            age = heartbeat_age(connection)
        with reading() as connection:
            waiting = connection.execute(_DELTAS).scalar_one()
        return [
            jobs,
            gauge(
                "mms_worker_heartbeat_age_seconds",
                "Seconds since a worker's last heartbeat; -1 when there is no worker.",
                value=-1 if age is None else age,
            ),
            gauge("mms_deltas_waiting", "Changes of figures not folded yet.", value=waiting),
        ]
