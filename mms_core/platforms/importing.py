"""Brings a file's records in: the lines are kept, looked at, and taken over by a job."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from mms_core import db as database
from mms_core import jobs
from mms_core.cases.importing import import_record
from mms_core.cases.imports import Origin, Record
from mms_core.db import db, uuid7
from mms_core.errors import Answerable, Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext as _lazy
from mms_core.i18n import spoken
from mms_core.modules import registry
from mms_core.platforms import bringing, mapping, rules
from mms_core.platforms.mapping import NEEDED, LineError, Target
from mms_core.platforms.models import (
    DONE,
    DRAFT,
    KNOWN,
    REFUSED,
    RUNNING,
    TAKEN,
    WAITING,
    Platform,
    PlatformImport,
    PlatformRecord,
    PlatformRow,
)
from mms_core.tenancy import rules as tenancy

log = structlog.get_logger(__name__)
AT_ONCE = 1000  # lines that are looked at or read together
ROW = PlatformRow.__table__


def bring(
    platform: Platform, content: bytes, *, name: str, by: str, language: str, now: datetime
) -> PlatformImport:
    """Keep a file's lines for a look; Invalid (field `file`) when it cannot be read."""
    target, found = target_of(platform), bringing.read(content)
    made = PlatformImport(
        tenant_id=platform.tenant_id,
        id=uuid7(),
        platform_id=platform.id,
        state=DRAFT,
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        columns=found.columns,
        mapping=mapping.guess(found.columns, target),
        language=language,
        by_name=by,
        at=now,
        total=len(found.lines),
    )
    db.session.add(made)
    db.session.flush()
    own = {"tenant_id": made.tenant_id, "import_id": made.id, "state": WAITING, "reason": ""}
    rows = [own | {"line": line, "values": values} for line, values in found.lines]
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(ROW.insert(), rows[start : start + AT_ONCE])
    return made


