"""Keeps parts of pages by the version of what they show, so that a kept one is never stale."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from markupsafe import Markup

Part = TypeVar("Part")
MOST = 32  # different filters and languages of one process


@dataclass(kw_only=True)
class Kept:
    """A handful of parts of pages, of this process."""

    most: int = MOST
    parts: OrderedDict[Hashable, tuple[Hashable, Any]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, version: Hashable, draw: Callable[[], str]) -> Markup:
        """Give the rendered part of this version, drawn by our own templates, which escape."""
        return self.made(key, version, lambda: Markup(draw()))  # noqa: S704 - as it says

    def made(self, key: Hashable, version: Hashable, make: Callable[[], Part]) -> Part:
        """Give the part of this version; it is made when another version or none is kept.

        The version must have been read before what `make` reads, so that a part is at most
        newer than its version says.
        """
        with self.lock:
            found = self.parts.get(key)
        if found and found[0] == version:
            kept: Part = found[1]
            return kept
        part = make()
        with self.lock:
            self.parts[key] = (version, part)
            self.parts.move_to_end(key)
            while len(self.parts) > self.most:
                self.parts.popitem(last=False)
        return part
