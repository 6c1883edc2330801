"""The demo's platform: a city's own portal of ideas, its ten proposals taken over."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from mms_core.db import db
from mms_core.modules import Registry
from mms_core.platforms import bringing, importing, mapping, rules
from mms_core.platforms.rules import Typed

PROPOSALS = Path(__file__).with_name("demo_proposals.csv")
HALL = "zugdidi"


def fill(registry: Registry, tenant: Any, *, modules: list[str], now: datetime) -> None:
    """Register the portal and take its proposals over, where a module that is on can do it."""
    able = (n for n in modules if any(k.imports for k in registry.loaded[n].case_types))
    module = next(able, "")
    if tenant.slug != HALL or not module:
        return
    typed = Typed(
        name="შენი იდეა ზუგდიდის მერს (ძველი პორტალი)",
        service="იდეებისა და წინადადებების მიღება ინტერნეტით",
        url="https://idea.zugdidi.example/",
        yearly_cost=18_400,
        since=date(2019, 6, 1),
        replaced_by=module,
        closed_on=None,
        note="პორტალზე ათი წინადადება შემოვიდა. დახურვა მერიის გადაწყვეტილებით იგეგმება.",
    )
    platform = rules.keep(tenant.id, typed, by="ნ. ნიმუშაძე", now=now)
    content = PROPOSALS.read_bytes()
    made = importing.bring(
        platform, content, name=PROPOSALS.name, by="ნ. ნიმუშაძე", language="ka", now=now
    )
    target = importing.target_of(platform)
    for _line, values in bringing.read(content).lines:
        found = mapping.record(values, made.mapping, target, now=now, published=True)
        importing.take(platform, target, found, now=now)
    importing.finish_at_once(made, now=now)
    db.session.flush()
