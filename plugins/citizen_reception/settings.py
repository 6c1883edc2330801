"""What a hall can set for its reception; the core draws the form and keeps each version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.modules import registry
from mms_core.switching.rules import settings_of, switched
from plugins.citizen_reception.booking_settings import BookingSettings
from plugins.citizen_reception.day_settings import DaySettings
from plugins.citizen_reception.feed_settings import FeedSettings
from plugins.citizen_reception.models import NAME


class ReceptionSettings(BookingSettings, DaySettings, FeedSettings):
    """The settings; what a hall never set has these defaults."""


def settings_now(tenant_id: int) -> Mapping[str, Any]:
    """Give a hall's settings outside the module's own pages, where the guard has read them."""
    found = switched(tenant_id).get(NAME)
    return settings_of(registry(), NAME, stored=found.settings if found else {})
