"""How the modules are: version, tables, why one is out of order and how to mend it, a new try."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select

from mms_core.db import NATION, db
from mms_core.errors import NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.jobs import defer, job
from mms_core.modules import Registry
from mms_core.switching.models import ModuleHealth

log = structlog.get_logger(__name__)
PATIENCE = 300  # seconds that a try may take
# What a reason begins with: what it means in plain words, and who mends it how.
CAUSES: tuple[tuple[str, Any, Any], ...] = (
    (
        r"ModuleNotFoundError|ImportError",
        _("Something that the module needs is not installed, or it names a part that is gone."),
        _("The administrator installs what is missing, or an earlier version of the module."),
    ),
    (
        r"SyntaxError|IndentationError",
        _("The module's code cannot be read: it has a mistake in writing."),
        _("The module's author corrects it; the administrator installs the corrected version."),
    ),
    (
        r"Migration failed",
        _("The module's tables could not be brought up to date; they are as they were before."),
        _("The author corrects the step that failed, or the administrator makes room for it."),
    ),
    (
        r"Needs modules that are not here",
        _("It needs another module, which is not installed or out of order itself."),
        _("Install or mend the other module first."),
    ),
    (
        r"The path ",
        _("Another module has the same address already."),
        _("The administrator removes one of the two."),
    ),
    (
        r"Switched off for the whole installation",
        _("The administrator keeps it off for the whole installation."),
        _("The administrator takes it out of MMS_QUARANTINE and starts MMS again."),
    ),
)
OTHERWISE = (
    _("The module does not keep the contract with the system, so it was not let in."),
    _("The author runs “mms check-module”, which names each fault, and corrects them."),
)


@dataclass(frozen=True, kw_only=True)
class Health:
    """How one module is in this process, and how the newest try went."""

    name: str
    title: Any
    version: str = ""
    owner: str = ""
    reason: str = ""
    current: bool | None = None  # whether its tables are those of its code; None: it has none
    row: ModuleHealth | None = None

    @property
    def cause(self) -> tuple[Any, Any]:
        """What is wrong in plain words, and how it is mended."""
        return explained(self.reason)

    @property
    def waits(self) -> bool:
        """Whether a try was asked for that the worker has not made yet."""
        row = self.row
        if row is None or row.asked_at is None:
            return False
        return row.tried_at is None or row.tried_at < row.asked_at

    @property
    def mended(self) -> bool:
        """Whether the newest try found it sound, so that only the processes must start again."""
        row = self.row
        return bool(self.reason and row and row.tried_at and not row.tried and not self.waits)


def explained(reason: str) -> tuple[Any, Any]:
    """Say a reason in plain words, and how it is mended."""
    for pattern, what, how in CAUSES:
        if re.match(pattern, reason):
            return what, how
    return OTHERWISE


def healths(modules: Registry) -> list[Health]:
    """Tell of every module how it is, those out of order first."""
    rows = {row.module: row for row in db.session.scalars(select(ModuleHealth))}
    broken = [
        Health(name=name, title=name, reason=reason, row=rows.get(name))
        for name, reason in sorted(modules.quarantined.items())
    ]
    return broken + [_sound(loaded, rows) for loaded in modules.loaded.values()]


def _sound(loaded: Any, rows: Mapping[str, ModuleHealth]) -> Health:
    folder, row = loaded.folder / "migrations", rows.get(loaded.name)
    from mms_core.migrate import behind  # Alembic costs a worker memory: at need

    late = behind(db.session.connection(), loaded.name, folder) if folder.exists() else None
    return Health(
        name=loaded.name,
        title=loaded.module.title,
        version=loaded.module.version,
        owner=loaded.module.owner,
        reason=row.reason if row else "",
        current=None if late is None else not late,
        row=row,
    )


def ask(modules: Registry, name: str, *, by: str) -> None:
    """Ask the worker to try what is out of order; NotFound for a module that is in order."""
    known = db.session.get(ModuleHealth, name)
    if name not in modules.quarantined and not (known and known.reason):
        raise NotFound(_("There is no such module, or it is in order."))
    row = _row(name)
    row.asked_at, row.asked_by = datetime.now(UTC), by
    db.session.flush()
    defer(try_again, NATION)


def _row(name: str) -> ModuleHealth:
    row = db.session.get(ModuleHealth, name, with_for_update=True)
    if row is None:
        row = ModuleHealth(module=name)
        db.session.add(row)
    return row


@job("switching.try_again")
def try_again(_tenant_id: int, _id: uuid.UUID | None) -> None:
    """Try all modules in a process of its own, which reads code and migrations anew."""
    command = [sys.executable, "-m", "mms_core.cli", "modules", "try"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        log.error("module.try_failed", said=done.stderr[-500:])


def note_try(found: Registry) -> dict[str, str]:
    """Keep how a try went, by module that was asked for or is out of order; gives the reasons."""
    asked = {row.module for row in db.session.scalars(select(ModuleHealth)) if row.asked_at}
    said = {name: found.quarantined.get(name, "") for name in {*asked, *found.quarantined}}
    for name, reason in said.items():
        row = _row(name)
        row.tried, row.tried_at = reason, datetime.now(UTC)
    db.session.flush()
    return said
