"""Fills milestones from what city halls have switched on and from their lists of readiness.

Asking every hall's modules takes a while, so what was found is kept: for a minute, and no longer
than the switches and settings of the halls stay as they are.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import current_app

from mms_core.commitments.models import Commitment, Milestone
from mms_core.db import scope
from mms_core.modules import Registry
from mms_core.monitoring.reader import reading
from mms_core.switching.readiness import readiness
from mms_core.switching.rules import switched
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant

ON = "on"  # what a milestone is filled from when it asks whether the service works
FRESH = 60.0  # seconds
KEY = "mms_commitments_live"
_STATES = sa.text("select tenant_id, module from mms.tenant_module where state in ('on','closing')")
_VERSION = sa.text("""
    select concat(count(*), '/', sum(version), '/', sum(extract(epoch from since)))
    from mms.tenant_module
    """)


@dataclass(frozen=True, kw_only=True)
class Live:
    """In how many of the linked municipalities something is true at this moment."""

    have: int
    of: int
    lack: Sequence[Tenant]

    @property
    def whole(self) -> bool:
        """Whether it is true everywhere."""
        return bool(self.of) and self.have == self.of


Found = Mapping[uuid.UUID, Live]


@dataclass(kw_only=True)
class Kept:
    """What this process found lately, by commitment: version, moment, figures."""

    found: dict[uuid.UUID, tuple[object, float, Found]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def live(registry: Registry, commitment: Commitment, steps: Sequence[Milestone]) -> Found:
    """Give the live figures of a commitment's milestones, at most a minute old."""
    if not commitment.modules or not any(step.live for step in steps):
        return {}
    kept: Kept = current_app.extensions.setdefault(KEY, Kept())
    with reading() as connection:
        switched = connection.execute(_VERSION).scalar()
    version = (switched, commitment.changed_at, tenancy.known().read_at)
    with kept.lock:
        before = kept.found.get(commitment.id)
    if before and before[0] == version and time.monotonic() - before[1] < FRESH:
        return before[2]
    found = look(registry, commitment, steps)
    with kept.lock:
        kept.found[commitment.id] = (version, time.monotonic(), found)
    return found


def look(registry: Registry, commitment: Commitment, steps: Sequence[Milestone]) -> Found:
    """Read the figures anew from the switches and readiness lists of the municipalities."""
    asked = [step for step in steps if step.live]
    halls = halls_of(commitment)
    with reading() as connection:
        works = {(row.tenant_id, row.module) for row in connection.execute(_STATES)}
    on = {hall.id: all((hall.id, name) in works for name in commitment.modules) for hall in halls}
    wanted = {step.live for step in asked} - {ON}
    checks = {hall.id: _checks(registry, commitment, hall) if wanted else {} for hall in halls}
    return {
        step.id: _counted(
            halls, {h.id: on[h.id] if step.live == ON else checks[h.id].get(step.live, False)
                    for h in halls}
        )
        for step in asked
    }  # fmt: skip


def halls_of(commitment: Commitment) -> list[Tenant]:
    """Give the municipalities that a commitment is about; none named means all."""
    halls = [hall for hall in tenancy.all_tenants() if not hall.merged]
    return [h for h in halls if h.id in commitment.tenants] if commitment.tenants else halls


def _counted(halls: Sequence[Tenant], true: Mapping[int, bool]) -> Live:
    lack = [hall for hall in halls if not true[hall.id]]
    return Live(have=len(halls) - len(lack), of=len(halls), lack=lack)


def _checks(registry: Registry, commitment: Commitment, hall: Tenant) -> dict[str, bool]:
    """Tell which lines of the readiness lists of the linked modules hold in a hall."""
    names = [name for name in commitment.modules if name in registry.loaded]
    with scope(hall.id):
        now = switched(hall.id)
        lists = [readiness(registry, hall, module=name, now=now) for name in names]
    checks = [check for found in lists for check in found]
    return {c.name: all(other.done for other in checks if other.name == c.name) for c in checks}
