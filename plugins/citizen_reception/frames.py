"""What every page of the module can say: the tabs, and the language of a hall's own words."""

from __future__ import annotations

import re
from typing import Any

from flask import url_for
from markupsafe import Markup

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.models import NAME

GEORGIAN = re.compile("[ა-ჰ]")
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


def lang_of(text: str | None) -> Markup:
    """Mark Georgian words on a page of another language; nothing where the languages agree."""
    if locale() != "ka" and GEORGIAN.search(text or ""):
        return Markup(' lang="ka"')
    return Markup()


def marked(text: str | None) -> Markup | str:
    """Give a hall's own words for the desk's page, which does not know `lang_of`."""
    attribute = lang_of(text)
    return Markup("<span{}>{}</span>").format(attribute, text) if attribute else text or ""


def tabs(here: str) -> list[tuple[Any, str, bool, None]]:
    """List the hall's pages as tabs: word, address, whether it is the present one."""
    return [
        (said, url_for(f"{NAME}.{endpoint}"), key == here, None) for key, said, endpoint in TABS
    ]
