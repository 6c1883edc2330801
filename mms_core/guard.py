"""The guard of a module's pages: off answers 404 on each route, trial is for staff only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from mms_core import here
from mms_core.errors import NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.people.current import is_staff
from mms_core.switching.rules import Switched, settings_of, switched, switched_at


def attach_guard(blueprint: Blueprint, module: str) -> None:
    """Stand before every page of a module; the author cannot forget it."""

    def guard() -> None:
        enter_module(module)

    # First of all, whatever the module itself asks before a request.
    blueprint.before_request_funcs.setdefault(None, []).insert(0, guard)


def enter_module(module: str) -> None:
    """Let the request into a module's pages, or raise NotFound as if there were none."""
    given = here.given()
    tenant = given.get("tenant")
    if module in registry().quarantined or tenant is None:
        raise NotFound
    now = tenant_modules().get(module)
    if now is None or now.state == "off":
        raise NotFound(_("This service is not switched on in this municipality."))
    if now.state == "trial" and not is_staff(tenant.id):
        raise NotFound(_("This service is not switched on in this municipality."))
    given.module = module
    given.module_settings = settings_of(registry(), module, stored=now.settings)


def tenant_modules() -> dict[str, Switched]:
    """Give how all modules stand in this request's municipality; read once a request."""
    given = here.given()
    if "tenant_modules" not in given:
        given.tenant_modules, given.public_version = _standing(given.get("tenant"))
    modules: dict[str, Switched] = given.tenant_modules
    return modules


def _standing(tenant: Any) -> tuple[dict[str, Switched], str | None]:
    """Read how modules stand; the version of public pages only for what may be kept."""
    if tenant is None:
        return {}, None
    return switched_at(tenant.id) if method_is_safe() else (switched(tenant.id), None)


def modules_on() -> list[str]:
    """Name the sound modules whose pages this person can reach in this municipality."""
    states = tenant_modules()
    loaded = registry().loaded
    wanted = [n for n in loaded if n in states and states[n].state != "off"]
    if any(states[n].state == "trial" for n in wanted) and not is_staff(g.tenant.id):
        wanted = [n for n in wanted if states[n].state != "trial"]
    return wanted


def require_open_door(module: str) -> None:
    """Refuse a new case when the module is closing or went off while the person was typing."""
    now = tenant_modules().get(module)
    if now is None or not now.takes_new:
        raise Refused(_("This service takes nothing new at the moment."))


def method_is_safe() -> bool:
    """Tell whether the request only reads."""
    return request.method in {"GET", "HEAD", "OPTIONS"}
