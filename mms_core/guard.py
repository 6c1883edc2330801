"""The guard of a module's pages: off answers 404 on each route, trial is for staff only."""

from __future__ import annotations

from flask import Blueprint, g, request

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
    if module in registry().quarantined or "tenant" not in g or g.tenant is None:
        raise NotFound
    now = tenant_modules().get(module)
    if now is None or now.state == "off":
        raise NotFound(_("This service is not switched on in this municipality."))
    if now.state == "trial" and not is_staff(g.tenant.id):
        raise NotFound(_("This service is not switched on in this municipality."))
    g.module = module
    g.module_settings = settings_of(registry(), module, stored=now.settings)


def tenant_modules() -> dict[str, Switched]:
    """Give how all modules stand in this request's municipality; read once a request."""
    if "tenant_modules" not in g:
        g.tenant_modules, g.public_version = _standing()
    modules: dict[str, Switched] = g.tenant_modules
    return modules


def _standing() -> tuple[dict[str, Switched], str | None]:
    """Read how modules stand; the version of public pages only for what may be kept."""
    if g.get("tenant") is None:
        return {}, None
    if method_is_safe():
        return switched_at(g.tenant.id)
    return switched(g.tenant.id), None


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
