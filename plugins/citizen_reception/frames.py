"""What every page of the module can say: the tabs, and the language of a hall's own words."""

from __future__ import annotations

from typing import Any

from flask import url_for

from mms_core.i18n import lang_of
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.models import NAME

TABS = (
    ("day", _("Today"), "desk_day"),
    ("officials", _("Who receives"), "desk_officials"),
    ("groups", _("Visits of groups"), "desk_groups"),
    ("events", _("Meetings and events"), "desk_events"),
)


@pages.context_processor
def words() -> dict[str, Any]:
    """Give the templates `lang_of` and the tabs of the hall's pages."""
    return {"lang_of": lang_of, "reception_tabs": tabs}


def tabs(here: str) -> list[tuple[Any, str, bool, None]]:
    """List the hall's pages as tabs: word, address, whether it is the present one."""
    return [
        (said, url_for(f"{NAME}.{endpoint}"), key == here, None) for key, said, endpoint in TABS
    ]
