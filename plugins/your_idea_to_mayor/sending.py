"""Registers the idea of a draft, and gives the way to its receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import current_app, g, url_for

from mms_core.cases import keys
from mms_core.drafts import rules as drafts
from mms_core.drafts.models import FormDraft
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import acting
from plugins.your_idea_to_mayor import entry, giving, rules
from plugins.your_idea_to_mayor.screened import screened


def send_draft(draft: FormDraft, *, level: int = 0) -> str:
    """Register the idea of a draft that holds; `level` is what a stranger has proven."""
    form = entry.read_form(draft.data, g.module_settings, acting())
    files, captions = giving.files_of(draft)
    idea = entry.new_idea(form.data, acting(), files=files, language=locale(), captions=captions)
    idea = replace(idea, level=max(idea.level, level))
    now = datetime.now(UTC)
    idea = screened(g.tenant, idea, now=now)
    case = rules.submit(
        registry(), g.tenant, idea=idea, settings=g.module_settings, now=now, alone=True
    )
    drafts.drop(draft)
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, case.id)
    return url_for(".receipt", number=case.number, key=key)
