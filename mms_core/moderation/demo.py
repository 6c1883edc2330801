"""The demo's moderation: a report that waits, hidden texts, an appeal, and one that was won."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.moderation import appeals, redaction, rules
from mms_core.moderation.things import Thing, moderated, posted
from mms_core.modules import Registry

FIRST = Actor(role="operator", name="ლ. ნიმუშაძე")
SECOND = Actor(role="head", name="თ. ნიმუშაძე")
REPORTED = ("advertising", "ეს ფირმის რეკლამას უფრო ჰგავს.")
STRUCK = "ამაზე ჩემს მეზობელს ჰკითხეთ, მესამე სადარბაზოში მარტო ცხოვრობს და ავადაა."
HIDDEN = (
    (
        "insult",
        "ტექსტი კონკრეტულ თანამშრომელს შეურაცხყოფს.",
        "უბნის კომისარი უსაქმური და მატყუარაა!",
        "ეს კრიტიკაა და არა შეურაცხყოფა.",
    ),
    (
        "off_topic",
        "ტექსტი სხვა მუნიციპალიტეტის გზას ეხება.",
        "იგივე პრობლემაა მეზობელ მუნიციპალიტეტში მიმავალ გზაზეც.",
        "გზა ორ მუნიციპალიტეტს აერთებს.",
    ),
)
SKIPPED = 3  # of the oldest ones, which the demo shows elsewhere
WON = "ავტორი მართალია: გზის ნაწილი ჩვენს ტერიტორიაზეა."


def fill(modules: Registry, tenant: Any, *, now: datetime) -> None:
    """Moderate a few of a hall's cases, the session being bound to it; always the same ones."""
    with current_app.test_request_context(f"/{tenant.slug}/"):  # things say their addresses
        g.tenant = tenant
        things = [thing for thing in _things(modules, tenant.id) if posted(thing).public]
        things = things[SKIPPED : SKIPPED + len(HIDDEN) + 2]
        if len(things) == len(HIDDEN) + 2:
            _moderate(things, now=now)


def _moderate(things: list[Thing], *, now: datetime) -> None:
    rule, words = REPORTED
    for day, reporter in ((2, "demo-1"), (1, "demo-2")):
        at = now - timedelta(days=day)
        rules.report(things[0], rule=rule, text=words, reporter=reporter, now=at)
    _add(things[1], STRUCK)
    redaction.strike(
        things[1],
        passages=STRUCK,
        rule="personal_data",
        reason="სხვა ადამიანის ჯანმრთელობა პერსონალური მონაცემია.",
        actor=FIRST,
        now=now - timedelta(days=6),
    )
    for place, (rule, reason, sentence, appeal) in enumerate(HIDDEN, start=1):
        thing, at = things[place + 1], now - timedelta(days=12 * place)
        _add(thing, sentence)
        row = rules.hide(thing, rule=rule, reason=reason, actor=FIRST, now=at)
        appeals.appeal(row, appeal, now=at + timedelta(days=1))
    decided = now - timedelta(days=12 * len(HIDDEN) - 6)
    appeals.decide(row, won=True, text=WON, actor=SECOND, now=decided)


def _add(thing: Thing, sentence: str) -> None:
    """Let the text say what it is hidden for."""
    rewrite = moderated(thing).rewrite
    if rewrite is not None:
        rewrite(thing.tenant_id, thing.ref, f"{posted(thing).text} {sentence}")


def _things(modules: Registry, tenant_id: int) -> list[Thing]:
    """Give the hall's oldest answered cases of modules that moderate them."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.answered_at.is_not(None))
    found = db.session.scalars(mine.order_by(Case.opened_at, Case.id).limit(20)).all()
    kinds = {(name, m.kind) for name, one in modules.loaded.items() for m in one.moderated}
    return [
        Thing(tenant_id=tenant_id, module=case.module, kind=case.kind, ref=case.id)
        for case in found
        if (case.module, case.kind) in kinds
    ]
