"""Believable ideas of a hall for the demo, through the real rules with the clock turned back."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from mms_core.cases import applying
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, StepAsked, take_step
from mms_core.contributions import APPLY
from mms_core.i18n import TBILISI
from mms_core.modules import Registry, registry
from mms_core.people.rules import by_email
from mms_core.switching.grounds import grounds, lay
from plugins.your_idea_to_mayor import demo_life, demo_promises, demo_twins, demo_work
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.rules import NewIdea, submit
from plugins.your_idea_to_mayor.settings import settings_now

TEXTS = Path(__file__).with_name("demo_ideas.toml")
RICH = ("tskaltubo", "zugdidi")
DAYS, YEAR = 240, 350  # days over which the ideas are spread; a whole year where one is shown
FRESH = 4  # of a rich hall's ideas, how many came in these days
FIRST_NAMES = ("ნინო", "გიორგი", "მარიამ", "ლუკა", "ანა", "დავით", "თამარ", "ლაშა", "ნათია",
               "ზურაბ", "ეკა", "სანდრო", "მაია", "ირაკლი", "ქეთევან", "თორნიკე")  # fmt: skip
STATUTE = {"act_number": "დადგენილება № 12", "act_date": date(2026, 1, 26)}
CITIZEN, OPERATOR = "citizen@mms.example", "operator@mms.example"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A step of the hall: what, when, in which words."""

    step: str
    at: datetime
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def fill(tenant: Any, now: datetime) -> None:
    """Give a hall its ideas: forty and more where the demo is shown, a handful elsewhere."""
    if tenant.slug in RICH:
        lay(tenant.id, NAME, grounds(tenant.id, NAME) | STATUTE, by="ნ. ნიმუშაძე")
    settings, modules, officer = settings_now(tenant.id), registry(), _officer(tenant)
    chosen = list(_chosen(tenant))
    slipped = _slipped(tenant, len(chosen))
    filled = []
    for place, text in enumerate(chosen):
        opened = _opened(tenant, place, of=len(chosen), now=now)
        idea = _idea(tenant, text, place=place)
        case = submit(modules, tenant, idea=idea, settings=settings, now=opened)
        told = [
            one
            for one in _story(tenant, text, place=place, opened=opened)
            if one.at < now and (place != slipped or one.step == "review")
        ]
        for one in told:
            _take(modules, case, one, officer)
        if tenant.slug in RICH and _dice(f"{tenant.slug}{place}p", 3) == 0:
            _promise(case, told, category=text["category"], actor=officer, now=now)
        filled.append((text["title"], case))
    rich = tenant.slug in RICH
    if rich:
        cases = [case for _title, case in filled]
        demo_twins.join(modules, tenant, cases, settings=settings, officer=officer, now=now)
        demo_work.opinions(cases, actor=officer, now=now)
    reader = by_email(CITIZEN) if rich else None
    demo_life.enliven(tenant, filled, rich=rich, now=now, reader=reader)


def _take(modules: Registry, case: Case, one: Told, officer: Actor) -> None:
    if one.step == APPLY:
        reasons = applying.Apply(reasons=one.text)
        applying.register(modules, case, asked=reasons, actor=officer, now=one.at)
        return
    asked = StepAsked(name=one.step, actor=officer, text=one.text, data=one.data)
    take_step(modules, case, asked=asked, now=one.at)


def _promise(case: Case, told: list[Told], *, category: str, actor: Actor, now: datetime) -> None:
    """Let the answer that accepts an idea promise its work by a day."""
    accepted = next((one for one in told if one.step == "accept"), None)
    if accepted is not None:
        row = demo_promises.make(case, category=category, actor=actor, at=accepted.at)
        done = next((one.at for one in told if one.step == "carry_out"), None)
        dice = _dice(case.number, 40)
        demo_promises.go_on(row, case, actor=actor, now=now, done=done, dice=dice)


def _slipped(tenant: Any, count: int) -> int:
    """Choose the idea that the hall has let slip, as life is; -1 where none is late."""
    if tenant.slug in RICH:
        return count - FRESH - 2
    return count - 2 if _dice(f"{tenant.slug}slipped", 7) == 0 else -1


@cache
def texts() -> tuple[Mapping[str, str], ...]:
    """Read the ideas of the demo."""
    return tuple(tomllib.loads(TEXTS.read_text(encoding="utf-8"))["idea"])


