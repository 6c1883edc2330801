"""Keeps rendered parts by the version of what they show, so that a kept one is never stale."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from markupsafe import Markup

MOST = 32  # different filters and languages of one process


@dataclass(kw_only=True)
class Kept:
    """A handful of rendered parts of this process."""

    most: int = MOST
    parts: OrderedDict[Hashable, tuple[Hashable, Markup]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, version: Hashable, make: Callable[[], str]) -> Markup:
        """Give the part of this version; it is made when another version or none is kept.

        The version must have been read before what `make` reads, so that a part is at most
        newer than its version says.
        """
        with self.lock:
            found = self.parts.get(key)
        if found and found[0] == version:
            return found[1]
        part = Markup(make())  # noqa: S704 - rendered by our own templates, which escape
        with self.lock:
            self.parts[key] = (version, part)
            self.parts.move_to_end(key)
            while len(self.parts) > self.most:
                self.parts.popitem(last=False)
        return part
