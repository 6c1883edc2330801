"""What the doctor asks of the ministry's defaults and bounds: do they hold, and do the halls?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from psycopg.rows import namedtuple_row

from mms_core.config import Settings
from mms_core.db import SCHEMA
from mms_core.doctor_database import administrator
from mms_core.findings import Finding, doubtful, good

STANDARDS = f"select module, setting, value, bound, at from {SCHEMA}.module_standard"  # noqa: S608 - a constant of ours
HALLS = (
    f"select m.slug, s.module, s.settings from {SCHEMA}.tenant_module s"  # noqa: S608 - a constant of ours
    f" join {SCHEMA}.municipality m on m.id = s.tenant_id order by m.slug, s.module"
)


def standards(settings: Settings) -> Iterator[Finding]:
    """Do the national defaults hold before the schemas of this version, and who stands outside?"""
    from mms_core.modules import discover
    from mms_core.switching.standards import standard_of

    schemas = {name: item.settings for name, item in discover().loaded.items() if item.settings}
    known: dict[str, dict[str, Any]] = {}
    with administrator(settings) as connection:
        cursor = connection.cursor(row_factory=namedtuple_row)
        rows: list[Any] = cursor.execute(STANDARDS).fetchall()
        halls: list[Any] = cursor.execute(HALLS).fetchall()
    for row in rows:
        known.setdefault(row.module, {})[row.setting] = standard_of(row)
    findings = [
        *(f for module, schema in schemas.items() for f in _broken(module, schema, known)),
        *(f for row in halls for f in _outside(row, schemas, known)),
    ]
    yield from findings or [good("National defaults and bounds hold")]


def _broken(
    module: str, schema: type[ma.Schema], known: dict[str, dict[str, Any]]
) -> Iterator[Finding]:
    fields = schema().fields
    for name, standard in known.get(module, {}).items():
        where = f"/ministry/modules/{module}/settings/"
        if name not in fields:
            yield doubtful(
                f"The ministry has set {name} of {module}, which this version does not have",
                "It touches nothing; the decision stays on record.",
            )
        elif standard.value is not None and schema().validate({name: standard.value}).get(name):
            yield doubtful(
                f"The national default of {name} in {module} no longer holds",
                f"Ask the ministry to correct it at {where}{name}.",
            )


def _outside(
    row: Any, schemas: dict[str, type[ma.Schema]], known: dict[str, dict[str, Any]]
) -> Iterator[Finding]:
    from mms_core.switching.standards import defaults, outside

    schema, mine = schemas.get(row.module), known.get(row.module, {})
    names = outside({**defaults(schema, mine), **row.settings}, mine) if schema else []
    if names:
        yield doubtful(
            f"{row.slug} stands outside of the ministry's bounds in {row.module}:"
            f" {', '.join(sorted(names))}",
            f"It goes on as it is; correct it at /{row.slug}/desk/modules/{row.module}/settings.",
        )
