"""What must be done again and again, beside the queue: folding, recounting, sealing, trimming.

Threads of the worker do it rather than periodic jobs: figures are folded every ten seconds, and
may neither wait behind a morning's letters nor leave 8,640 job rows a day. Every chore may run in
two workers at once and may be cut off at any point. Only stalled jobs are a job themselves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from flask import Flask
from procrastinate import JobContext
from sqlalchemy.exc import OperationalError

from mms_core import db as database
from mms_core import trimming
from mms_core.batches.trimming import trim
from mms_core.cases.reminding import tick
from mms_core.cases.seals import seal
from mms_core.clock import local_day
from mms_core.jobs import queue
from mms_core.left import bring_all
from mms_core.monitoring.fold import fold_all
from mms_core.monitoring.recount import recount_night

log = structlog.get_logger(__name__)
NIGHT = timedelta(hours=1)  # a day is recounted when its last transactions have long ended
AT_A_TIME = 10.0  # seconds for what is done in pieces, so that figures are folded between
STOPPING = 20.0  # seconds that a chore has to end when the worker stops


@dataclass(frozen=True, kw_only=True)
class Chore:
    """Something to be done every so many seconds."""

    name: str
    every: float
    work: Callable[[Flask], object]


def each_hall(app: Flask, work: Callable[[int], object]) -> None:
    """Do something for every municipality, each bound and committed by itself."""
    from mms_core.tenancy.rules import all_tenants

    with app.app_context():
        database.bind(database.NATION)
        halls = [tenant.id for tenant in all_tenants()]
    for tenant_id in halls:
        with app.app_context():
            database.bind(tenant_id)
            work(tenant_id)
            database.commit()


def _trim_nation(app: Flask) -> None:
    with app.app_context():
        database.bind(database.NATION)
        trimming.forget_national_letters(now=datetime.now(UTC))
        database.commit()


def _trim_keys(app: Flask) -> None:
    each_hall(app, lambda hall: trimming.forget_keys(hall, now=datetime.now(UTC)))


def _trim_changes(app: Flask) -> None:
    each_hall(app, lambda hall: trimming.trim_changes(hall, now=datetime.now(UTC)))


def _trim_batches(app: Flask) -> None:
    each_hall(app, lambda hall: trim(hall, now=datetime.now(UTC)))


def _seal(app: Flask) -> None:
    each_hall(app, lambda hall: seal(hall, now=datetime.now(UTC)))


def _recount(app: Flask) -> None:
    recount_night(app, today=local_day(datetime.now(UTC) - NIGHT))


def _tick(app: Flask) -> None:
    each_hall(app, lambda hall: tick(hall, now=datetime.now(UTC)))


def _promises(app: Flask) -> None:
    from mms_core.promises.round import every_hall

    every_hall(app)


def _digests(app: Flask) -> None:
    from mms_core.messages.notices import send_digests

    with app.app_context():
        database.bind(database.NATION)
        send_digests(now=datetime.now(UTC))
        database.commit()


def _brief(app: Flask) -> None:
    from mms_core.monitoring.mailing import send_due

    with app.app_context():
        database.bind(database.NATION)
        send_due(now=datetime.now(UTC))
        database.commit()


def _trim_moderation(app: Flask) -> None:
    from mms_core.moderation import trimming as moderation

    each_hall(app, lambda hall: moderation.trim(hall, now=datetime.now(UTC)))


def _search_words(app: Flask) -> None:
    """Go on with the search words of cases of before, a hall at a time and a piece at a time."""
    from mms_core.cases import reindexing

    _in_pieces(app, lambda hall: reindexing.piece(hall, now=datetime.now(UTC)))


def _in_pieces(app: Flask, piece: Callable[[int], bool]) -> None:
    """Do pieces of a hall's work, each committed by itself, for as long as a chore may take."""
    end = time.monotonic() + AT_A_TIME

    def some(hall: int) -> None:
        while time.monotonic() < end and piece(hall):
            database.commit()
            database.bind(hall)

    each_hall(app, some)


def _near(app: Flask) -> None:
    """Look for what is near to new cases, and to those of before, a piece at a time."""
    from mms_core.cases import near

    _in_pieces(app, lambda hall: near.piece(hall, now=datetime.now(UTC)))


CHORES: tuple[Chore, ...] = (
    Chore(name="stats.fold", every=10, work=fold_all),
    Chore(name="changes.trim", every=60, work=_trim_changes),
    Chore(name="stats.recount", every=1800, work=_recount),
    Chore(name="keys.trim", every=3600, work=_trim_keys),
    Chore(name="letters.trim", every=3600, work=_trim_nation),
    Chore(name="batches.trim", every=3600, work=_trim_batches),
    Chore(name="cases.seal", every=3600, work=_seal),
    Chore(name="clock.tick", every=600, work=_tick),
    Chore(name="digests.send", every=900, work=_digests),
    Chore(name="brief.send", every=900, work=_brief),
    Chore(name="moderation.trim", every=3600, work=_trim_moderation),
    Chore(name="search.words", every=60, work=_search_words),
    Chore(name="cases.near", every=60, work=_near),
    Chore(name="promises.round", every=3600, work=_promises),
)
# In a thread of their own, so that a letter waits for no other chore.
PROMPT: tuple[Chore, ...] = (Chore(name="jobs.bring", every=1, work=bring_all),)


@contextmanager
def running(app: Flask, *, chores: tuple[Chore, ...] = CHORES) -> Iterator[threading.Thread]:
    """Do the chores in a thread for as long as the worker works."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_loop, args=(app, stop, chores), name="mms-upkeep", daemon=True
    )
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(STOPPING)


def _loop(app: Flask, stop: threading.Event, chores: tuple[Chore, ...]) -> None:
    due = {chore.name: time.monotonic() for chore in chores}
    while not stop.wait(0.5):
        for chore in chores:
            if time.monotonic() >= due[chore.name] and not stop.is_set():
                due[chore.name] = time.monotonic() + chore.every
                do(app, chore)


def do(app: Flask, chore: Chore) -> bool:
    """Do a chore once; one that fails is logged and tried again when it is next due."""
    try:
        chore.work(app)
    except OperationalError as problem:
        log.warning("upkeep.database_away", chore=chore.name, error=type(problem.orig).__name__)
    except Exception:
        log.exception("upkeep.failed", chore=chore.name)
    else:
        return True
    return False


@queue.periodic(cron="*/2 * * * *")
@queue.task(name="jobs.requeue_stalled", queueing_lock="jobs.requeue_stalled", pass_context=True)
async def requeue_stalled(context: JobContext, timestamp: int) -> None:
    """Put the jobs of workers that died back into the queue."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        log.warning("job.requeued", job=job.id, task=job.task_name, timestamp=timestamp)
        await jobs.retry_job(job)
