"""Whether the process lives and whether it can serve; doors beside the pages.

These doors stand before Flask: they need no municipality, no session and no database to answer, so
that a supervisor hears the truth also when pages cannot be served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request, Response

from mms_core.db import CONNECT_ARGS, SCHEMA, db, role_url
from mms_core.modules import Registry, registry
from mms_core.revisions import heads

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = structlog.get_logger(__name__)
Door = Callable[[Request], Response]
DOORS = "mms_doors"
CORE = Path(__file__).parent / "migrations"
LATE = 45.0  # seconds without a heartbeat, which a worker gives every ten
_HEARTBEAT = sa.text("""
    select extract(epoch from now() - max(last_heartbeat))::float
    from public.procrastinate_workers
    """)


def init_app(app: Flask) -> None:
    """Put the doors before the pages, and keep modules off whose tables are not sound."""
    doors: dict[str, Door] = {
        "/livez": lambda _request: Response("ok\n", content_type="text/plain"),
        "/readyz": lambda _request: _ready(app),
    }
    app.extensions[DOORS] = doors
    pages = app.wsgi_app

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        door = doors.get(environ.get("PATH_INFO", ""))
        answer = pages if door is None else door(Request(environ))
        return answer(environ, start_response)

    app.wsgi_app = choose  # type: ignore[method-assign]  # as Flask's manual wraps it
    keep_off_unsound(app)


def keep_off_unsound(app: Flask) -> None:
    """Quarantine the modules whose migration failed, with the reason that migrating found."""
    url = role_url(app.extensions["mms_settings"], "mms_app")
    engine = sa.create_engine(url, connect_args=CONNECT_ARGS, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            query = sa.text("select module, reason from mms.module_health where reason <> ''")
            rows = connection.execute(query).all()
    except SQLAlchemyError as problem:
        log.info("health.modules_unknown", error=type(problem).__name__)
        return
    modules = registry(app)
    for row in rows:
        if row.module in modules.loaded:
            modules.quarantine(row.module, row.reason)


def _ready(app: Flask) -> Response:
    with app.app_context():
        report = look(registry(app))
    answer = Response(status=200 if report["ready"] else 503, content_type="application/json")
    answer.set_data(app.json.dumps(report) + "\n")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def look(modules: Registry) -> dict[str, Any]:
    """Say whether this process can serve: database and tables decide, the rest is told.

    A late worker or a quarantined module takes no web process out of service, for pages still
    work; a supervisor reads them here and in the metrics. Reasons are for the ministry's pages.
    """
    report: dict[str, Any] = {"quarantined": sorted(modules.quarantined)}
    try:
        with db.engine.connect() as connection:
            report["database"] = "ok"
            report["migrations"] = _migrations(connection, modules)
            report["worker"] = _worker(connection)
    except SQLAlchemyError:
        report |= {"database": "away", "migrations": "unknown", "worker": "unknown"}
    report["ready"] = report["database"] == "ok" and report["migrations"] == "ok"
    return report


def _migrations(connection: Connection, modules: Registry) -> str | list[str]:
    folders = {name: item.folder / "migrations" for name, item in modules.loaded.items()}
    places = {SCHEMA: CORE, **{name: path for name, path in folders.items() if path.exists()}}
    late = [schema for schema, folder in places.items() if _behind(connection, schema, folder)]
    return late or "ok"


def _behind(connection: Connection, schema: str, folder: Path) -> bool:
    table = sa.table("alembic_version", sa.column("version_num"), schema=schema)
    try:
        found = connection.execute(sa.select(table.c.version_num)).scalars().all()
    except sa.exc.ProgrammingError:
        connection.rollback()
        return True
    return set(found) != heads(folder)


def _worker(connection: Connection) -> str:
    age = heartbeat_age(connection)
    if age is None:
        return "none"
    return "ok" if age < LATE else "late"


def heartbeat_age(connection: Connection) -> float | None:
    """Give the seconds since the youngest heartbeat of a worker; None when there is no worker."""
    found: float | None = connection.execute(_HEARTBEAT).scalar()
    return found
