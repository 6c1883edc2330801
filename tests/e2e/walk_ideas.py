"""The pages of ideas that the walk does not know by itself: the desk's, and calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mms_core.clock import local_day
from mms_core.letters import slug
from plugins.your_idea_to_mayor.demo_life import talk

if TYPE_CHECKING:
    from running import Site

MODULE = "your_idea_to_mayor"
PREFIX = f"{MODULE}."
OWNERS = ((r"^/<slug>/ideas/desk/", "operator"),)
NO_PAGES = {f"{MODULE}.campaign_picture": "a picture"}


def places(_site: Site) -> dict[str, Any]:
    """Name a call and a year of the demo."""
    call = slug(talk()["call"][0]["title"])[:60].strip("-")
    return {"call": call, "year": local_day(datetime.now(UTC)).year}
