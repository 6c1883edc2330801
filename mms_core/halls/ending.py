"""The ministry ends a hall: the worker counts and exports first, and acts when it is confirmed.

The ministry sees numbers alone. The archive of an erasure stays in `MMS_DATA/exports` with the
administrator, for it holds what citizens wrote.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import marshmallow as ma
import structlog
from flask import current_app
from sqlalchemy import func, select

from mms_core import db as database
from mms_core import jobs
from mms_core.backup.archive import BackupError
from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.db import db
from mms_core.errors import Answerable, Invalid, NotFound, Refused
from mms_core.halls import carrying, causes, erasing, merging
from mms_core.halls.models import HallEnding, HallErased
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import spoken
from mms_core.modules import registry
from mms_core.monitoring.figures import standings
from mms_core.monitoring.reader import reading
from mms_core.switching.schemas import not_in_future
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant

log = structlog.get_logger(__name__)
MERGE, ERASE = "merge", "erase"
PREPARING, READY, RUNNING, DONE, FAILED = "preparing", "ready", "running", "done", "failed"
BUSY = (PREPARING, RUNNING)


class ConfirmSchema(ma.Schema):
    """What must be said before it is done."""

    act_number = ma.fields.String(
        required=True,
        validate=ma.validate.Length(min=1, max=100),
        metadata={"label": _("Number of the legal act")},
    )
    act_date = ma.fields.Date(
        required=True,
        validate=not_in_future,
        metadata={"label": _("Date of the legal act")},
    )
    name = ma.fields.String(
        required=True,
        metadata={
            "label": _("Type the name of the municipality"),
            "help": _("As it stands in the heading of this page."),
        },
    )


def of_hall(hall: int) -> Sequence[HallEnding]:
    """List what was asked for a hall, the newest first."""
    query = select(HallEnding).where(HallEnding.municipality_id == hall)
    return db.session.scalars(query.order_by(HallEnding.at.desc()).limit(20)).all()


def find(ending_id: uuid.UUID, *, lock: bool = False) -> HallEnding:
    """Give one of them; NotFound when there is none."""
    row = db.session.get(HallEnding, ending_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(_("There is no such municipality here."))
    return row


def stands_against(hall: Tenant, kind: str) -> Any:
    """Say why a hall cannot be ended so; nothing when it can."""
    if any(row.state in BUSY for row in of_hall(hall.id)):
        return _("Something is being done with this municipality already.")
    if kind == MERGE:
        return "" if hall.successor_id else _(
            "Only a municipality with a successor can be merged into it."
        )  # fmt: skip
    with reading() as connection:
        found = standings(connection)
    if any(hall_id == hall.id and one.state != "off" for (hall_id, _module), one in found.items()):
        return _("Modules are still on there. Its city hall switches them off first.")
    return ""


def begin(hall: Tenant, kind: str, *, by: str) -> HallEnding:
    """Let the worker count what a merger or an erasure would touch; nothing is changed yet."""
    if kind not in {MERGE, ERASE}:
        raise NotFound(_("There is no such page."))
    if problem := stands_against(hall, kind):
        raise Refused(problem)
    row = HallEnding(municipality_id=hall.id, kind=kind, state=PREPARING, asked_by=by)
    db.session.add(row)
    db.session.flush()
    jobs.defer(prepare, hall.id, row.id)
    return row


def confirm(
    row: HallEnding, hall: Tenant, *, name: str, act_number: str, act_date: date, by: str
) -> None:
    """Decide it; the name is typed, so that nobody ends a hall by a slip of the hand."""
    if row.state != READY:
        raise Refused(_("This was decided already, or is not counted yet."))
    if problem := stands_against(hall, row.kind):
        raise Refused(problem)
    if row.kind == ERASE and row.still_open:
        raise Refused(_("Open cases would be lost. They are answered, or moved, first."))
    if name.strip() not in hall.names.values():
        wrong = _("This is not the name of the municipality.")
        raise Invalid(wrong, fields={"name": [wrong]})
    row.act_number, row.act_date, row.decided_by = act_number, act_date, by
    row.state = RUNNING
    db.session.flush()
    jobs.defer(carry_out, hall.id, row.id)


def place(settings: Settings, row: HallEnding) -> Path:
    """Give where an erasure's archive lies."""
    return settings.data_dir / "exports" / row.archive


