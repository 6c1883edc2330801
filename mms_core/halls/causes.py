"""Why a merger or an erasure was not done to the end, in words for the ministry.

The row keeps the cause's name, so that it is said in the reader's language; what the machine said
is in the log of the worker, for the administrator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.backup.archive import BackupError
from mms_core.i18n import lazy_gettext as _

FAULT = "fault"
SENTENCES: Mapping[str, Any] = {
    "no_successor": _("Only a municipality with a successor can be merged into it."),
    "module_broken": _(
        "A module is out of order, so its cases cannot be moved. The list of modules says which;"
        " the administrator mends it."
    ),
    "refused": _(
        "A rule of a module stood against one of the cases. The administrator finds it in the log."
    ),
    "changed": _(
        "After the archive was made, something of the city hall has changed, so it would have been"
        " lost. Begin anew: a new archive is made first."
    ),
    "archive_gone": _(
        "The archive is not in its folder any more. Nothing was erased; begin anew, and a new one"
        " is made."
    ),
    "archive": _(
        "The archive could not be written, or is not whole. Nothing was erased. The administrator"
        " looks whether there is room on the disk."
    ),
    FAULT: _(
        "Something went wrong that we did not foresee. The administrator finds it in the log."
    ),
}


def cause_of(problem: Exception) -> str:
    """Name why it failed."""
    usual = "archive" if isinstance(problem, BackupError) else "refused"
    return str(getattr(problem, "cause", "") or usual)


def sentence(cause: str) -> Any:
    """Say a cause to the reader; a name of an older version is none that we know."""
    return SENTENCES.get(cause, SENTENCES[FAULT])
