"""A hall's navigation: what the modules that are on contribute, in a stable order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, url_for

from mms_core import here
from mms_core.clock import local_day
from mms_core.contributions import NavItem
from mms_core.guard import modules_on, tenant_modules
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.kept import Kept
from mms_core.moderation.queue import work
from mms_core.modules import registry
from mms_core.monitoring.letters import waiting
from mms_core.people.current import acting, is_staff
from mms_core.tenancy.hosts import owner

MOST = 256  # municipalities, each in each language


def init_app(app: Flask) -> None:
    """Have a place for the lines that strangers see."""
    app.extensions["mms_navigation"] = Kept(most=MOST)


def navigation() -> list[NavItem]:
    """Give the lines for this page's municipality; empty on national pages."""
    given = here.given()
    if not given.get("tenant"):
        return []
    if "navigation" not in given:
        given.navigation = _contributed() if acting() else _of_strangers(given.tenant)
    found: list[NavItem] = given.navigation
    return found


def _of_strangers(tenant: Any) -> list[NavItem]:
    """Give what every stranger sees, kept by the same version as whole pages are."""
    tenant_modules()
    version = here.given().get("public_version")
    if version is None:
        return _contributed()
    kept: Kept = here.application().extensions["mms_navigation"]
    whose = (tenant.id, locale(), here.asked().script_root, owner())
    return kept.made(whose, (version, local_day(datetime.now(UTC))), _in_words)


def _in_words() -> list[NavItem]:
    """Say the titles at once, in the language by which the lines are kept."""
    return [replace(item, title=str(item.title)) for item in _contributed()]


def _contributed() -> list[NavItem]:
    answers = registry().ask_all("mms_navigation", modules_on(), tenant=g.tenant, person=acting())
    items = [item for _name, given in answers for item in given]
    return sorted([*items, *_of_staff()], key=lambda item: item.order)


def letters_asked() -> int:
    """Say how many letters of the ministry wait, as the navigation has counted them."""
    navigation()
    found: int = g.get("letters_asked", 0)
    return found


def _of_staff() -> list[NavItem]:
    """Give those who work in this hall the way to its modules; the header leads to the desk."""
    if not is_staff(g.tenant.id):
        return []
    found = work(g.tenant.id, beside=waiting(g.tenant.id))
    waits, asked = found.words, found.beside
    g.letters_asked = asked
    moderation = _("Moderation (%(count)s)", count=waits) if waits else _("Moderation")
    letters = _("Letters of the ministry")
    if asked:
        letters = _("Letters of the ministry (%(count)s)", count=asked)
    return [
        NavItem(title=moderation, url=url_for("moderation_desk.queue_page"), order=880, desk=True),
        NavItem(
            title=_("Promises"), url=url_for("promises_desk.index_of_staff"), order=870, desk=True
        ),
        NavItem(title=_("Our figures"), url=url_for("own_figures.index"), order=892, desk=True),
        NavItem(title=letters, url=url_for("letters_desk.inbox"), order=893, desk=True),
        NavItem(title=_("Dates and reminders"), url=url_for("clock.ladder"), order=895, desk=True),
        NavItem(
            title=_("Parallel platforms"), url=url_for("platforms.index"), order=898, desk=True
        ),
        NavItem(title=_("Settlements"), url=url_for("settlements.index"), order=897, desk=True),
        NavItem(title=_("Modules"), url=url_for("switching.index"), order=900, desk=True),
    ]
