"""Pictures as phones take them, made for tests."""

from __future__ import annotations

import io

from PIL import Image


def photo() -> bytes:
    """Give a JPEG of a green meadow."""
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(target, "JPEG")
    return target.getvalue()
