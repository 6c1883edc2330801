"""The desk's words for states and channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.i18n import lazy_gettext as _

STATE_WORDS: Mapping[str, Any] = {"open": _("Open"), "closed": _("Closed"), "all": _("All")}
CHANNEL_WORDS: Mapping[str, Any] = {
    "web": _("Internet"),
    "centre": _("Community centre"),
    "phone": _("By telephone"),
    "email": _("By e-mail"),
    "letter": _("By letter"),
    "visit": _("In person"),
    "api": _("From another system"),
    "import": _("Imported"),
}
