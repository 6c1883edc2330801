"""A believable year of a hall's feedback, through the real rules with the clock turned back."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from mms_core.i18n import TBILISI
from mms_core.switching.grounds import grounds, lay
from plugins.citizen_feedback import demo_needs, demo_report, programmes, proofs, rules, urn
from plugins.citizen_feedback.kinds import DIMENSIONS, OVERALL
from plugins.citizen_feedback.models import NAME, Programme
from plugins.citizen_feedback.urn import Answer

TEXTS = Path(__file__).with_name("demo_year.toml")
ACT = "№ 31"
CITIZEN_NUMBER = "00000000012"  # the demo citizen's, plainly made up
OFFICER = "ლ. მაგალითაძე"


@cache
def texts() -> Mapping[str, Any]:
    """Read the year of the demo."""
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def dice(seed: str, sides: int) -> int:
    """Give a number below `sides` that is always the same for a seed."""
    return zlib.crc32(seed.encode()) % sides


def fill(tenant: Any, now: datetime) -> None:
    """Give a hall its settings, the programmes of two years, and what their users said."""
    year = now.astimezone(TBILISI).year
    act = {"act_number": ACT, "act_date": date(year - 1, 12, 18)}
    lay(tenant.id, NAME, grounds(tenant.id, NAME) | act, by=OFFICER)
    places = [str(place["ka"]) for place in tenant.settlements] or [str(tenant.seat["ka"])]
    for text in texts()["programme"]:
        for of in (year - 1, year):
            row = _programme(tenant, text, year=of)
            _rated(row, text, places=places, now=now)
    found = demo_needs.fill(tenant, texts(), places=places, now=now)
    demo_report.fill(tenant, texts(), found, now=now)
    first = programmes.by_code(tenant.id, f"{year}-01")
    list(proofs.add_uses(first, [(CITIZEN_NUMBER, date(year, 3, 25))]))
    proofs.make_vouchers(first, count=24, expires_on=date(year + 1, 1, 31), made_by=OFFICER)


def _programme(tenant: Any, text: Mapping[str, Any], *, year: int) -> Programme:
    data = {name: text.get(name, "") for name in programmes.FIELDS}
    budget = int(text["budget"] * (1 if year % 2 else 1.1)) // 100 * 100
    period = {"year": year, "starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    row = programmes.add(tenant.id, data | period | {"budget": budget})
    programmes.publish(row, now=datetime(year, 1, 20, 12, tzinfo=TBILISI))
    return row


def _rated(row: Programme, text: Mapping[str, Any], *, places: list[str], now: datetime) -> None:
    """Let a programme's users rate it over the year, each batch when the urn was emptied."""
    words = list(text.get("words", ()))
    count = (
        text["ratings"] if row.year == now.astimezone(TBILISI).year else text["ratings"] * 2 // 3
    )
    batches: dict[datetime, list[Answer]] = {}
    for place in range(count):
        seed = f"{row.code}{place}"
        at = datetime(row.year, 1, 25, 12, tzinfo=TBILISI) + timedelta(
            days=30 * (12 * place // count)
        )
        said = words[place % len(words)] if words and place % 5 == 0 else ""
        marks = {key: _mark(seed + key, text["mark"]) for key in (OVERALL, *DIMENSIONS)}
        where = places[dice(seed, len(places) + 1) - 1] if dice(f"{seed}w", 6) else ""
        answer = Answer(marks=marks, settlement=where, words=said)
        batches.setdefault(min(at, now - timedelta(days=2)), []).append(answer)
    for at, answers in batches.items():
        for answer in answers:
            urn.keep(row, answer, now=at)
        urn.fold(row, answers, now=at)
        rules.counted(row, len(answers), now=at)


def _mark(seed: str, around: float) -> int:
    return max(1, min(5, round(around + (dice(seed, 200) - 100) / 70)))
