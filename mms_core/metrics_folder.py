"""Where the processes of this machine keep what they count, known without loading anything."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from mms_core.config import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is imported


def folder(settings: Settings) -> Path:
    """Give the folder in which the processes keep their counts."""
    return settings.data_dir / "metrics"


def clear(settings: Settings) -> None:
    """Forget the counts of processes that ended; called before the first web process starts."""
    shutil.rmtree(os.environ.get(FOLDER) or folder(settings), ignore_errors=True)
