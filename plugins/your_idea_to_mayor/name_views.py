"""How the author of an idea is shown: chosen when giving it, changed here at any time."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import numbers
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.rules import Contact
from mms_core.cases.whose import find, let_in, own_case
from mms_core.changes import changed
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.i18n import gettext as _
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.rules import public_name
from plugins.your_idea_to_mayor.schemas import SHOWN


def _own(number: str) -> tuple[Case, CaseContact]:
    """Give the author's own idea with its contact; the key in the address opens it too."""
    key = request.args.get("key", "")
    opened = find(numbers.read(number)) if key else None
    if opened is not None:
        let_in(opened, key)
    case = own_case(number)
    contact = db.session.get(CaseContact, (case.tenant_id, case.id))
    if case.module != NAME or contact is None:
        raise NotFound
    return case, contact


@pages.get("/<number>/name")
def name_page(number: str) -> str:
    """Show how the author's name stands beside the idea now."""
    case, contact = _own(number)
    now = next((key for key, _words in SHOWN if _name(key, contact) == contact.public_name), "none")
    return render_template(f"{NAME}/name.html", case=case, choices=SHOWN, chosen=now)


@pages.post("/<number>/name")
def change_name(number: str) -> BaseResponse:
    """Show the author's name otherwise from now on."""
    case, contact = _own(number)
    choice = request.form.get("shown", "")
    if choice in dict(SHOWN):
        contact.public_name = _name(choice, contact)
        changed(g.tenant.id, NAME)
        flash(_("Your name is shown as you have chosen."), "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def _name(choice: str, contact: CaseContact) -> str:
    return public_name(choice, Contact(name=contact.name))
