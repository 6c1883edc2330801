"""What follows when a case was opened and its citizen has the number: the receipt, and its keys."""

from __future__ import annotations

import uuid

from mms_core import jobs
from mms_core.cases.models import Case
from mms_core.cases.similar import has_keys, keep_keys
from mms_core.db import db
from mms_core.modules import registry


@jobs.job("cases.opened", retry=jobs.LETTER_RETRY)
def follow(tenant_id: int, case_id: uuid.UUID | None) -> None:
    """Keep a case that was opened alone findable, and send its receipt, which has the case's id."""
    from mms_core.messages.delivery import deliver

    case = db.session.get(Case, (tenant_id, case_id))
    if case is None:
        return
    kind = registry().case_type(case.module, case.kind)
    if kind is not None and kind.compared and not has_keys(case):
        keep_keys(case)
    deliver(tenant_id, case_id)
