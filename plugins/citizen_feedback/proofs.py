"""Proofs that somebody has used a programme (art. 3.2): lists, vouchers, an officer's word.

Each proof is good for one rating. What has been used up is remembered as a keyed hash in a table
that has nothing else, so that the hall cannot read from it who has rated what.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from mms_core.cases.keys import SIGNS
from mms_core.db import db, uuid7
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.people import vault
from mms_core.people.eligibility import age_on
from mms_core.people.rules import normal_personal_number, profile_of
from plugins.citizen_feedback.models import (
    Programme,
    ProgrammeUse,
    SpentUse,
    Voucher,
    VoucherBatch,
)

LENGTH = 8  # signs of a code: 31 to the 8th, and guessing is limited
MOST = 2000  # vouchers of one batch
ADULT = 18  # art. 3.2
AT_ONCE = 2000  # lines of a list that go to the database together
# One statement for many lines: a list may have a hundred thousand.
ADD_USES = text("""
    insert into citizen_feedback.programme_use (tenant_id, programme_id, person_mark, used_on)
    select :tenant, :programme, mark, day
    from unnest(cast(:marks as text[]), cast(:days as date[])) as given(mark, day)
    on conflict do nothing
""")


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A use that can still be rated: its programme, and the mark that spends it."""

    programme_id: uuid.UUID
    spends: str


def person_mark(tenant_id: int, programme_id: uuid.UUID, number: str) -> str:
    """Hash a personal number with the installation's key; it differs by programme."""
    return vault.mark("feedback:use", f"{tenant_id}:{programme_id}:{number}")


def _spends(*parts: object) -> str:
    return vault.mark("feedback:spent", ":".join(str(part) for part in parts))


def spend(tenant_id: int, proof: Proof) -> None:
    """Use a proof up; Refused when it has been used, also by a request of the same moment."""
    table = SpentUse.__table__
    row = upsert(table).values(tenant_id=tenant_id, mark=proof.spends).on_conflict_do_nothing()
    if db.session.execute(row.returning(table.c.mark)).first() is None:
        raise Refused(_("This use of the programme has been rated already. Thank you."))


def is_spent(tenant_id: int, proof: Proof) -> bool:
    """Tell whether a proof has been used up."""
    mine = (SpentUse.tenant_id == tenant_id) & (SpentUse.mark == proof.spends)
    return db.session.execute(select(SpentUse.mark).where(mine)).first() is not None


# --- lists of beneficiaries ----------------------------------------------------------------------


def add_uses(programme: Programme, uses: Iterable[tuple[str, date]]) -> Iterator[int]:
    """Keep uses given as (personal number, day); yields how many lines are through, as it goes.

    The same person on the same day is one use, so that a list can be taken in twice.
    """
    done, source = 0, iter(uses)
    while chunk := list(islice(source, AT_ONCE)):
        rows = {
            (person_mark(programme.tenant_id, programme.id, number), day) for number, day in chunk
        }
        ordered = sorted(rows)
        given = {
            "tenant": programme.tenant_id,
            "programme": programme.id,
            "marks": [mark for mark, _day in ordered],
            "days": [day for _mark, day in ordered],
        }
        db.session.execute(ADD_USES, given)
        done += len(chunk)
        yield done


def uses_of(programme: Programme) -> int:
    """Count the uses that lists have proven."""
    mine = (ProgrammeUse.tenant_id == programme.tenant_id) & (
        ProgrammeUse.programme_id == programme.id
    )
    return db.session.scalar(select(func.count()).select_from(ProgrammeUse).where(mine)) or 0


def proof_of_person(programme: Programme, account_id: uuid.UUID) -> Proof | None:
    """Find a use of a signed-in person that is not rated yet, or None."""
    number = vault.reveal(profile_of(account_id).personal_number)
    if not number:
        return None
    mark = person_mark(programme.tenant_id, programme.id, number)
    table = ProgrammeUse
    mine = (
        (table.tenant_id == programme.tenant_id)
        & (table.programme_id == programme.id)
        & (table.person_mark == mark)
    )
    days = db.session.scalars(select(table.used_on).where(mine).order_by(table.used_on))
    proofs = (_of_use(programme, mark, day) for day in days)
    return next((p for p in proofs if not is_spent(programme.tenant_id, p)), None)


