"""The worker removes pending files that nobody came back for."""

from __future__ import annotations

import io
import os

from flask import Flask
from werkzeug.datastructures import FileStorage

from mms_core import jobs
from mms_core.files import views
from mms_core.files.storage import LocalDisk


def test_the_hourly_round_removes_a_forgotten_file(app: Flask) -> None:
    with app.app_context():
        upload = FileStorage(io.BytesIO(b"x"), filename="forgotten.txt")
        (stored,) = views.pending(7).gather([upload]).files
        store = views.storage()
        assert isinstance(store, LocalDisk)
        os.utime(store.path(stored.key), (0, 0))
    rounds = jobs.queue.periodic_registry.periodic_tasks.values()
    (hourly,) = (found for found in rounds if found.task.name == "files.sweep")
    assert hourly.cron == "23 * * * *"
    hourly.task(timestamp=0)
    assert not store.exists(stored.key)
