"""What the module does by the clock: folding figures every minute, a digest every morning."""

from __future__ import annotations

from datetime import UTC, datetime

from mms_core import db as database
from mms_core import jobs
from mms_core.db import NATION, bind, scope
from mms_core.tenancy.rules import all_tenants
from plugins.your_idea_to_mayor import digests, supports, tallies


@jobs.every("* * * * *", name="your_idea_to_mayor.fold")
def fold_all() -> None:
    """Fold each hall's figures in a transaction of its own."""
    for tenant in all_tenants():
        with scope(tenant.id):
            supports.fold(tenant.id)
            tallies.fold(tenant.id)
            database.commit()
    bind(NATION)


@jobs.every("0 5 * * *", name="your_idea_to_mayor.digests")
def send_digests() -> None:
    """Tell people at nine in the morning, Georgia's time, what was said to them."""
    for tenant in all_tenants():
        with scope(tenant.id):
            digests.send_digests(tenant.id, now=datetime.now(UTC))
            database.commit()
    bind(NATION)
