"""The web server: the product is loaded once, and the processes that serve are forked from it.

What was loaded before a fork is in memory once for all of them, and a start reads it once. The
supervisor ends and starts the whole of it; a process that fails is forked again.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mms_core.child import HELD
from mms_core.config import Settings

if TYPE_CHECKING:
    from flask import Flask
    from granian.server import MPServer

THREADS = 2  # of a process; docs/architecture.md has the figures
FAREWELL = 10  # seconds that a process may take to finish what it is doing


def main() -> int:
    """Serve as the environment says, until SIGTERM."""
    settings = Settings.from_env()
    app = loaded(settings)
    if HELD in sys.argv:
        sys.stdin.read()
    multiprocessing.set_start_method("fork")
    server(settings).serve(target_loader=lambda _target: app)
    return 0


def loaded(settings: Settings) -> Flask:
    """Make the application with all that its first pages would otherwise do in each process.

    Everything is imported here, without the collector: nothing of it is garbage.
    """
    gc.disable()
    from sqlalchemy.orm import configure_mappers

    from mms_core.app import create_app
    from mms_core.clock.counting import holidays_of

    app = create_app(settings)
    configure_mappers()
    app.url_map.update()
    this_year = datetime.now(UTC).year
    for year in (this_year, this_year + 1):  # with them comes a library of 17 MB
        holidays_of(year)
    gc.freeze()  # the collector never touches it, so its memory stays shared
    gc.enable()
    return app


def server(settings: Settings) -> MPServer:
    """Give the web server; docs/architecture.md says why this one."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    return MPServer(
        "mms_core.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=FAREWELL,
        websockets=False,
        log_level=LogLevels.warning,
    )


if __name__ == "__main__":
    sys.exit(main())
