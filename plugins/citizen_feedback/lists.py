"""Takes lists of beneficiaries in (art. 3.2): looked at when brought, read by the worker.

A list has up to a hundred thousand personal numbers. Nobody waits for it before a page, and it
stands nowhere in the clear: the file waits encrypted, and is gone once it has been read.
"""

from __future__ import annotations

import uuid
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import delete, insert, select

from mms_core import db as database
from mms_core import jobs, sheets
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import spoken
from mms_core.people import vault
from plugins.citizen_feedback import programmes, tables
from plugins.citizen_feedback.list_models import (
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    UseList,
    UseListPart,
)
from plugins.citizen_feedback.models import Programme

PIECE = 256 * 1024  # bytes that are encrypted together
SHOWN = 10  # lists of a programme that its page names


def bring(
    programme: Programme, file: BinaryIO, *, name: str, by: str, language: str, now: datetime
) -> UseList:
    """Keep a list for the worker; Invalid (field `file`) when it is no table of beneficiaries."""
    tables.check_uses(file)
    made = UseList(
        tenant_id=programme.tenant_id,
        id=uuid7(),
        programme_id=programme.id,
        state=WAITING,
        file_name=name[:200],
        language=language,
        by_name=by,
        at=now,
        total=_lines(file),
    )
    db.session.add(made)
    db.session.flush()
    key = {"tenant_id": made.tenant_id, "list_id": made.id}
    pieces = iter(lambda: file.read(PIECE), b"")
    for no, piece in enumerate(pieces):
        row = key | {"no": no, "hidden": vault.hide(b64encode(piece).decode())}
        db.session.execute(insert(UseListPart), row)
    jobs.defer(take, made.tenant_id, made.id)
    return made


def _lines(file: BinaryIO) -> int:
    """Count a CSV's lines below its headings; 0 for a spreadsheet, which would have to be read."""
    file.seek(0)
    if file.read(len(sheets.ZIP)) == sheets.ZIP:
        file.seek(0)
        return 0
    file.seek(0)
    lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(PIECE), b""))
    file.seek(0)
    return max(lines - 1, 1)


def find(tenant_id: int, list_id: uuid.UUID, *, lock: bool = False) -> UseList:
    """Give a list of the hall; NotFound when there is none."""
    found = db.session.get(
        UseList, (tenant_id, list_id), with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


def of_programme(programme: Programme) -> Sequence[UseList]:
    """Give the newest lists of a programme."""
    mine = (UseList.tenant_id == programme.tenant_id) & (UseList.programme_id == programme.id)
    return db.session.scalars(
        select(UseList).where(mine).order_by(UseList.id.desc()).limit(SHOWN)
    ).all()


@jobs.job("citizen_feedback.take_list", retry=jobs.LETTER_RETRY)
def take(tenant_id: int, list_id: uuid.UUID | None) -> None:
    """Read a list, telling how far it is; begun anew, it proves no use twice."""
    made = db.session.get(UseList, (tenant_id, list_id), with_for_update=True)
    if list_id is None or made is None or made.state not in {WAITING, RUNNING}:
        return  # read already, or gone with its programme
    made.state = RUNNING
    database.commit()
    with spoken(made.language), _content(made) as file:
        state, problem = _read(made, file)
    made = find(tenant_id, list_id, lock=True)
    made.state, made.problem, made.ended_at = state, problem, datetime.now(UTC)
    mine = (UseListPart.tenant_id == tenant_id) & (UseListPart.list_id == list_id)
    db.session.execute(delete(UseListPart).where(mine))


def _read(made: UseList, file: BinaryIO) -> tuple[str, str]:
    programme = programmes.by_id(made.tenant_id, made.programme_id)
    try:
        for taken in tables.take_uses(programme, file):
            _note(find(made.tenant_id, made.id, lock=True), taken)
            database.commit()
    except Invalid as problem:
        database.rollback()
        return FAILED, str(problem.message)
    return DONE, ""


def _note(made: UseList, taken: tables.Taken) -> None:
    made.done, made.mended, made.bad = taken.good + taken.bad, taken.mended, taken.bad
    made.told = [list(line) for line in taken.told]


def _content(made: UseList) -> BytesIO:
    """Put the pieces of a list together again."""
    mine = (UseListPart.tenant_id == made.tenant_id) & (UseListPart.list_id == made.id)
    numbers = db.session.scalars(select(UseListPart.no).where(mine).order_by(UseListPart.no)).all()
    file = BytesIO()  # never a file on the disk, where it would lie in the clear
    for no in numbers:
        piece = db.session.scalars(select(UseListPart.hidden).where(mine, UseListPart.no == no))
        file.write(b64decode(vault.reveal(piece.one())))
    file.seek(0)
    return file
