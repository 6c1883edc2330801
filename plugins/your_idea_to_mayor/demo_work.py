"""The work on accepted ideas in the demo: planned, begun, or given up with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PLANNED = (
    "სამუშაო გაზაფხულის გეგმაშია. ხარჯთაღრიცხვა შედგენილია, შესყიდვა თებერვალში გამოცხადდება.",
    "თანხა მომავალი წლის ბიუჯეტშია გათვალისწინებული. სამუშაოს სეზონის დასაწყისში შევუდგებით.",
)
BEGUN = "კონტრაქტორი შერჩეულია და სამუშაო დაიწყო. მოძრაობა სამუშაო დღეებში დროებით შეიზღუდება."
DROPPED = (
    "შესყიდვაში მონაწილეობა არავინ მიიღო, დარჩენილი თანხა კი ამ სამუშაოსთვის საკმარისი აღარ არის. "
    "მომავალი წლის ბიუჯეტის პროექტში იდეას კვლავ შევიტანთ."
)
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
