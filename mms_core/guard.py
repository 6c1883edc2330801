"""The guard of a module's pages: off answers 404 on each route, trial is for staff only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, g
from flask.ctx import _AppCtxGlobals
from werkzeug.wrappers import Response

from mms_core import here
from mms_core.along import ALONG, is_marked, surely
from mms_core.asking import ask, ask_ahead, ask_now
from mms_core.errors import NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.people.current import is_staff
from mms_core.switching.rules import Switched, how_stands_at, noted, settings_of, switched

Values = ParamSpec("Values")
Answer = TypeVar("Answer")


class Given(_AppCtxGlobals):
    """What Flask keeps of a request; whoever wants the module's settings enters the module now."""

    def __getattr__(self, name: str) -> Any:
        """Give what is not there yet, which Python asks for last of all."""
        if name == "module_settings" and "entering" in self:
            tenant_modules()
        return super().__getattr__(name)


def attach_guard(blueprint: Blueprint, module: str) -> None:
    """Stand before every page of a module; the author cannot forget it."""

    def guard() -> Response | None:
        return enter_module(module)

    # First of all, whatever the module itself asks before a request.
    blueprint.before_request_funcs.setdefault(None, []).insert(0, guard)


def enter_module(module: str) -> Response | None:
    """Let the request into a module's pages, or raise NotFound as if there were none.

    Gives the answer of a form that came before.
    """
    given = here.given()
    tenant = given.get("tenant")
    if module in registry().quarantined or tenant is None:
        raise NotFound
    if "tenant_modules" not in given and _enters_along():
        given.entering = module
        ask_ahead(_note, how_stands_at(tenant.id))
        return None
    return surely(lambda: _let_in(module))


def enters_along(view: Callable[Values, Answer]) -> Callable[Values, Answer | Response]:
    """Let the guard's question go along with a page's first one (`asking`).

    A page that only reads then waits for the database once less, unless it looks at the settings of
    the module before its first answer. What it gives is not sent where the module is off.

    A post does so too, and its form's key goes along. It may be done twice (see `along`), so until
    its first answer it only looks at what was typed.
    """

    @wraps(view)
    def entered(*args: Values.args, **values: Values.kwargs) -> Answer | Response:
        def post() -> Answer:
            _let_in(here.given().module)  # once more, where the first time did not hold
            return view(*args, **values)

        if not method_is_safe():
            return surely(post, last=True)
        answer = view(*args, **values)
        tenant_modules()
        return answer

    setattr(entered, ALONG, True)
    return entered


def _enters_along() -> bool:
    asked = here.asked()
    if asked.method not in {"GET", "HEAD"}:  # OPTIONS is answered without the view
        return False
    return is_marked()


def _let_in(module: str) -> None:
    """Go on with a module that is on, and for the staff with one in trial; NotFound otherwise."""
    given = here.given()
    now = tenant_modules().get(module)
    if now is None or now.state == "off":
        raise NotFound(_("This service is not switched on in this municipality."))
    if now.state == "trial" and not is_staff(given.tenant.id):
        raise NotFound(_("This service is not switched on in this municipality."))
    given.module = module
    given.module_settings = settings_of(registry(), module, stored=now.settings)


def tenant_modules() -> dict[str, Switched]:
    """Give how all modules stand in this request's municipality; read once a request."""
    given = here.given()
    if "tenant_modules" not in given:
        _read()
    modules: dict[str, Switched] = given.tenant_modules
    return modules


def _read() -> None:
    """Read how modules stand; the version of public pages only for what may be kept."""
    given = here.given()
    if "entering" in given:
        ask_now()
        given.pop("entering", None)  # what failed before it was answered enters no more
    if "tenant_modules" in given:
        return
    if given.get("tenant") is None:
        given.tenant_modules, given.public_version = {}, None
    elif method_is_safe():
        _note(ask(*how_stands_at(given.tenant.id)))
    else:
        given.tenant_modules, given.public_version = switched(given.tenant.id), None


def _note(rows: Sequence[Any]) -> None:
    given = here.given()
    given.tenant_modules = noted(given.tenant.id, rows)
    given.public_version = rows[0].public if rows else None
    entering = given.pop("entering", None)
    if entering is not None:
        _let_in(entering)


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
    return here.asked().method in {"GET", "HEAD", "OPTIONS"}
