"""What an address of the ministry's pages asks for: region, module and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from mms_core.clock import local_day
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.monitoring.figures import Key, Period, Standing, period
from mms_core.monitoring.overview import Subject
from mms_core.tenancy import rules as tenancy


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for; what makes no sense is left out."""

    span: Period
    region: str
    module: str
    public: bool = False  # the page for everybody, without letters and what stands still

    @property
    def key(self) -> tuple[object, ...]:
        """All that makes one page of figures differ from another."""
        return (self.span, self.region, self.module, self.public, locale())

    @property
    def given(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        return {"region": self.region, "module": self.module, "period": self.span.name}


def asked_filters(*, public: bool = False) -> Filters:
    """Read the filters of this request."""
    region, module = request.args.get("region", ""), request.args.get("module", "")
    span = period(request.args.get("period", ""), today=local_day(datetime.now(UTC)))
    return Filters(
        span=span,
        region=region if tenancy.region_of(region) else "",
        module=module if module in subjects() else "",
        public=public,
    )


def subjects(reasons: dict[str, str] | None = None) -> dict[str, Subject]:
    """Name every module of the installation, the quarantined ones last."""
    modules = registry()
    why = modules.quarantined if reasons is None else reasons
    sound = {
        name: Subject(name=name, title=loaded.module.title, reason=why.get(name, ""))
        for name, loaded in modules.loaded.items()
    }
    broken = {
        name: Subject(name=name, title=name, reason=reason)
        for name, reason in modules.quarantined.items()
    }
    return sound | broken


def gone(standings: Mapping[Key, Standing]) -> dict[str, Subject]:
    """Name the modules that halls still have, and that are on this machine no more."""
    known = subjects()
    names = {module for (_hall, module), one in standings.items() if one.state != "off"}
    reason = _("It is not installed here any more. Its figures and decisions are kept.")
    return {
        name: Subject(name=name, title=name, reason=reason) for name in sorted(names - {*known})
    }


def periods() -> list[tuple[str, str]]:
    """Name the periods that can be chosen."""
    return [
        ("12", _("The last twelve months")),
        ("36", _("The last 36 months")),
        ("year", _("This calendar year")),
        ("month", _("This month")),
    ]
