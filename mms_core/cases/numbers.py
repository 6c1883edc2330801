"""A case's number: the municipality's prefix, the year, a running number and a check digit.

The running number comes from a sequence of the municipality, so that two citizens never wait for
each other. The check digit is Damm's, which finds every wrong digit and every pair of swapped
neighbours; ISO 7064 mod 11,10 let seven in a thousand swaps pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, select, true
from sqlalchemy.dialects.postgresql import REGCLASS
from stdnum import damm

from mms_core.asking import Question, ask
from mms_core.cases.days_off import HOLDING, counted
from mms_core.clock import DayOff
from mms_core.db import SCHEMA
from mms_core.i18n import TBILISI

NO_VALUES: Mapping[str, Any] = MappingProxyType({})
PATTERN = re.compile(r"\s*([A-Za-z]{3})[\s-]*(\d{4})[\s-]*(\d{5,9})[\s-]*(\d)\s*\Z", re.ASCII)


RUNNING = select(func.nextval(cast(bindparam("sequence", type_=Text), REGCLASS)).label("running"))
HELD = HOLDING.subquery("held")


def number_if(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Write the question for a number that is spent only where something holds, as a constant."""
    number = RUNNING.where(*wanted).subquery("number")
    return (
        select(number.c.running, HELD.c.day, HELD.c.name_ka, HELD.c.name_en)
        .select_from(number)
        .outerjoin(HELD, true())
    )


BOTH = number_if()


class Numbered(NamedTuple):
    """What every new case needs: its number, and the extra days off for its date."""

    number: str
    off: tuple[DayOff, ...]


def next_number(tenant_id: int, prefix: str, *, now: datetime) -> Numbered:
    """Give the next number and the extra days off: one question."""
    return numbered(prefix, ask(*numbering(tenant_id)), now=now)


def numbering(
    tenant_id: int, asked: Select[Any] = BOTH, values: Mapping[str, Any] = NO_VALUES
) -> Question:
    """Give the question that `numbered` is told the answer of, to be asked along with others.

    A number that is given is spent, whether a case comes of it or not; `asked` is of `number_if`,
    with its own `values`, where something must hold first.
    """
    own = {"tenant": tenant_id, "sequence": f"{SCHEMA}.case_no_{int(tenant_id)}"}
    return asked, {**values, **own}


def numbered(prefix: str, rows: Sequence[Any], *, now: datetime) -> Numbered:
    """Read the answer of `numbering`."""
    number = make(prefix, year=now.astimezone(TBILISI).year, running=rows[0].running)
    return Numbered(number, counted([row for row in rows if row.day is not None]))


def make(prefix: str, *, year: int, running: int) -> str:
    """Put a number together."""
    return f"{prefix}-{year}-{running:06d}-{_check_digit(prefix, f'{year}{running:06d}')}"


def _check_digit(prefix: str, digits: str) -> str:
    letters = "".join(f"{ord(letter) - 55}" for letter in prefix)
    return str(damm.calc_check_digit(letters + digits))


def read(typed: str) -> str | None:
    """Read a number as a person typed it; None when it is none or its check digit is wrong."""
    found = PATTERN.match(typed)
    if not found:
        return None
    prefix, year, running, check = found.groups()
    prefix = "".join(chr(ord(letter) & ~32) for letter in prefix)
    if _check_digit(prefix, year + running) != check:
        return None
    return f"{prefix}-{year}-{running}-{check}"
