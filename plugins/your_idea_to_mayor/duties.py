"""What the module does by the clock: the figures of supports are folded every minute."""

from __future__ import annotations

from mms_core import db as database
from mms_core import jobs
from mms_core.db import NATION, bind, scope
from mms_core.tenancy.rules import all_tenants
from plugins.your_idea_to_mayor import supports


@jobs.every("* * * * *", name="your_idea_to_mayor.fold")
def fold_all() -> None:
    """Fold each hall's figures in a transaction of its own."""
    for tenant in all_tenants():
        with scope(tenant.id):
            supports.fold(tenant.id)
            database.commit()
    bind(NATION)
