"""The web server: the product is loaded once, and the processes that serve are forked from it.

What was loaded before a fork is in memory once for all of them, and a start reads it once. The
supervisor ends and starts the whole of it; a process that fails is forked again.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer
from sqlalchemy.orm import configure_mappers

from mms_core.app import create_app
from mms_core.config import Settings

THREADS = 2  # of a process; docs/architecture.md has the figures
FAREWELL = 10  # seconds that a process may take to finish what it is doing


def main() -> int:
    """Serve as the environment says, until SIGTERM."""
    settings = Settings.from_env()
    app = loaded(settings)
    multiprocessing.set_start_method("fork")
    server(settings).serve(target_loader=lambda _target: app)
    return 0


def loaded(settings: Settings) -> Flask:
    """Make the application with all that its first pages would otherwise do in each process."""
    gc.disable()  # nothing of this is garbage
    app = create_app(settings)
    configure_mappers()
    app.url_map.update()
    gc.freeze()  # the collector never touches it, so its memory stays shared
    gc.enable()
    return app


def server(settings: Settings) -> MPServer:
    """Give the web server; docs/architecture.md says why this one."""
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
