"""Tells those who have seats: that they have them, that a meeting was moved or cancelled."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from mms_core.i18n import gettext as _
from mms_core.messages.outbox import send_national
from plugins.citizen_reception import info_showing, meetings
from plugins.citizen_reception.info_models import Meeting, MeetingSeat


def confirm(tenant: Any, row: Meeting, seat: MeetingSeat, *, link: str) -> None:
    """Write a guest what they have, and how seats are given back."""
    if not seat.email:
        return
    with force_locale(seat.language):
        subject = _("Your seats: %(title)s", title=info_showing.title(row))
        seats = _("Seats: %(count)s.", count=seat.people)
        back = _("If you cannot come, please give the seats back to others: %(link)s", link=link)
        body = "\n\n".join([_facts(tenant, row), seats, back])
    send_national(seat.email, subject=subject, body=body)


def tell_moved(tenant: Any, row: Meeting) -> int:
    """Tell everybody who comes where and when the meeting is now; gives how many were told."""
    return _tell_all(tenant, row, _subject_moved)


def tell_cancelled(tenant: Any, row: Meeting) -> int:
    """Tell everybody who wanted to come that the meeting is not held, and why."""
    return _tell_all(tenant, row, _subject_cancelled)


def _subject_moved(row: Meeting) -> str:
    return _("Moved: %(title)s", title=info_showing.title(row))


def _subject_cancelled(row: Meeting) -> str:
    return _("Cancelled: %(title)s", title=info_showing.title(row))


def _tell_all(tenant: Any, row: Meeting, subject: Any) -> int:
    told = 0
    for seat in meetings.guests(row):
        if seat.email:
            with force_locale(seat.language):
                send_national(seat.email, subject=subject(row), body=_facts(tenant, row))
            told += 1
    return told


def _facts(tenant: Any, row: Meeting) -> str:
    """Say what, when and where, or why not."""
    when = info_showing.hours(row)
    lines = [tenant.hall, info_showing.full_title(row), when, row.place]
    if row.state == meetings.CANCELLED:
        lines.append(_("The reason: %(why)s", why=row.why))
    return "\n".join(lines)
