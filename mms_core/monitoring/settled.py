"""Keeps what was read of months that are over: they change with a correction only, which is seen.

Most rows of counters say how cases came and how long answers took, and most of them are of months
that nobody writes to any more. The running month, the one before it and what is not folded yet are
read at each look; a fold that touches a month that is over moves `stat_fold.past_at`, and all of it
is read anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import Connection

KEY = "mms_settled_months"
MOST = 64  # different questions of one process
_VERSION = sa.text("""
    select concat(count(*), '/', count(past_at), '/', sum(extract(epoch from past_at)))
    from mms.stat_fold
    """)


@dataclass(kw_only=True)
class Settled:
    """What this process has read of months that are over."""

    rows: OrderedDict[Hashable, tuple[object, Sequence[Any]]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def since(today: date) -> date:
    """Give the first day of the months that are read at each look: this one and the one before."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def read(connection: Connection, key: Hashable, look: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    """Give rows of months that are over, read by `look` when any of them may have changed."""
    kept: Settled = current_app.extensions.setdefault(KEY, Settled())
    version = connection.execute(_VERSION).scalar()  # before the rows: they are at most newer
    with kept.lock:
        found = kept.rows.get(key)
    if found and found[0] == version:
        return found[1]
    rows = look()
    with kept.lock:
        kept.rows[key] = (version, rows)
        kept.rows.move_to_end(key)
        while len(kept.rows) > MOST:
            kept.rows.popitem(last=False)
    return rows
