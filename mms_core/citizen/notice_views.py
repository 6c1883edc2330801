"""The citizen's page of notifications: what, by which way, how often."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.messages import notices
from mms_core.people.current import require_person

pages = Blueprint("notices", __name__, url_prefix="/my/notifications")
NAMES = ("own", "followed", "rhythm")


@pages.get("")
def page() -> str:
    """Show what is chosen now."""
    choice = notices.choice_of(require_person().id)
    return _show({name: getattr(choice, name) for name in NAMES}, problems={})


def _show(chosen: dict[str, str], *, problems: dict[str, Any]) -> str:
    return render_template(
        "citizen/notifications.html",
        chosen=chosen,
        problems=problems,
        own=notices.OWN,
        followed=notices.FOLLOWED,
        rhythms=notices.RHYTHMS,
    )


@pages.post("")
def save() -> Any:
    """Keep the choice, or show what is not chosen yet."""
    person = require_person()
    typed = {name: request.form.get(name, "") for name in NAMES}
    try:
        notices.choose(
            person.id, own=typed["own"], followed=typed["followed"], rhythm=typed["rhythm"]
        )
    except Invalid as problem:
        return _show(typed, problems=problem.fields), 422
    flash(_("Your choice has been saved."), "success")
    return redirect(url_for("notices.page"), 303)
