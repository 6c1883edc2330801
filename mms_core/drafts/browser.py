"""The browser's side of drafts: the cookie by which a stranger's unfinished form is found again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Response, after_this_request, current_app, g, request

from mms_core import jobs
from mms_core.drafts import rules
from mms_core.drafts.models import FormDraft
from mms_core.drafts.rules import Owner
from mms_core.files.views import storage
from mms_core.people.current import acting

COOKIE = "mms_draft"


def owner() -> Owner:
    """Say whose drafts this request may see."""
    person = acting()
    return Owner(person_id=person.id if person else None, key=request.cookies.get(COOKIE, ""))


def current(form: str) -> FormDraft | None:
    """Find the draft of a form of this municipality."""
    mine = owner()
    if mine.person_id is None and not mine.key:
        return None  # who never began costs no query
    return rules.current(g.tenant.id, form, owner=mine)


def keep(draft: FormDraft | None, form: str, *, changes: Mapping[str, object]) -> FormDraft:
    """Keep what was typed; a stranger's browser is given a key if it has none yet."""
    mine = owner()
    if draft is None and mine.person_id is None and not mine.key:
        mine = Owner(key=rules.new_key())
        after_this_request(lambda response: _give(response, mine.key))
    return rules.keep(
        draft,
        tenant_id=g.tenant.id,
        form=form,
        owner=mine,
        changes=changes,
        now=datetime.now(UTC),
    )


def _give(response: Response, key: str) -> Response:
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(rules.KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=current_app.extensions["mms_settings"].https,
    )
    return response


@jobs.every("23 2 * * *", name="drafts.sweep")
def sweep() -> None:
    """Throw away in every municipality what nobody has gone on with."""
    from mms_core.db import scope
    from mms_core.tenancy.rules import all_tenants

    for tenant in all_tenants():
        with scope(tenant.id):
            rules.sweep(tenant.id, storage=storage(), now=datetime.now(UTC))
