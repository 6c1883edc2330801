"""A database of its own for each size, filled once and kept for the next run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import sqlalchemy as sa

from benchmarks import data
from mms_core import embedded
from mms_core.app import create_app
from mms_core.cases.near import look_again
from mms_core.config import Settings
from mms_core.db import NATION, admin_url, bind, commit, role_url
from mms_core.jobs import use_app
from mms_core.migrate import migrate
from mms_core.modules import discover
from mms_core.monitoring.fold import fold_all
from mms_core.testing import fresh_database
from mms_core.trimming import SETTLED, trim_changes
from mms_core.upkeep import each_hall


class Place:
    """One database with a number of cases, and the settings under which it is served.

    With `only`, the slug of a municipality, that one has all of them.
    """

    def __init__(self, folder: Path, cases: int, *, only: str = "") -> None:
        self.folder = folder
        self.cases = cases
        self.only = only
        self.name = f"mms_bench_{only}{cases}"
        base = os.environ.get("DATABASE_URL") or embedded.start(folder / "postgres")
        self.base = base
        url = sa.make_url(base).set(drivername="postgresql+psycopg", database=self.name)
        self.settings = Settings(
            data_dir=folder,
            database_url=url.render_as_string(hide_password=False),
            demo=True,
            rate_storage="off",
        )

    def ready(self) -> None:
        """Fill the database, unless an earlier run has done so."""
        stamp = self.folder / f"{self.name}.filled"
        if stamp.exists() and stamp.read_text() == data.FORM and self._is_there():
            migrate(self.settings, discover(), say=lambda _line: None)
            print(f"{self.cases:,} cases are there from an earlier run")
            return
        print(f"filling {self.cases:,} cases", flush=True)
        fresh_database(self.base, self.name)
        migrate(self.settings, discover(), say=lambda _line: None)
        app = create_app(self.settings)
        with app.app_context():
            from mms_core.people import demo
            from mms_core.tenancy import rules as tenancy

            bind(NATION)
            tenancy.sync_default()
            commit()
            bind(NATION)
            demo.create(self.settings)
            commit()
            tenants = [tenant for tenant in tenancy.all_tenants() if not tenant.merged]
            tenants = [t for t in tenants if self.only in {"", t.slug}]
        from plugins.your_idea_to_mayor.categories import CATEGORIES

        with psycopg.connect(self._plain(admin_url(self.settings))) as connection:
            data.fill(connection, tenants, cases=self.cases, categories=list(CATEGORIES))
        stamp.write_text(data.FORM)

    def keep_up(self) -> None:
        """Fold and trim as the worker does every few seconds; none runs beside the benchmark."""
        app = create_app(self.settings)
        fold_all(app)
        each_hall(app, lambda hall: trim_changes(hall, now=datetime.now(UTC) + SETTLED))

    def keep_near(self, tenant_id: int, cases: Iterable[object]) -> None:
        """Keep what is near some cases, as the worker does within two minutes of their opening."""
        use_app(create_app(self.settings))
        for case in cases:
            look_again.func(tenant_id, str(case))

    def environment(self) -> dict[str, str]:
        """Give the environment in which the product and the floors are served."""
        app_url = self._plain(role_url(replace(self.settings), "mms_app"))
        return dict(os.environ) | {
            "DATABASE_URL": str(self.settings.database_url),
            "MMS_DATA": str(self.folder),
            "MMS_DEMO": "1",
            "MMS_RATE_STORAGE": "off",
            "MALLOC_ARENA_MAX": "2",  # as `mms run` sets them
            "MALLOC_TRIM_THRESHOLD_": "131072",
            "BENCH_DATABASE_URL": app_url,
        }

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the administrator."""
        return psycopg.connect(self._plain(admin_url(self.settings)), autocommit=True)

    def _is_there(self) -> bool:
        try:
            with self.admin() as connection:
                row = connection.execute("select count(*) from mms.cases").fetchone()
        except psycopg.Error:
            return False
        return bool(row and int(str(row[0])) >= self.cases)

    @staticmethod
    def _plain(url: sa.URL) -> str:
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
