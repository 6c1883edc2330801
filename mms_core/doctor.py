"""`mms doctor`: what an administrator looks at first, each line with what to do about it."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from mms_core import doctor_database, doctor_standards
from mms_core.config import Settings
from mms_core.findings import Finding, bad, doubtful, good

OLDEST_PYTHON = (3, 11)
SCARCE = 2**30  # bytes free below which we warn
TOO_LITTLE = 200 * 2**20
SECRETS = ("secrets.json", "postgres/server.json")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question and who answers it."""

    title: str
    ask: Callable[[Settings], Iterator[Finding]]


def register(cli: click.Group) -> None:
    """Add the command to `mms`."""
    cli.add_command(doctor)


@click.command()
def doctor() -> None:
    """Look at this installation and say what is wrong and what to do; 1 when something is."""
    findings = list(examine(Settings.from_env()))
    for finding in findings:
        click.echo(f"{finding.level:<5} {finding.what}")
        if finding.remedy:
            click.echo(f"      {finding.remedy}")
    raise SystemExit(any(finding.level == "fail" for finding in findings))


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask every question; one that fails by itself is a finding too."""
    for check in CHECKS:
        try:
            yield from check.ask(settings)
        except Exception as problem:  # noqa: BLE001 - the doctor outlives every illness and names it
            yield bad(f"{check.title}: {problem}", "Mend that first, then ask again.")


def _python(_settings: Settings) -> Iterator[Finding]:
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        yield bad(f"Python {version}", "MMS needs Python 3.11 or newer.")
    else:
        yield good(f"Python {version}")
    try:
        ZoneInfo("Asia/Tbilisi")
    except ZoneInfoNotFoundError:
        yield bad("No time zone Asia/Tbilisi", "Install the package tzdata.")


def _disk(settings: Settings) -> Iterator[Finding]:
    place = next(path for path in _upwards(settings.data_dir) if path.exists())
    free = shutil.disk_usage(place).free
    what = f"Disk of {settings.data_dir}: {free // 2**20} MB free"
    if free < TOO_LITTLE:
        yield bad(what, "Make room now: PostgreSQL stops when the disk is full.")
    elif free < SCARCE:
        yield doubtful(what, "Make room soon, or move the folder and set MMS_DATA.")
    else:
        yield good(what)


def _upwards(path: Path) -> Iterator[Path]:
    path = path.absolute()
    yield from (path, *path.parents)


def _secrets(settings: Settings) -> Iterator[Finding]:
    """The installation's key opens personal data, so nobody else may read it."""
    for name in SECRETS:
        path = settings.data_dir / name
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield bad(f"{path} can be read by others ({mode:04o})", f"chmod 600 {path}")
        else:
            yield good(f"{path} is readable by its owner alone")
    if not settings.secret_key and not (settings.data_dir / "secrets.json").exists():
        yield doubtful("No key yet", "It is made at the first start; keep it with your backups.")


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        if settings.demo:
            yield good("Mail: the demo keeps letters at /demo/mail")
        else:
            yield bad("No mail server", "Set MMS_SMTP_URL; until then every letter waits.")
        return
    from mms_core.messages.channels import DeliveryError
    from mms_core.messages.smtp import Smtp

    try:
        Smtp(settings.smtp_url, sender=settings.mail_from).check()
    except (DeliveryError, ValueError) as problem:
        yield bad(f"Mail server: {problem}", "Check MMS_SMTP_URL and that the server runs.")
    else:
        yield good("The mail server answers")


def _public(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        return
    if not settings.public_url:
        yield bad("No public address", "Set MMS_PUBLIC_URL: letters carry links to it.")
    if not settings.https:
        yield doubtful("Cookies go without HTTPS", "Serve by HTTPS and set MMS_HTTPS=1.")
    if settings.rate_storage.startswith("memory") and settings.web_processes > 1:
        yield doubtful(
            "Rate limits are counted by each web process alone",
            "With several machines set MMS_RATE_STORAGE to a redis:// address.",
        )


CHECKS = (
    Check(title="Python", ask=_python),
    Check(title="Disk", ask=_disk),
    Check(title="Secrets", ask=_secrets),
    Check(title="Database", ask=doctor_database.server),
    Check(title="Roles", ask=doctor_database.roles),
    Check(title="Tables", ask=doctor_database.tables),
    Check(title="Settings of modules", ask=doctor_database.module_settings),
    Check(title="National defaults", ask=doctor_standards.standards),
    Check(title="Worker", ask=doctor_database.worker),
    Check(title="Demo accounts", ask=doctor_database.demo_accounts),
    Check(title="Mail", ask=_mail),
    Check(title="Public address", ask=_public),
)
