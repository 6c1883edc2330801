"""The slip of a visit on paper, A5: number, hour and place, for who has no telephone at hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mms_core.dates import named_moment
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from plugins.citizen_reception import visit_showing
from plugins.citizen_reception.booking_models import Visit
from plugins.citizen_reception.models import NAME

PAPER = Path(__file__).parent / "templates" / NAME / "slip.typ"


def pdf(tenant: Any, case: Any, row: Visit, *, link: str, settings: Mapping[str, Any]) -> bytes:
    """Set the slip in type; its code leads to the page where the visit is moved or cancelled."""
    import segno

    from mms_core.papers import to_pdf

    title = _("Visit %(number)s", number=case.number)
    said = [(str(word), str(text.striptags() if hasattr(text, "striptags") else text))
            for word, text in visit_showing.facts(case.tenant_id, row)]  # fmt: skip
    data = {
        "hall": tenant.hall,
        "title": title,
        "number": case.number,
        "when": named_moment(row.starts_at),
        "facts": [pair for pair in said[1:] if pair[1]],
        "qr": segno.make(link, error="m", micro=False).svg_inline(scale=4),
        "qr_word": _("This visit on a phone"),
        "change": _how_to_change(str(settings["charge_phone"])),
        "bring": _("Bring an identity document and the papers of your matter."),
    }  # fmt: skip
    return to_pdf(PAPER, data=data, language=locale(), title=title)


def _how_to_change(phone: str) -> str:
    if not phone:
        return _("You cannot come? Open the code with a telephone, or call the city hall.")
    return _(
        "You cannot come? Open the code with a telephone, or call the reception: %(phone)s",
        phone=phone,
    )
