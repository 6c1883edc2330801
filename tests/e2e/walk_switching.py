"""The pages of switching: a national default with a bound, and a hall that stands outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mms_core import db as database
from mms_core.db import NATION
from mms_core.modules import registry
from mms_core.switching.bounds import Bound
from mms_core.switching.deciding import Ruling, rule
from mms_core.switching.rules import configure, switched
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL, MODULE = "standards.", "zugdidi", "your_idea_to_mayor"
SETTING = "edit_minutes"


def places(site: Site) -> dict[str, Any]:
    """Let a hall move, then let the ministry bind; say what stands in the addresses."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        database.bind(hall.id)
        own = switched(hall.id)[MODULE].settings
        typed = {**own, SETTING: 90}
        configure(registry(), hall.id, module=MODULE, settings=typed, decided_by="T")
        database.commit()
        database.bind(NATION)
        _bind("edit_minutes", 30, Bound(least=0, most=60))
        _bind("publish", "known", Bound(among=("known", "after_review")))
        database.commit()
    return {"name": MODULE, "setting": SETTING}


def _bind(setting: str, value: Any, bound: Bound) -> None:
    ruling = Ruling(value=value, bound=bound, decided_by="T", reason="ყველგან ერთნაირად.")
    rule(registry(), module=MODULE, setting=setting, ruling=ruling)


def more(_known: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name pages that look otherwise, as (who, path)."""
    for setting in ("publish", "show_files", "rules_text"):
        yield "ministry", f"/ministry/modules/{MODULE}/settings/{setting}"
    yield "operator", f"/{HALL}/desk/modules/{MODULE}/"
    yield "operator", f"/{HALL}/desk/modules/{MODULE}/off"
    yield "operator", f"/{HALL}/desk/modules/{MODULE}/ready"
    yield "operator", f"/{HALL}/desk/modules/{MODULE}/settings"
