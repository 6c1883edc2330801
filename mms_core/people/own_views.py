"""A person's own pages: the profile, and who looked at their data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.people import profile, rules
from mms_core.people.current import require_person
from mms_core.people.schemas import ProfileSchema, shown_phone
from mms_core.tenancy import rules as tenancy

pages = Blueprint("own", __name__, url_prefix="/my")


@pages.get("/profile")
def profile_page() -> Any:
    """Show the profile's form with what is known."""
    own = profile.own(require_person().id)
    values = {
        "first_name": own.account.first_name,
        "last_name": own.account.last_name,
        "phone": shown_phone(own.account.phone),
        "language": own.account.language,
        "birth_date": own.profile.birth_date,
        "citizenship": own.profile.citizenship,
        "personal_number": own.number,
        "municipality": own.profile.municipality,
    }
    return _show(forms.blank(ProfileSchema, values=values), own)


def _show(form: forms.Form, own: profile.Own) -> str:
    return render_template(
        "people/profile.html", form=form, own=own, checked=own.profile.identity_level >= 2
    )


@pages.post("/profile")
def save_profile() -> Any:
    """Keep the profile, or show what is wrong at each field."""
    person = require_person()
    form = forms.read(ProfileSchema, request.form)
    if form.valid:
        try:
            profile.save_profile(person.id, form.data)
        except Invalid as problem:
            form.refuse(problem.fields)
        except Refused as problem:
            form.general.append(str(problem.message))
        else:
            g.pop("person", None)
            flash(_("Your profile has been saved."), "success")
            return redirect(url_for("own.profile_page"), 303)
    return _show(form, profile.own(person.id)), 422


@pages.get("/looked-at")
def looked_at() -> Any:
    """Show the person every look at their data: who, from which hall, what and why."""
    person = require_person()
    halls = {hall.id: hall.name for hall in tenancy.all_tenants()}
    return render_template("people/looked_at.html", looks=rules.looks_at(person.id), halls=halls)