def _of_use(programme: Programme, mark: str, day: date) -> Proof:
    return Proof(programme_id=programme.id, spends=_spends(programme.id, mark, day))


# --- vouchers ------------------------------------------------------------------------------------


def make_vouchers(
    programme: Programme, *, count: int, expires_on: date, made_by: str, attested: bool = False
) -> VoucherBatch:
    """Make vouchers to be handed over at the service; their codes are never stored."""
    batch = VoucherBatch(
        tenant_id=programme.tenant_id,
        id=uuid7(),
        programme_id=programme.id,
        count=count,
        expires_on=expires_on,
        made_by=made_by,
        attested=attested,
    )
    db.session.add(batch)
    db.session.flush()
    rows = [
        {"tenant_id": batch.tenant_id, "batch_id": batch.id, "code_mark": code_mark(batch, code)}
        for code in codes(batch)
    ]
    db.session.execute(insert(Voucher.__table__), rows)
    return batch


def codes(batch: VoucherBatch) -> list[str]:
    """Give the codes of a batch; they follow from the installation's key, to be printed anew."""
    return [_code(batch, place) for place in range(batch.count)]


def _code(batch: VoucherBatch, place: int) -> str:
    raw = bytes.fromhex(vault.mark("feedback:code", f"{batch.tenant_id}:{batch.id}:{place}"))
    return "".join(SIGNS[byte % len(SIGNS)] for byte in raw[:LENGTH])


def code_mark(batch: Any, code: str) -> str:
    """Hash a code with the installation's key; `batch` is anything that has the tenant_id."""
    return vault.mark("feedback:voucher", f"{batch.tenant_id}:{code}")


def read_code(typed: str) -> str:
    """Read a code as people type it: spaces, hyphens and capitals do not matter; "" for none."""
    plain = "".join(sign for sign in typed.lower() if sign not in " -–.\u00a0")[-LENGTH:]
    return plain if len(plain) == LENGTH and set(plain) <= set(SIGNS) else ""


def shown_code(prefix: str, code: str) -> str:
    """Write a code for paper, with the hall's letters before it: TSK-ab23-cd45."""
    return f"{prefix}-{code[:4]}-{code[4:]}"


def batch_of_code(tenant_id: int, code: str) -> VoucherBatch | None:
    """Find the batch to which a code belongs, or None for a code that this hall never made."""
    mark = vault.mark("feedback:voucher", f"{tenant_id}:{code}")
    found = (
        select(VoucherBatch)
        .join(
            Voucher,
            (Voucher.tenant_id == VoucherBatch.tenant_id) & (Voucher.batch_id == VoucherBatch.id),
        )
        .where(Voucher.tenant_id == tenant_id, Voucher.code_mark == mark)
    )
    return db.session.scalars(found).one_or_none()


def proof_of_code(batch: VoucherBatch, code: str) -> Proof:
    """Give the proof that a code is."""
    return Proof(programme_id=batch.programme_id, spends=_spends("voucher", batch.tenant_id, code))


# --- an officer's word ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Attested:
    """What an officer has seen on a citizen's papers."""

    personal_number: str
    birth_date: date
    used_on: date


def attest(
    programme: Programme, seen: Attested, *, by: str, expires_on: date, now: datetime
) -> str:
    """Give a citizen who used the programme a voucher of their own; gives its code.

    Refused for a person under 18 (art. 3.2), for a day outside the budget year, and for a use that
    was rated or attested before.
    """
    number = normal_personal_number(seen.personal_number)
    if age_on(seen.birth_date, now.date()) < ADULT:
        raise Refused(_("Only people of 18 or more rate a programme (article 3.2)."))
    if not programme.starts_on <= seen.used_on <= programme.ends_on:
        raise Refused(_("The day of use lies outside the period of the programme."))
    mark = person_mark(programme.tenant_id, programme.id, number)
    spend(programme.tenant_id, _of_use(programme, mark, seen.used_on))
    batch = make_vouchers(programme, count=1, expires_on=expires_on, made_by=by, attested=True)
    return codes(batch)[0]
