"""The minister's monthly brief: one page, with what changed since the month before in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from babel.dates import format_date
from sqlalchemy import Connection

from mms_core.i18n import TBILISI, locale, ngettext
from mms_core.i18n import gettext as _
from mms_core.monitoring import national
from mms_core.monitoring.books import books
from mms_core.monitoring.figures import FEW, Period
from mms_core.monitoring.filters import Filters
from mms_core.monitoring.pace import Asked, Month, Waits, months, together, waits
from mms_core.papers import to_pdf
from mms_core.switching.words import STATES

TEMPLATE = Path(__file__).parents[1] / "templates" / "paper" / "brief.typ"
SHOWN = 8  # lines of a list, so that everything fits on one page
_SWITCHED = sa.text("""
    select tenant_id, module, state, before from mms.module_decision
    where at >= :start and at < :end and state <> before order by at
    """)


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What the minister reads of one month."""

    month: date
    made: datetime
    title: str
    terms: list[tuple[str, str]]
    changes: list[str]
    stalls: list[tuple[str, str, str, str]]

    @property
    def text(self) -> str:
        """The brief as the plain text of an e-mail."""
        lines = [f"{name}: {value}" for name, value in self.terms]
        still = [f"{hall}, {module}: {rung}. {step}" for hall, module, rung, step in self.stalls]
        parts = [self.title, "\n".join(lines), _("What changed since the month before"),
                 "\n".join(self.changes), _("What stands still, and the next step"),
                 "\n".join(still) or _("Nothing stands still.")]  # fmt: skip
        return "\n\n".join(parts) + "\n"


def month_named(words: str, *, today: date) -> date:
    """Give the month of an address, or the last whole one; a month to come is never given."""
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        asked = date.fromisoformat(f"{words}-01")
    except ValueError:
        return last
    return asked if date(2000, 1, 1) <= asked <= today else last


def make(connection: Connection, *, month: date, now: datetime) -> Brief:
    """Read a month and the one before it, and put both in words."""
    today = now.astimezone(TBILISI).date()
    before = (month - timedelta(days=1)).replace(day=1)
    end = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    filters = Filters(span=Period(name="month", first=month, today=today), region="", module="")
    span = Period(name="month", first=before, today=min(end, today))
    alone = Period(name="month", first=month, today=min(end, today))
    with books(connection) as opened:
        seen = national.read_all(filters, opened)
        halls = [row.subject.id for row in seen.found.halls]
        was, is_ = months(opened, Asked(span=span, halls=halls))[-2:]
        took = together(waits(opened, Asked(span=alone, halls=halls)))
    return Brief(
        month=month,
        made=now,
        title=_("Brief for the minister: %(month)s", month=named(month)),
        terms=_terms(seen, is_, took),
        changes=[*_changes(was, is_), *_switches(connection, seen, month=month, end=end)],
        stalls=[
            (s.hall.short_name, str(s.module.title), str(s.at.rung.title), str(s.at.rung.then))
            for s in seen.stalls[:SHOWN]
        ],
    )


def named(month: date) -> str:
    """Name a month with its year in the language of the page."""
    return format_date(month, "LLLL y", locale=locale())


def _percent(value: float | None) -> str:
    return _("few") if value is None else f"{value:.0%}"


def _terms(seen: national.Seen, month: Month, took: Waits) -> list[tuple[str, str]]:
    found = seen.found
    people = found.people
    rate = f"{1000 * month.opened / people:.2f}" if people and month.opened >= FEW else _("few")
    days = _("%(median)s / %(most)s", median=took.median, most=took.most)
    return [
        (_("Municipalities with a module on"), f"{found.adopters} / {len(found.halls)}"),
        (_("Modules on"), f"{found.on} / {found.possible}"),
        (_("Cases per 1,000 residents"), rate),
        (_("Answered in time"), _percent(month.rate)),
        (_("Days to an answer: median / 90th percentile"),
         days if took.median is not None else _("few")),
        (_("Overdue share, now"), _percent(found.total.late)),
    ]  # fmt: skip


def _changes(was: Month, now: Month) -> list[str]:
    found = []
    if was.opened >= FEW and now.opened >= FEW:
        share = (now.opened - was.opened) / was.opened
        if abs(share) < 0.01:
            found.append(_("As many cases came as in the month before."))
        elif share > 0:
            found.append(_("Cases rose by %(share)s.", share=f"{share:.0%}"))
        else:
            found.append(_("Cases fell by %(share)s.", share=f"{-share:.0%}"))
    else:
        found.append(_("Too few cases to compare both months."))
    if was.rate is not None and now.rate is not None:
        points = round(100 * (now.rate - was.rate))
        given = {"was": f"{was.rate:.0%}", "now": f"{now.rate:.0%}"}
        if points > 0:
            found.append(_("Answers in time rose from %(was)s to %(now)s.", **given))
        elif points < 0:
            found.append(_("Answers in time fell from %(was)s to %(now)s.", **given))
        else:
            found.append(_("Answers in time stayed at %(now)s.", now=given["now"]))
    return found


def _switches(connection: Connection, seen: national.Seen, *, month: date, end: date) -> list[str]:
    """Say which modules went on or off, and count those beyond the first few."""
    start = datetime(month.year, month.month, 1, tzinfo=TBILISI)
    after = end + timedelta(days=1)
    given = {"start": start, "end": datetime(after.year, after.month, 1, tzinfo=TBILISI)}
    halls = {row.subject.id: row.subject for row in seen.found.halls}
    titles = {row.subject.name: row.subject.title for row in seen.found.modules}
    rows = [r for r in connection.execute(_SWITCHED, given) if r.tenant_id in halls]
    counts = Counter((r.module, r.state) for r in rows)
    lines = []
    for (module, state), n in counts.most_common(SHOWN):
        where = [
            halls[r.tenant_id].short_name for r in rows if (r.module, r.state) == (module, state)
        ]
        names = ", ".join(dict.fromkeys(where[:3])) + (" …" if n > 3 else "")
        lines.append(f"{titles.get(module, module)}: {STATES[state]} ({n}: {names})")
    beyond = len(counts) - SHOWN
    if beyond > 0:
        lines.append(ngettext("And %(num)s change more.", "And %(num)s changes more.", beyond))
    return lines


def pdf(brief: Brief) -> bytes:
    """Set the brief as a PDF file of one page."""
    made = brief.made.astimezone(TBILISI).strftime("%d.%m.%Y, %H:%M")
    data = {
        "title": brief.title,
        "terms": brief.terms,
        "changes": brief.changes,
        "stalls": brief.stalls,
        "made": _("As of %(moment)s", moment=made),
        "words": {
            "changes": _("What changed since the month before"),
            "stalls": _("What stands still, and the next step"),
            "none": _("Nothing stands still."),
            "hall": _("Municipality"),
            "module": _("Module"),
            "rung": _("Rung"),
            "step": _("Next step"),
        },
    }
    return to_pdf(TEMPLATE, data=data, language=locale(), title=brief.title)
