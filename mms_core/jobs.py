"""Background work: a job joins the business transaction and carries only (tenant_id, id)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import procrastinate
import structlog
from flask import Flask
from procrastinate import BaseRetryStrategy, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.jobs import Job
from psycopg.types.json import Jsonb

from mms_core import db as database
from mms_core import together
from mms_core.config import Settings

log = structlog.get_logger(__name__)
queue = procrastinate.App(connector=SyncPsycopgConnector())


@dataclass(frozen=True, kw_only=True)
class Patience(BaseRetryStrategy):
    """Tries again after 10 s, 20 s, 40 s ... and then every half an hour, for about two days.

    procrastinate's own exponential wait is a power of the number of tries: the fifth try would
    come a day later, the ninth in 32 years.
    """

    max_attempts: int = 100
    first: int = 10  # seconds
    longest: int = 1800  # a letter leaves half an hour after the server is back, at the latest

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002 - procrastinate's signature
        """Say when a job that has failed is done again; None when it is given up."""
        if job.attempts >= self.max_attempts:
            return None
        wait = min(self.first * 2 ** min(job.attempts, 20), self.longest)
        return RetryDecision(retry_in={"seconds": wait})


LETTER_RETRY = Patience()
# As procrastinate defers, but without waiting for the job's number, which nobody needs.
DEFER = """public.procrastinate_defer_jobs_v1(array[row(%s::varchar, %s::varchar, %s::int,
    %s::text, %s::text, %s::jsonb, %s::timestamptz)::public.procrastinate_job_to_defer_v1])"""
DEFER_EACH = """public.procrastinate_defer_jobs_v1(array(select row(%s::varchar, %s::varchar,
    %s::int, %s::text, %s::text, told, null)::public.procrastinate_job_to_defer_v1
    from jsonb_array_elements(%s::jsonb) as told))"""
Work = Callable[[int, uuid.UUID | None], None]
_app: dict[str, Flask] = {}


def job(name: str, *, retry: Any = False) -> Callable[[Work], Any]:
    """Make a function (tenant_id, id) a job; it runs bound to the municipality and commits."""

    def wrap(work: Work) -> Any:
        def run(tenant_id: int, row_id: str | None = None) -> None:
            with _app["flask"].app_context():
                database.bind(tenant_id)
                work(tenant_id, uuid.UUID(row_id) if row_id else None)
                database.commit()

        return queue.task(name=name, retry=retry, pass_context=False)(run)

    return wrap


def every(cron: str, *, name: str) -> Callable[[Callable[[], object]], Any]:
    """Make a function work of the whole installation, done by the clock (cron, in UTC)."""

    def wrap(work: Callable[[], object]) -> Any:
        def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says which time it was due
            with _app["flask"].app_context():
                database.bind(database.NATION)
                work()
                database.commit()

        task = queue.task(name=name, queueing_lock=name, pass_context=False)(run)
        return queue.periodic(cron=cron)(task)

    return wrap


def defer(
    task: Any, tenant_id: int, row_id: uuid.UUID | None = None, *, at: datetime | None = None
) -> None:
    """Put a job in the queue within the running transaction: commit adds both, rollback neither."""
    together.call(DEFER, (*_as_deferred(task.name), Jsonb(_told(tenant_id, row_id)), at))


def defer_each(task: str, wanted: Iterable[tuple[int, uuid.UUID]]) -> None:
    """Put jobs of a task, known by its name, in the queue: one for each (tenant_id, row_id)."""
    told = [_told(tenant_id, row_id) for tenant_id, row_id in wanted]
    together.call(DEFER_EACH, (*_as_deferred(task), Jsonb(told)))


def _told(tenant_id: int, row_id: uuid.UUID | None) -> dict[str, Any]:
    return {"tenant_id": tenant_id, "row_id": str(row_id) if row_id else None}


@cache
def _as_deferred(task: str) -> tuple[Any, ...]:
    """Give what procrastinate would write of each job of a task."""
    job: Job = queue.configure_task(task).job
    return job.queue, job.task_name, job.priority, job.lock, job.queueing_lock


def run_worker(app: Flask) -> None:
    """Work until interrupted; the worker listens on a direct connection."""
    from mms_core import upkeep

    settings: Settings = app.extensions["mms_settings"]
    _app["flask"] = app
    url = settings.listen_url or database.role_url(settings, "mms_app").set(
        drivername="postgresql"
    ).render_as_string(hide_password=False)
    connector = PsycopgConnector(conninfo=url, kwargs={"prepare_threshold": None})
    prompt = upkeep.running(app, chores=upkeep.PROMPT)
    with upkeep.running(app), prompt, queue.replace_connector(connector) as working:
        working.run_worker(concurrency=2, listen_notify=True, delete_jobs="successful")


def use_app(app: Flask) -> None:
    """Let jobs run inside this application; tests and the worker call it."""
    _app["flask"] = app
