"""What each figure of the ministry means, word for word as the pages say it."""

from __future__ import annotations

from mms_core.contributions import Indicator
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.figures import FEW

DEFINITIONS = (
    (
        _("Modules on"),
        _("Modules that the public reaches now: switched on, or closing. A trial does not count."),
    ),
    (
        _("Cases per 1,000 residents"),
        _(
            "Cases opened in the period, by day in Tbilisi, for 1,000 residents by the census of "
            "2014 of the municipalities that the module reaches."
        ),
    ),
    (
        _("Answered in time"),
        _(
            "Cases answered by their date, of all that were answered in the period or are overdue "
            "now. Leaving a case unanswered therefore improves nothing."
        ),
    ),
    (
        _("Median days"),
        _("Calendar days from opening within which half of the first answers came."),
    ),
    (
        _("90th percentile, days"),
        _("Calendar days from opening within which nine in ten first answers came."),
    ),
    (
        _("Overdue share"),
        _(
            "Cases without an answer whose date has passed, as of now, of all that were answered "
            "in the period or are overdue now."
        ),
    ),
    (_("few"), _("Fewer than %(few)s cases: a rate or a mean would mislead.", few=FEW)),
)

# What answers promise, in every module; see `promises.rules`.
PROMISES = (
    Indicator(
        name="promised",
        title=_("Promises made"),
        measure="promised",
        definition=_("Promises with a date that answers carried in the period."),
    ),
    Indicator(
        name="promises_kept",
        title=_("Promises kept"),
        measure="promises_kept",
        of="promised",
        definition=_("Kept by their date or within a week, of the promises made in the period."),
    ),
    Indicator(
        name="promises_broken",
        title=_("Promises not kept"),
        measure="promises_broken",
        definition=_("Given up, or a week past their date. Those kept later are counted, too."),
    ),
)
