"""Who acts in this request, and what that person may do here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, g, has_request_context, redirect, request, session, url_for
from werkzeug.exceptions import Unauthorized, abort

from mms_core import here
from mms_core.errors import NotAllowed
from mms_core.i18n import lazy_gettext as _

COOKIE_KEY = "sid"  # the name within the signed session cookie
NATIONAL_ROLES = frozenset({"ministry", "clerk", "author"})
STAFF = frozenset({"operator", "head", "mayor"})


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role in a municipality, or in the nation when `tenant_id` is None."""

    role: str
    tenant_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """The account behind a request."""

    id: uuid.UUID
    name: str
    first_name: str = ""
    email: str | None = None
    phone: str | None = None
    language: str = "ka"
    level: int = 0
    grants: tuple[Grant, ...] = ()
    is_demo: bool = False
    second_due: bool = False  # has roles, which rest until the second factor is set up
    session_id: uuid.UUID | None = None


def acting() -> Person | None:
    """Give the person of this request, or None for a stranger, who costs no query."""
    if not has_request_context():
        return None
    given = here.given()
    if "person" not in given:
        given.person = _find(session.get(COOKIE_KEY))
    found: Person | None = given.person
    return found


def _find(raw: object) -> Person | None:
    if not isinstance(raw, str):
        return None
    from mms_core.people.sessions import person_rows

    try:
        rows = person_rows(uuid.UUID(raw))
    except ValueError:
        return None
    if not rows or (rows[0].is_demo and not in_demo()):
        return None
    return _person(rows)


def _person(rows: Sequence[Any]) -> Person:
    first = rows[0]
    grants = tuple(
        Grant(role=row.role, tenant_id=row.tenant_id or None, centre_id=row.centre_id)
        for row in rows
        if row.role
    )
    rests = bool(grants) and not first.second and not in_demo()
    name = f"{first.first_name} {first.last_name}".strip()
    return Person(
        id=first.account_id,
        name=name or (first.email or "").partition("@")[0],
        first_name=first.first_name,
        email=first.email,
        phone=first.phone,
        language=first.language,
        level=first.identity_level or 0,
        grants=() if rests else grants,
        is_demo=first.is_demo,
        second_due=rests,
        session_id=first.session_id,
    )


def in_demo() -> bool:
    """Tell whether this is a demo, where demo accounts exist and roles need no second factor."""
    return bool(current_app.extensions["mms_settings"].demo)


def roles_in(tenant_id: int) -> frozenset[str]:
    """Name the roles that the acting person has in a municipality."""
    person = acting()
    grants = person.grants if person else ()
    return frozenset(grant.role for grant in grants if grant.tenant_id == tenant_id)


def national_roles() -> frozenset[str]:
    """Name the roles that the acting person has in the nation."""
    person = acting()
    grants = person.grants if person else ()
    return frozenset(grant.role for grant in grants if grant.tenant_id is None)


def is_staff(tenant_id: int) -> bool:
    """Tell whether the acting person works for this city hall."""
    return bool(roles_in(tenant_id) & STAFF)


def assisting(person: Person | None) -> int | None:
    """Give the centre for which a clerk acts, for whom every form is a citizen's; else None."""
    grants = person.grants if person else ()
    return next((grant.centre_id or 0 for grant in grants if grant.role == "clerk"), None)


def require_person() -> Person:
    """Give the acting person; a stranger is sent to sign in and comes back here."""
    person = acting()
    if person is None:
        ask_to_sign_in()
    assert person is not None
    return person


def require(*roles: str) -> Person:
    """Give the acting person if they have one of the roles here; NotAllowed otherwise.

    `ministry`, `clerk` and `author` are roles in the nation, the others in this municipality.
    """
    person = require_person()
    if person.second_due:
        abort(redirect(url_for("security.second_factor_page"), 303))
    wanted = frozenset(roles)
    tenant = g.get("tenant")
    have = national_roles() & NATIONAL_ROLES
    have |= roles_in(tenant.id) if tenant is not None else frozenset()
    if not have & wanted:
        raise NotAllowed(_("This page is for people with another role."))
    return person


def ask_to_sign_in() -> None:
    """Send a stranger to the sign-in page, from which they come back to this page."""
    from mms_core.pages import wants_json

    if wants_json():
        raise Unauthorized
    if request.method == "POST":
        abort(_page_that_carries())
    back = request.full_path.rstrip("?")
    abort(redirect(url_for("people.sign_in_page", next=back), 303))


def _page_that_carries() -> Response:
    """Answer a form whose sender is no longer signed in with a page that keeps what was typed."""
    from mms_core.forms import blank
    from mms_core.people.carrying import pack
    from mms_core.people.schemas import SignInSchema
    from mms_core.people.views import sign_in_form

    shown = sign_in_form(blank(SignInSchema), request.path, pack())
    return Response(shown, 401, mimetype="text/html")
