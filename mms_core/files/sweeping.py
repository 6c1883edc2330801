"""The worker's hourly round: pending files that nobody came back for are removed."""

from __future__ import annotations

import structlog

from mms_core import jobs
from mms_core.files import pending
from mms_core.files.views import storage

log = structlog.get_logger(__name__)


@jobs.every("23 * * * *", name="files.sweep")
def sweep_pending() -> None:
    """Remove what was pending for more than a day."""
    log.info("files.swept", removed=pending.sweep(storage()))
