"""What stands before a switch: the live checklist of the core's lines and the module's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.contributions import Check
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.switching.grounds import decided_act, grounds, whole
from mms_core.switching.rules import Switched, allowed, settings_of, standing, switched

OPENING = "on"
# The core's lines; a module's line of the same name speaks for it, but evidence is asked of all.
TITLES: Mapping[str, Any] = {
    "allowed": _("The ministry allows this module here"),
    "legal_act": _("A legal act with number and date stands behind it"),
    "managing_unit": _("A unit of the city hall manages it"),
    "privacy_contact": _("The data protection officer can be reached"),
    "answer_days": _("The time until the answer is set"),
    "contacts": _("Residents can reach the city hall"),
    "residents_informed": _("Residents were informed, and it can be seen where"),
}
REMEDIES: Mapping[str, Any] = {
    "allowed": _("Ask the ministry; until then the module can only be closed or off."),
    "legal_act": _("Write the number and the date of the act."),
    "managing_unit": _("Choose the unit."),
    "privacy_contact": _("Write how the officer is reached; it holds for all modules."),
    "answer_days": _("Set the days in the settings."),
    "contacts": _("The administrator writes the hall's e-mail or hotline into its file."),
    "residents_informed": _(
        "Write the day, and a link or the number of the minutes; or attach a file."
    ),
}


def readiness(
    registry: Registry, tenant: Any, *, module: str, now: Mapping[str, Switched]
) -> list[Check]:
    """List what must be true before switching on: the core's lines, then the module's own."""
    answers = registry.ask_all("mms_readiness", [module], tenant=tenant)
    given = [check for _name, found in answers for check in found]
    said = {check.name for check in given if check.done}
    lines = _of_core(registry, tenant, module, said)
    core = [
        Check(name=name, title=TITLES[name], done=done, remedy=REMEDIES[name])
        for name, done in lines.items()
    ]
    required = _required(registry, module, now)
    return [core[0], *required, *core[1:], *(c for c in given if c.name not in TITLES)]


def _of_core(registry: Registry, tenant: Any, module: str, said: set[str]) -> dict[str, bool]:
    found = grounds(tenant.id, module)
    act = whole(found, "legal_act") or "legal_act" in said or decided_act(tenant.id, module)
    return {
        "allowed": allowed(tenant.id, module),
        "legal_act": act,
        "managing_unit": whole(found, "managing_unit") or "managing_unit" in said,
        "privacy_contact": whole(found, "privacy_contact") or "privacy_contact" in said,
        "answer_days": _answers_in_time(registry, tenant.id, module),
        "contacts": any(tenant.contacts.get(way) for way in ("email", "hotline")),
        "residents_informed": whole(found, "residents_informed"),
    }


def _answers_in_time(registry: Registry, tenant_id: int, module: str) -> bool:
    """Tell whether each kind of case that is owed an answer has its days."""
    stored = settings_of(registry, module, stored=standing(tenant_id, module).settings)
    kinds = (kind for kind in registry.loaded[module].case_types if kind.must_answer)
    policies = [kind.deadline.chosen(stored.get(kind.days_setting or "")) for kind in kinds]
    return all(policy.longest > 0 for policy in policies)


def _required(registry: Registry, module: str, now: Mapping[str, Switched]) -> list[Check]:
    checks = []
    for other in registry.loaded[module].module.requires:
        loaded = registry.loaded.get(other)
        called = str(loaded.module.title) if loaded else other
        checks.append(
            Check(
                name=f"requires:{other}",
                title=_("Its requirement is on: %(name)s", name=called),
                done=other in now and now[other].state != "off",
                remedy=_("Switch that module on first."),
            )
        )  # fmt: skip
    return checks


def missing(registry: Registry, tenant: Any, *, module: str, state: str) -> tuple[str, ...]:
    """Name the open lines when a module is opened to everybody, to be said with the decision."""
    if state != OPENING or tenant is None or module not in registry.loaded:
        return ()
    checks = readiness(registry, tenant, module=module, now=switched(tenant.id))
    return tuple(check.name for check in checks if not check.done)