def _chosen(tenant: Any) -> Iterator[Mapping[str, str]]:
    """Shuffle the texts for a hall; always the same way, so that the demo looks the same."""
    fitting = [text for text in texts() if text.get("only", tenant.slug) == tenant.slug]
    shuffled = sorted(fitting, key=lambda text: _dice(f"{tenant.slug}{text['title']}", 10**9))
    few = 3 + _dice(tenant.slug, 6)
    if tenant.slug not in RICH:
        shuffled = [text for text in shuffled if text["outcome"] != "blocked"][:few]
    yield from shuffled


def _dice(seed: str, sides: int) -> int:
    return zlib.crc32(seed.encode()) % sides


def _opened(tenant: Any, place: int, *, of: int, now: datetime) -> datetime:
    """Spread the ideas over the months, the last ones over these days."""
    left, spread = of - place - 1, YEAR if tenant.slug == RICH[1] else DAYS
    fresh = FRESH if tenant.slug in RICH else 1
    days = left * 1.5 + 0.4 if left < fresh else spread * (left - fresh + 1) / of + 12
    day = (now - timedelta(days=days)).astimezone(TBILISI).date()
    seed = f"{tenant.slug}{place}"
    moment = time(8 + _dice(seed, 14), _dice(f"{seed}m", 60), _dice(f"{seed}s", 60))
    return min(datetime.combine(day, moment, TBILISI), now - timedelta(minutes=20 + 7 * left))


def _idea(tenant: Any, text: Mapping[str, str], *, place: int) -> NewIdea:
    names = [str(found["ka"]) for found in tenant.settlements] or [str(tenant.seat["ka"])]
    settlement = names[_dice(f"{tenant.slug}{place}where", len(names))]
    idea = NewIdea(
        title=text["title"].format(there=locative(settlement)),
        body=text["text"],
        why=text.get("why", ""),
        for_whom=text.get("for_whom", ""),
        category=text["category"],
        settlement=settlement,
        contact=_contact(tenant, place),
    )
    account = by_email(CITIZEN) if tenant.slug == RICH[0] and place % 15 == 9 else None
    if account is None:
        return idea
    contact = Contact(name=account.name, email=account.email or "", public_name=account.first_name)
    return replace(idea, author_id=account.id, level=1, contact=contact)


def locative(name: str) -> str:
    """Say "in" a settlement: ჭალადიდი becomes ჭალადიდში, ორსანტია becomes ორსანტიაში."""
    return f"{name.removesuffix('ი')}ში"


def _contact(tenant: Any, place: int) -> Contact:
    first = FIRST_NAMES[_dice(f"{tenant.slug}{place}who", len(FIRST_NAMES))]
    whole = f"{first} ნიმუშაძე"  # a made-up surname: nobody bears it
    shown = (first, first, first, whole, "")[_dice(f"{tenant.slug}{place}shown", 5)]
    return Contact(name=whole, public_name=shown)


def _story(tenant: Any, text: Mapping[str, str], *, place: int, opened: datetime) -> Iterator[Told]:
    """Tell what the hall does with an idea: a look, an answer, mostly in time, and the work."""
    seed = f"{tenant.slug}{place}"
    step = {"done": "accept", "accepted": "accept", "answered": "answer", "rejected": "reject"}
    step |= {"application": APPLY}
    if text["outcome"] not in {"blocked", "application"}:
        yield Told(step="review", at=_office(opened, days=1 + _dice(f"{seed}r", 2)))
    late = 18 * (_dice(f"{seed}late", 14) == 0)
    answered = _office(opened, days=4 + _dice(f"{seed}a", 10) + late)
    yield Told(step=step.get(text["outcome"], "block"), at=answered, text=text["answer"])
    if text["outcome"] == "done":
        done = _office(answered, days=14 + _dice(f"{seed}d", 40))
        yield Told(step="carry_out", at=done, text=text["report"])
    if text["outcome"] == "accepted" and tenant.slug in RICH:
        at = answered
        for name, days, words, data in demo_work.work(_dice(f"{seed}w", 7)):
            at = _office(at, days=days)
            yield Told(step=name, at=at, text=words, data=data)


def _office(after: datetime, *, days: int) -> datetime:
    """Give a moment in office hours some days later, never on a weekend."""
    day = (after.astimezone(TBILISI) + timedelta(days=days)).date()
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return datetime.combine(day, time(10 + days % 7, 5 + days % 50), TBILISI)


def _officer(tenant: Any) -> Actor:
    account = by_email(OPERATOR) if tenant.slug in RICH else None
    if account is None:
        return Actor(role="operator", name="ნ. ნიმუშაძე")
    return Actor(role="operator", id=account.id, name=account.name)
