"""Writes the cases of a filter into a CSV or XLSX file: read in pieces, never held as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from sqlalchemy import func, select, tuple_

from mms_core import db as database
from mms_core import sheets
from mms_core.batches.models import Batch
from mms_core.batches.rules import find
from mms_core.cases.models import Case
from mms_core.cases.rules import local_day
from mms_core.cases.timeline import state_title
from mms_core.db import db
from mms_core.desk.filters import Filters, wanted
from mms_core.desk.places import filters_of
from mms_core.desk.words import CHANNEL_WORDS
from mms_core.files.storage import new_key
from mms_core.files.views import storage
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext as lazy
from mms_core.modules import registry
from mms_core.tenancy import rules as tenancy
from mms_core.units import rules as units

PIECE = 2000  # cases read at once, and told as progress
KEPT = timedelta(days=2)  # how long a file can be fetched
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": sheets.XLSX}
COLUMNS = (
    Case.id, Case.number, Case.module, Case.kind, Case.state, Case.is_open, Case.title,
    Case.channel, Case.topic, Case.place, Case.unit, Case.assignee_name, Case.language,
    Case.opened_at, Case.due_on, Case.answered_at, Case.closed_at, Case.waits_until,
)  # fmt: skip
HEADINGS = (
    lazy("Number"), lazy("Module"), lazy("Subject"), lazy("Status"), lazy("Open"),
    lazy("Received on"), lazy("Date of the answer"), lazy("Answered on"), lazy("Closed on"),
    lazy("Days late"), lazy("Channel"), lazy("Topic"), lazy("Settlement"), lazy("Unit"),
    lazy("Responsible"), lazy("Language"),
)  # fmt: skip


def make_table(batch: Batch) -> None:
    """Write the file of an export, put it into the storage and say when it goes."""
    form = "xlsx" if batch.asked.get("form") == "xlsx" else "csv"
    batch.done, batch.total = 0, how_many(batch.tenant_id, _filters(batch))
    database.commit()
    with tempfile.TemporaryFile() as file:
        write(file, batch, form=form)
        size = file.tell()
        file.seek(0)
        key = new_key(f"exports/{batch.tenant_id}", f".{form}")
        storage().put(key, file, content_type=TYPES[form])
    keep(find(batch.tenant_id, batch.id), key, form=form, size=size)


def keep(batch: Batch, key: str, *, form: str, size: int, kind: str = "") -> None:
    """Write on the batch where its file lies and until when."""
    now = datetime.now(UTC)
    tenant = tenancy.by_id(batch.tenant_id)
    slug = tenant.slug if tenant else str(batch.tenant_id)
    batch.file_key, batch.file_size, batch.expires_at = key, size, now + KEPT
    batch.file_type = kind or TYPES[form]
    name = batch.asked.get("number") or f"{slug}-{local_day(now).isoformat()}"
    batch.file_name = f"{name}.{form}"


def write(file: IO[bytes], batch: Batch, *, form: str) -> None:
    """Write the rows, telling after each piece how far it is."""
    lines = rows(batch)
    if form == "xlsx":
        sheets.write_xlsx(HEADINGS, lines, to=file)
        file.seek(0, 2)
        return
    for piece in sheets.write_csv(HEADINGS, lines):
        file.write(piece)


def rows(batch: Batch) -> Iterator[tuple[Any, ...]]:
    """Give the rows of the export; no personal data is among them."""
    tenant_id, batch_id = batch.tenant_id, batch.id
    filters, said = _filters(batch), _Words(tenancy.by_id(tenant_id))
    for piece in pieces(tenant_id, filters):
        yield from (said.row(one, filters) for one in piece)
        told = find(tenant_id, batch_id)
        told.done += len(piece)
        database.commit()


def _filters(batch: Batch) -> Filters:
    tenant = tenancy.by_id(batch.tenant_id)
    return filters_of(
        batch.asked.get("filters", {}),
        registry(),
        person_id=batch.person_id,
        today=local_day(batch.at),
        settlements=tenant.settlements if tenant else (),
    )


def how_many(tenant_id: int, filters: Filters) -> int:
    """Count the cases of a filter, for the progress; a job may take its time."""
    found = select(func.count()).where(Case.tenant_id == tenant_id, *wanted(filters))
    return int(db.session.execute(found).scalar_one())


def pieces(tenant_id: int, filters: Filters) -> Iterator[list[Any]]:
    """Read the cases of a filter in pieces, the newest first, each behind the last one's key."""
    columns: tuple[Any, ...] = COLUMNS
    base = select(*columns).where(Case.tenant_id == tenant_id, *wanted(filters))
    ordered = base.order_by(Case.opened_at.desc(), Case.id.desc()).limit(PIECE)
    last: Any = None
    while True:
        query = ordered
        if last is not None:
            query = query.where(tuple_(Case.opened_at, Case.id) < (last.opened_at, last.id))
        found = list(db.session.execute(query).all())
        if not found:
            return
        yield found
        last = found[-1]
        if len(found) < PIECE:
            return


class _Words:
    """Puts rows into words; a state, a unit or a topic is looked up once."""

    def __init__(self, tenant: Any) -> None:
        self.tenant, self.units = tenant, units.names(tenant.id)
        self.states: dict[tuple[str, str, str], str] = {}
        self.topics: dict[str, dict[str, str]] = {}
        self.modules = {n: str(item.module.title) for n, item in registry().loaded.items()}
        self.yes, self.no = _("yes"), _("no")

    def row(self, one: Any, filters: Filters) -> tuple[Any, ...]:
        """Give a case as a line of the table."""
        owed = one.is_open and one.answered_at is None and one.due_on
        late = (filters.today - one.due_on).days if owed else 0
        return (
            one.number,
            self.modules.get(one.module, one.module),
            one.title,
            self._state(one),
            self.yes if one.is_open else self.no,
            one.opened_at,
            one.due_on,
            one.answered_at,
            one.closed_at,
            late if late > 0 else None,
            str(CHANNEL_WORDS.get(one.channel, one.channel)),
            self._topic(one),
            one.place,
            self.units.get(one.unit, ""),
            one.assignee_name,
            one.language,
        )

    def _state(self, one: Any) -> str:
        key = (one.module, one.kind, one.state)
        if key not in self.states:
            case_type = registry().case_type(one.module, one.kind)
            self.states[key] = state_title(case_type, one.state)
        return self.states[key]

    def _topic(self, one: Any) -> str:
        if not one.topic:
            return ""
        if one.module not in self.topics:
            case_type = registry().case_type(one.module, one.kind)
            topics = case_type.topics(self.tenant) if case_type and case_type.topics else {}
            self.topics[one.module] = dict(topics)
        return str(self.topics[one.module].get(one.topic, one.topic))
