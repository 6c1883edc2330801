"""Puts a letter about a case into words: the module's template with the facts of the case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from jinja2 import FileSystemLoader

from mms_core.cases.deadlines import complaint_ends, explain_due
from mms_core.cases.keys import key_of
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.messages.texts import render
from mms_core.modules import registry
from mms_core.tenancy import rules as tenancy

CORE = ("cases", "moderation")  # whose letters come from the core

if TYPE_CHECKING:
    from mms_core.cases.models import Case
    from mms_core.messages.models import OutboxLetter
    from mms_core.messages.texts import Words


def compose(letter: OutboxLetter, case: Case | None, *, text: str | None = None) -> Words:
    """Render a letter in the citizen's language; one about no case knows what its context says.

    `text`, where it is given, stands for the officer's words.

    Every template may use: number, title, hall, text (the officer's words), due and opened (ISO
    days), due_reason (how the date was computed), link (opens the case, also without an account),
    key, complain_until (the last ISO day of a complaint, once it is answered), and whatever else
    the step put into the letter's context.
    """
    tenant = tenancy.by_id(letter.tenant_id)
    hall = tenant.hall_in(letter.language) if tenant else ""
    given = dict(letter.context) | ({} if text is None else {"text": text})
    return render(
        FileSystemLoader(_templates(letter.module)),
        letter.template,
        module=letter.module,
        language=letter.language,
        context=_facts(letter, case) | {"hall": hall} | given,
        footer=hall,
    )


def _facts(letter: OutboxLetter, case: Case | None) -> dict[str, Any]:
    from mms_core.moderation import letters as moderation

    known = facts(case, language=letter.language) if case is not None else {}
    return known | (moderation.facts(letter) if letter.module == moderation.ROOM else {})


def _templates(module: str) -> Path:
    """Give the folder of a module's templates, or of the core's for its own letters."""
    if module in CORE:
        return Path(current_app.root_path) / "templates"
    found = registry().loaded.get(module)
    if found is None:
        raise LookupError(f"The module {module} is out of order; the letter waits.")
    return found.folder / "templates"


def facts(case: Case, *, language: str) -> dict[str, Any]:
    """Give what every letter about a case may say."""
    settings: Settings = current_app.extensions["mms_settings"]
    tenant = tenancy.by_id(case.tenant_id)
    key = key_of(settings, case.tenant_id, case.id)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    slug = tenant.slug if tenant else ""
    case_type = registry().case_type(case.module, case.kind)
    ends = complaint_ends(case)
    return {
        "number": case.number,
        "title": case.title,
        "text": case.answer,
        "opened": local_day(case.opened_at).isoformat(),
        "due": case.due_on.isoformat() if case.due_on else "",
        "due_reason": explain_due(case, case_type, locale=language),
        "link": f"{base}/{slug}/cases/{case.number}?key={key}",
        "key": key,
        "complain_until": ends.isoformat() if ends else "",
    }