def find(tenant_id: int, import_id: uuid.UUID, *, lock: bool = False) -> PlatformImport:
    """Give an import of the hall; NotFound when there is none."""
    found = db.session.get(
        PlatformImport, (tenant_id, import_id), with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise NotFound(_lazy("There is no such file here."))
    return found


def of_platform(tenant_id: int, platform_id: uuid.UUID) -> Sequence[PlatformImport]:
    """List the newest files that were brought from a platform."""
    row = PlatformImport
    mine = (row.tenant_id == tenant_id) & (row.platform_id == platform_id)
    query = select(row).where(mine, row.state != DRAFT).order_by(row.at.desc(), row.id.desc())
    return db.session.scalars(query.limit(20)).all()


def target_of(platform: Platform) -> Target:
    """Say what the platform's records become here; Refused where nothing takes them over."""
    kind = rules.replacement(registry(), platform)
    tenant = tenancy.by_id(platform.tenant_id)
    assert tenant is not None  # its page is open
    return Target(
        case_type=kind,
        topics=kind.topics(tenant) if kind.topics else {},
        places=[str(place["ka"]) for place in tenant.settlements],
    )


def choose(made: PlatformImport, chosen: Mapping[str, str], *, published: bool) -> None:
    """Keep which column is which field; Invalid names a needed field that has none."""
    if made.state != DRAFT:
        raise Refused(_lazy("This file has been taken over already."))
    kept = {name: column for name, column in chosen.items() if column in made.columns}
    made.mapping, made.published = kept, published
    missing = [name for name in NEEDED if name not in kept]
    if missing:
        words = _lazy("Choose the column.")
        raise Invalid(words, fields={name: [words] for name in missing})


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a file would bring: the first records, each bad line with its reason, the counts."""

    first: Sequence[Record]
    problems: Sequence[tuple[int, str]]
    good: int
    known: int  # taken over before

    @property
    def bad(self) -> int:
        """How many lines cannot be taken over."""
        return len(self.problems)


def look(made: PlatformImport, platform: Platform, *, now: datetime) -> Look:
    """Read every line as it would be taken over; writes nothing."""
    target, before = target_of(platform), _before(platform)
    first: list[Record] = []
    problems: list[tuple[int, str]] = []
    good, known, seen = 0, 0, set[str]()
    for row in _rows(made):
        try:
            found = mapping.record(row.values, made.mapping, target, now=now)
            _check_twice(found, seen)
        except LineError as problem:
            problems.append((row.line, problem.reason))
            continue
        known += found.external_id in before
        good += found.external_id not in before
        first += [found] if len(first) < 5 else []
    return Look(first=first, problems=problems, good=good, known=known)


def _check_twice(found: Record, seen: set[str]) -> None:
    if found.external_id in seen:
        words = _("The number %(number)s stands in the file twice.", number=found.external_id)
        raise LineError(words)
    seen.add(found.external_id)


def _before(platform: Platform) -> set[str]:
    row = PlatformRecord
    mine = (row.tenant_id == platform.tenant_id) & (row.platform_id == platform.id)
    return set(db.session.scalars(select(row.external_id).where(mine)))


def _rows(made: PlatformImport) -> Iterator[Any]:
    after = -1
    while True:
        mine = (ROW.c.tenant_id == made.tenant_id) & (ROW.c.import_id == made.id)
        query = select(ROW.c.line, ROW.c["values"]).where(mine, ROW.c.line > after)
        found = db.session.execute(query.order_by(ROW.c.line).limit(AT_ONCE)).all()
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].line


def start(made: PlatformImport) -> None:
    """Put the work into the queue."""
    made.state = RUNNING
    db.session.flush()
    jobs.defer(run_import, made.tenant_id, made.id)


@jobs.job("platforms.import")
def run_import(tenant_id: int, import_id: uuid.UUID | None) -> None:
    """Take a file's lines over, each in a transaction; called again it goes on where it stopped."""
    if import_id is None:
        return
    made = find(tenant_id, import_id)
    if made.state != RUNNING:
        return
    with spoken(made.language):
        for line in _waiting(made):
            _one(tenant_id, import_id, line)
    made = find(tenant_id, import_id, lock=True)
    made.state, made.ended_at = DONE, datetime.now(UTC)


def _waiting(made: PlatformImport) -> list[int]:
    mine = (ROW.c.tenant_id == made.tenant_id) & (ROW.c.import_id == made.id)
    query = select(ROW.c.line).where(mine, ROW.c.state == WAITING).order_by(ROW.c.line)
    return list(db.session.scalars(query))


def _one(tenant_id: int, import_id: uuid.UUID, line: int) -> None:
    try:
        state, reason = _take(tenant_id, import_id, line), ""
    except LineError as problem:
        database.rollback()
        state, reason = REFUSED, problem.reason
    except Answerable as problem:
        database.rollback()
        state, reason = REFUSED, str(problem.message)
    except Exception as problem:
        if database.is_outage(problem):
            raise
        log.exception("platforms.line_failed", line=line)
        database.rollback()
        state, reason = REFUSED, _("Something went wrong with this line. Nothing was taken over.")
    _note(tenant_id, import_id, line, state=state, reason=reason)
    database.commit()


def _note(tenant_id: int, import_id: uuid.UUID, line: int, *, state: str, reason: str) -> None:
    mine = (ROW.c.tenant_id == tenant_id) & (ROW.c.import_id == import_id) & (ROW.c.line == line)
    kept: dict[str, Any] = {"state": state, "reason": reason, "values": {}}
    db.session.execute(update(ROW).where(mine).values(kept))
    made = find(tenant_id, import_id, lock=True)
    made.taken += state == TAKEN
    made.known += state == KNOWN
    made.refused += state == REFUSED


def _take(tenant_id: int, import_id: uuid.UUID, line: int) -> str:
    """Take one line over; a number that came before brings nothing."""
    row = db.session.get(PlatformRow, (tenant_id, import_id, line))
    made = find(tenant_id, import_id)
    platform, now = rules.find(tenant_id, made.platform_id), datetime.now(UTC)
    assert row is not None  # it was listed a moment ago
    target = target_of(platform)
    found = mapping.record(row.values, made.mapping, target, now=now, published=made.published)
    return TAKEN if take(platform, target, found, now=now) else KNOWN


def take(platform: Platform, target: Target, found: Record, *, now: datetime) -> bool:
    """Take a record over unless it came before; tells whether it is new."""
    key = {
        "tenant_id": platform.tenant_id,
        "platform_id": platform.id,
        "external_id": found.external_id,
        "case_id": uuid7(),
    }
    table = PlatformRecord.__table__
    claimed = insert(table).values(key).on_conflict_do_nothing().returning(table.c.case_id)
    if db.session.execute(claimed).first() is None:
        return False
    case = import_record(
        registry(),
        target.case_type,
        module=platform.replaced_by,
        tenant=tenancy.by_id(platform.tenant_id),
        record=found,
        origin=Origin(name=platform.name),
        now=now,
    )
    own = (table.c.tenant_id == platform.tenant_id) & (table.c.platform_id == platform.id)
    own &= table.c.external_id == found.external_id
    db.session.execute(table.update().where(own).values(case_id=case.id))
    return True


def problems_of(made: PlatformImport, *, limit: int = 200) -> Sequence[Any]:
    """List the lines that were refused, with the reason."""
    mine = (ROW.c.tenant_id == made.tenant_id) & (ROW.c.import_id == made.id)
    query = select(ROW.c.line, ROW.c.reason).where(mine, ROW.c.state == REFUSED)
    return db.session.execute(query.order_by(ROW.c.line).limit(limit)).all()


def finish_at_once(made: PlatformImport, *, now: datetime) -> None:
    """Note that all of a file was taken over by other means than the job, as in the demo."""
    mine = (ROW.c.tenant_id == made.tenant_id) & (ROW.c.import_id == made.id)
    kept: dict[str, Any] = {"state": TAKEN, "values": {}}
    db.session.execute(update(ROW).where(mine).values(kept))
    made.state, made.taken, made.ended_at = DONE, made.total, now
