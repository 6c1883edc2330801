"""Reads SQL as PostgreSQL is sent it: which municipal tables it touches, and by which condition."""

from __future__ import annotations

import re

from mms_core.db import Base, TenantScoped, db

LITERAL = re.compile(r"'(?:[^']|'')*'")
LASTING = re.compile(
    r"(?:^|;)\s*(?:set\s+(?!local\b)|reset\b|discard\b|prepare\b|listen\b)|set_config",
    re.IGNORECASE,
)
NO_ALIAS = "(?!(?:on|where|set|join|left|inner|order|group|limit|for|values|returning)\\b)"
MENTION = re.compile(
    rf"(?:from|join|update|into|,)\s+(?:only\s+)?(\w+\.\w+)(?:\s+(?:as\s+)?{NO_ALIAS}(\w+))?",
    re.IGNORECASE,
)


def scoped_tables() -> set[str]:
    """Name the tables of municipalities, with their schema."""
    return {
        f"{mapper.local_table.schema}.{mapper.local_table.name}"
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, TenantScoped)
    }


def plain(statement: str) -> str:
    """Give a statement on one line, without quotes and literals."""
    return " ".join(LITERAL.sub("''", statement).replace('"', "").split())


def mentions(statement: str, tables: set[str]) -> list[tuple[str, str]]:
    """Give each table of municipalities that a statement touches, with its alias."""
    found = MENTION.findall(plain(statement))
    return [(table, alias) for table, alias in found if table in tables]


def unscoped(statement: str, tables: set[str]) -> list[str]:
    """Name the tables that a statement touches without asking for their municipality.

    Each needs a condition on its own `tenant_id`, or to have it among the columns of an insert; a
    person's own index rows may be found by the person instead.
    """
    sql = plain(statement)
    return [
        table
        for table, alias in mentions(sql, tables)
        if not re.search(rf"insert into {table} \([^)]*\btenant_id\b", sql, re.IGNORECASE)
        and not _asks(sql, {alias, table, table.partition(".")[2]} - {""})
        and not ((owner := owners().get(table)) and re.search(rf"\b{owner}\s*=", sql))
    ]


def owners() -> dict[str, str]:
    """Name the tables that a person may search in every municipality, and by which column."""
    models = [mapper.class_ for mapper in db.Model.registry.mappers]
    return {
        model.__table__.fullname: model.own_by for model in models if getattr(model, "own_by", "")
    }


def _asks(sql: str, names: set[str]) -> bool:
    own = "|".join(re.escape(f"{name}.") for name in names) + r"|(?<![.\w])"
    conditions = "".join(re.split(r"\b(?:on|where)\b", sql, flags=re.IGNORECASE)[1:])
    return bool(re.search(rf"(?:{own})tenant_id\s*(?:=|in\b)|=\s*(?:{own})tenant_id\b", conditions))