@jobs.job("halls.prepare")
def prepare(_hall: int, ending_id: uuid.UUID | None) -> None:
    """Count what it would touch, and export what would be erased."""
    _work(ending_id, PREPARING, {MERGE: _count_cases, ERASE: _export}, READY)


@jobs.job("halls.carry_out")
def carry_out(_hall: int, ending_id: uuid.UUID | None) -> None:
    """Do what was decided; done again after a cut, it goes on where it stopped."""
    _work(ending_id, RUNNING, {MERGE: _merge, ERASE: _erase}, DONE)


def _work(
    ending_id: uuid.UUID | None,
    state: str,
    ways: dict[str, Callable[[HallEnding, Tenant], None]],
    after: str,
) -> None:
    row = find(ending_id) if ending_id else None
    hall = tenancy.by_id(row.municipality_id) if row else None
    if row is None or hall is None or row.state != state:
        return
    problem = _tried(partial(ways[row.kind], row, hall), step=state)
    if problem:
        database.rollback()
    row = find(row.id, lock=True)
    row.state, row.problem = (FAILED if problem else after), problem
    row.ended_at = datetime.now(UTC) if row.state in {DONE, FAILED} else None


def _tried(work: Callable[[], None], *, step: str) -> str:
    """Do it; gives the cause when it failed, and tells the log what the machine said."""
    try:
        with spoken("en"):
            work()
    except (BackupError, Answerable) as refused:
        log.warning("halls.ending_refused", step=step, said=str(refused))
        return causes.cause_of(refused)
    except Exception as fault:
        if database.is_outage(fault):
            raise
        log.exception("halls.ending_failed", step=step)
        return causes.FAULT
    return ""


def _open(hall: int) -> int:
    mine = select(func.count()).select_from(Case).where(Case.tenant_id == hall, Case.is_open)
    return int(db.session.scalar(mine) or 0)


def _count_cases(row: HallEnding, hall: Tenant) -> None:
    row.total = len(merging.waiting(registry(), hall.id))
    row.still_open = _open(hall.id) - row.total


def _export(row: HallEnding, hall: Tenant) -> None:
    settings: Settings = current_app.extensions["mms_settings"]
    row.archive = f"{hall.slug}-{row.id}.tar"
    row.still_open = _open(hall.id)
    target = place(settings, row)
    database.commit()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # of a try that was cut off
    made = carrying.export(settings, registry(), hall.id, target)
    row.total, row.fingerprint = sum(made.rows.values()), carrying.fingerprint(made)
    row.files = len(carrying.files_of(settings, hall.id))


def _merge(row: HallEnding, hall: Tenant) -> None:
    from mms_core.desk.forward_views import copies

    new, before = tenancy.by_id(hall.successor_id or 0), row.done
    if new is None:
        raise merging.NoSuccessorError

    def told(went: int) -> None:
        row.done = before + went

    merging.merge(registry(), hall, new, now=datetime.now(UTC), copies=copies, told=told)


def _erase(row: HallEnding, hall: Tenant) -> None:
    settings: Settings = current_app.extensions["mms_settings"]
    erased = select(HallErased.id).where(HallErased.archive == row.fingerprint)
    known, source = db.session.scalar(erased), place(settings, row)
    reason = f"{row.act_number}, {row.act_date}"
    by, total = row.decided_by, row.total
    database.commit()  # the tables are locked by the erasure, so nothing of ours may hold them
    if known is None:
        if not source.exists():
            said = f"The archive {source.name} is not in the folder exports any more."
            raise BackupError(said, cause="archive_gone")
        erasing.erase(settings, registry(), hall, source=source, by=by, reason=reason)
    row.done = total
