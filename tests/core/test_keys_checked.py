"""A key that would mix two municipalities' rows is refused at the next start, whatever made it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mms_core.config import Settings
from mms_core.db import admin_url
from mms_core.security import UnsafeTableError, secure

KEYS = {
    "alter table mms.unit add unique (id)": "unique index",
    "create unique index on mms.unit (id) include (tenant_id)": "unique index",
    "create unique index on mms.unit (lower(id::text))": "unique index",
    "alter table mms.unit drop constraint pk_unit cascade": "primary key",
    "alter table mms.unit add foreign key (tenant_id) references mms.municipality (id),"
    " add foreign key (id) references mms.account (id)": "foreign key",
}


@pytest.mark.parametrize(("made", "named"), KEYS.items(), ids=KEYS.values())
def test_a_key_without_the_municipality_is_refused(
    settings: Settings, made: str, named: str
) -> None:
    """The table and the kind of key are named; nothing stays changed."""
    engine = sa.create_engine(admin_url(settings), poolclass=sa.NullPool)
    with engine.connect() as connection:
        secure(connection, "mms")
        connection.execute(sa.text(made))
        with pytest.raises(UnsafeTableError, match=f"mms.unit: a {named} lacks tenant_id"):
            secure(connection, "mms")
        connection.rollback()
