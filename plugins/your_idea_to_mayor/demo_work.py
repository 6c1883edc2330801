"""The work on accepted ideas in the demo: planned, begun, or given up with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.units.rules import units_of
from plugins.your_idea_to_mayor import feasibility

PLANNED = (
    "სამუშაო გაზაფხულის გეგმაშია. ხარჯთაღრიცხვა შედგენილია, შესყიდვა თებერვალში გამოცხადდება.",
    "თანხა მომავალი წლის ბიუჯეტშია გათვალისწინებული. სამუშაოს სეზონის დასაწყისში შევუდგებით.",
)
BEGUN = "კონტრაქტორი შერჩეულია და სამუშაო დაიწყო. მოძრაობა სამუშაო დღეებში დროებით შეიზღუდება."
DROPPED = (
    "შესყიდვაში მონაწილეობა არავინ მიიღო, დარჩენილი თანხა კი ამ სამუშაოსთვის საკმარისი აღარ არის. "
    "მომავალი წლის ბიუჯეტის პროექტში იდეას კვლავ შევიტანთ."
)
QUESTION = "რა დაჯდება და როდის შეიძლება გაკეთდეს?"
OPINION = {
    "competence": "ours",
    "cost": 18_500,
    "term": "შესყიდვის შემდეგ 45 დღე",
    "risk": "სამუშაოს ზამთარში ვერ დავიწყებთ.",
    "note": "მსგავსი სამუშაო შარშან მეზობელ ქუჩაზე შესრულდა.",
}
COSTS = (4_200, 12_500, 38_000, 90_000)


def work(dice: int) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """Give steps as (name, days after the one before, text, what else is given)."""
    if dice in {1, 2, 3, 4}:
        term = {"cost": COSTS[dice % 4], "term": "2027 წლის გაზაფხული"}
        yield "plan", 9 + dice, PLANNED[dice % 2], term
    if dice in {3, 4}:
        yield "start_work", 16 + dice, BEGUN, {}
    if dice == 5:
        yield "drop", 25, DROPPED, {"reason": "no_money"}


def opinions(cases: Sequence[Case], *, actor: Actor, now: datetime) -> None:
    """Ask two units about the newest ideas that wait for an answer; one has said what it thinks."""
    alone = [case for case in cases if case.merged_into is None and case.answered_at is None]
    for place, case in enumerate([case for case in alone if case.is_open][-3:]):
        asked = [str(unit.id) for unit in units_of(case.tenant_id)[:2]]
        at = now - timedelta(hours=5)
        if not asked or case.opened_at > at or case.updated_at > at:
            continue
        rows = feasibility.ask(case, asked, question=QUESTION, actor=actor, now=at)
        if place == 0:
            feasibility.give(rows[0], case, OPINION, actor=actor, now=now - timedelta(hours=2))
