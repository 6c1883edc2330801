"""After a sync: makes kept public pages give way, once every process has seen the new tables."""

from __future__ import annotations

import time

import sqlalchemy as sa

from mms_core.changes import PublicChange
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, role_url
from mms_core.tenancy.models import Municipality
from mms_core.tenancy.rules import FRESH


def renew_pages(settings: Settings, *, wait: float = FRESH) -> None:
    """Raise the public version of every hall; `wait` seconds let all processes look anew first.

    Raised at once, a page drawn from what a process still has in memory would be kept for long.
    """
    time.sleep(wait)
    halls, pages = Municipality.__table__, PublicChange.__table__
    url = role_url(settings, "mms_app")
    engine = sa.create_engine(url, connect_args=CONNECT_ARGS, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            for number in connection.execute(sa.select(halls.c.id)).scalars().all():
                connection.execute(sa.text(f"SET LOCAL app.tenant_id = '{int(number)}'"))
                connection.execute(pages.insert().values(tenant_id=number, module="*"))
    finally:
        engine.dispose()
