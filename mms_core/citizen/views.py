"""A citizen's own pages: cases everywhere, a copy of everything, the end of the account."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as browser

from mms_core.cases.timeline import state_title, tone
from mms_core.citizen import front, notice_views, own_case, own_items, rules, statements
from mms_core.db import NATION, bind
from mms_core.drafts import rules as drafts
from mms_core.files.views import storage
from mms_core.i18n import gettext as _
from mms_core.messages import notices
from mms_core.moderation import rules as moderation
from mms_core.modules import registry
from mms_core.people import profile, vault
from mms_core.people.current import Person, require_person
from mms_core.people.models import AccessLog
from mms_core.people.rules import looks_at
from mms_core.tenancy import rules as tenancy

pages = Blueprint("citizen", __name__, url_prefix="/my")


def init_app(app: Flask) -> None:
    """Attach the citizen's pages, the halls' front pages and the statements."""
    app.register_blueprint(pages)
    app.register_blueprint(front.pages)
    app.register_blueprint(own_case.pages)
    app.register_blueprint(notice_views.pages)
    statements.init_app(app)


def own_person() -> Person:
    """Give the acting person, in a session that sees this person's index rows everywhere."""
    person = require_person()
    bind(NATION, person_id=person.id)
    return person


@pages.get("/")
def my() -> str:
    """List the person's cases in all municipalities, newest first."""
    person = own_person()
    found = rules.own_cases(person.id, after=_place(request.args.get("after", "")))
    beyond = f"{found.next[0].isoformat()}~{found.next[1]}" if found.next else ""
    return render_template(
        "citizen/my.html",
        rows=[_row(row) for row in found.rows],
        drafts=[] if request.args.get("after") else _drafts(person.id),
        own=[] if request.args.get("after") else own_items.of(person),
        next=url_for("citizen.my", after=beyond) if beyond else None,
        first=bool(request.args.get("after")),
    )


def _drafts(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Give what the person has begun and not sent, with the way to go on."""
    return [
        {
            "title": draft.title,
            "lang": own_items.language(draft.title),
            "url": draft.path,
            "hall": hall.name,
            "at": draft.updated_at,
        }
        for draft in drafts.own(person_id)
        if draft.path and (hall := tenancy.by_id(draft.tenant_id))
    ]


def _place(raw: str) -> rules.Place | None:
    moment, _sign, case_id = raw.partition("~")
    try:
        return datetime.fromisoformat(moment), uuid.UUID(case_id)
    except ValueError:
        return None


def _row(row: Any) -> dict[str, Any]:
    modules = registry()
    case_type, loaded = modules.case_type(row.module, row.kind), modules.loaded.get(row.module)
    hall = tenancy.by_id(row.tenant_id)
    return {
        "case": row,
        "lang": own_items.language(row.title),
        "hall": hall.name if hall else "",
        "url": url_for("cases.page", slug=hall.slug, number=row.number) if hall else "",
        "module": loaded.module.title if loaded else "",
        "state": state_title(case_type, row.state),
        "tone": tone(case_type, row.state),
    }


@pages.get("/download")
def download() -> Response:
    """Give the person all that is kept about them, as one JSON file."""
    person = own_person()
    names = {hall.id: hall.name for hall in tenancy.all_tenants()}
    cases = rules.copy_of_cases(person.id)
    content = {
        "made_at": datetime.now(UTC).isoformat(),
        "account": _account(person),
        "cases": [case | {"municipality": names.get(case["municipality"])} for case in cases],
        "drafts": [draft.data for draft in drafts.own(person.id)],
        "other": [
            {
                "municipality": own["hall"],
                "what": own["title"],
                "state": str(own["state"]),
                "at": own["at"].isoformat(),
            }
            for own in own_items.of(person)
        ],
        "looked_at_by": [
            {
                "at": look.at.isoformat(),
                "who": look.viewer_name,
                "what": look.what,
                "why": look.reason,
            }
            for look in looks_at(person.id)
        ],
    }
    answer = Response(
        json.dumps(content, ensure_ascii=False, indent=2), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _look(row: AccessLog) -> dict[str, str]:
    when = row.at.isoformat()
    return {"at": when, "who": row.viewer_name, "what": row.what, "why": row.reason}


def _account(person: Person) -> dict[str, Any]:
    own = profile.own(person.id)
    hall = tenancy.by_id(own.profile.municipality) if own.profile.municipality else None
    return {
        "first_name": own.account.first_name,
        "last_name": own.account.last_name,
        "email": own.account.email,
        "phone": own.account.phone,
        "language": own.account.language,
        "birth_date": own.profile.birth_date.isoformat() if own.profile.birth_date else None,
        "citizenship": own.profile.citizenship,
        "personal_number": vault.reveal(own.profile.personal_number),
        "registered_in": hall.name if hall else None,
        "identity_level": own.profile.identity_level,
    }


@pages.get("/erase")
def erase_page() -> str:
    """Say what erasing means and ask once more."""
    own_person()
    return render_template("citizen/erase.html", error="")


@pages.post("/erase")
def erase() -> Any:
    """Erase the account when the box was ticked; the cases stay with the halls, without a name."""
    person = own_person()
    if request.form.get("sure") != "true":
        error = _("Tick the box if you really want to erase the account.")
        return render_template("citizen/erase.html", error=error), 422
    profile.erase_account(person.id)
    drafts.forget(person.id, storage=storage())
    rules.forget_in_cases(person.id)
    moderation.forget(person.id)
    notices.forget(person.id)
    browser.clear()
    flash(_("Your account has been erased."), "success")
    return redirect("/", 303)
