"""Adds a municipality: its file is written into the installation's own folder, and synced.

The files that come with the software stay as they are, so that an update never meets a changed one.
The file is checked by the schema and the rules of `tenants/` before a table is touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from mms_core.config import Settings
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.tenancy import files, rules
from mms_core.tenancy.schemas import TenantSchema
from mms_core.tenancy.sync import sync

# What is wrong with a field of the file, in the words of the page; the schema's are the files'.
WORDS: Mapping[str, Any] = {
    "slug": _("Small Latin letters, digits and hyphens, and no word of the country's own pages."),
    "case_prefix": _("Three capital Latin letters that no other municipality has."),
    "region": _("Choose a region."),
    "population": _("The number of residents by the census."),
    "hosts": _("Names of hosts in small letters, a line each, without https://."),
    "lat": _("Degrees of latitude inside Georgia, as 42.32858."),
    "lon": _("Degrees of longitude inside Georgia, as 42.59785."),
    "primary": _("A colour in six digits, as #0f7c86."),
    "accent": _("A colour in six digits, as #0f7c86."),
    "email": _("An e-mail address, or nothing."),
    "ka": _("Write the name in Georgian letters, without needless spaces."),
    "en": _("Write the name in English, without needless spaces."),
}
FIELDS = {  # where the page asks for what stands in the file
    ("name", "ka"): "name_ka", ("name", "en"): "name_en",
    ("short_name", "ka"): "short_ka", ("short_name", "en"): "short_en",
    ("seat", "ka"): "seat_ka", ("seat", "en"): "seat_en",
    ("seat", "lat"): "lat", ("seat", "lon"): "lon",
    ("theme", "primary"): "primary", ("theme", "accent"): "accent",
    ("contacts", "email"): "email",
}  # fmt: skip


def folder(settings: Settings) -> Path:
    """Give the folder of the municipalities that this installation added itself."""
    return settings.data_dir / "tenants"


def as_file(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Make of what the page asked for what a municipality's file says."""
    seat = {
        "ka": typed["seat_ka"],
        "en": typed["seat_en"],
        "lat": typed["lat"],
        "lon": typed["lon"],
    }
    return {
        "number": max((tenant.id for tenant in rules.all_tenants()), default=0) + 1,
        "slug": typed["slug"],
        "seed_name": typed["name_ka"],
        "kind": typed["kind"],
        "case_prefix": typed["case_prefix"],
        "region": typed["region"],
        "population": typed["population"],
        "languages": ["ka", "en"],
        "successor": "",
        "hosts": [line.strip() for line in typed["hosts"].splitlines() if line.strip()],
        "first_modules": [],
        "settlements": [{**seat, "kind": "town"}],
        "name": {"ka": typed["name_ka"], "en": typed["name_en"]},
        "short_name": {"ka": typed["short_ka"], "en": typed["short_en"]},
        "name_drafts": {"reviewed": False, "az": "", "hy": "", "ru": ""},
        "seat": seat,
        "theme": {name: typed[name] for name in ("primary", "accent", "header", "corner", "band")},
        "contacts": {"website": "", "email": typed["email"], "hotline": ""},
        "legal": {"statute": "", "ordinance": ""},
    }


def add(settings: Settings, said: Mapping[str, Any]) -> list[str]:
    """Write and sync a municipality's file; Invalid names what is wrong, and nothing is kept."""
    _check(said)
    home = folder(settings)
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"{said['slug']}.toml"
    if path.exists():
        raise Invalid(_taken(), fields={"slug": [_taken()]})
    path.write_text(as_toml(said), encoding="utf-8")
    try:
        changes = sync(settings)
    except files.FilesError as problem:
        path.unlink()
        raise Invalid(str(problem), fields={"": [str(problem)]}) from problem
    except Exception:
        path.unlink()
        raise
    rules.forget()
    return changes


def _taken() -> Any:
    return _("Another municipality has this already.")


def _check(said: Mapping[str, Any]) -> None:
    """Hold it against the schema of the files, and against the municipalities that there are."""
    wrong: dict[str, list[Any]] = {}
    try:
        TenantSchema().load(dict(said))
    except ma.ValidationError as problem:
        messages: Any = problem.messages
        for name, below in messages.items():
            for key in below if isinstance(below, dict) else [""]:
                place = FIELDS.get((name, key), name)
                wrong.setdefault(place, [WORDS.get(str(key) or name) or WORDS.get(name, below)])
    wrong.pop("settlements", None)  # the seat again
    wrong.pop("seed_name", None)  # the name again
    tenants = rules.all_tenants()
    for name in ("slug", "case_prefix"):
        if said.get(name) in {getattr(tenant, name) for tenant in tenants}:
            wrong.setdefault(name, [_taken()])
    if any(host in tenant.hosts for tenant in tenants for host in said.get("hosts", ())):
        wrong.setdefault("hosts", [_taken()])
    if wrong:
        raise Invalid(_("Some fields are not right yet."), fields=wrong)


def as_toml(said: Mapping[str, Any]) -> str:
    """Write a municipality's file: values first, then its tables."""
    tables = {key: value for key, value in said.items() if isinstance(value, dict)}
    lines = [f"{key} = {_value(value)}" for key, value in said.items() if key not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # the same in TOML for texts, numbers, truths
