"""Decides on supports: one person, one support, counted without anybody waiting for anybody.

A support is a row whose key is the person; that is what keeps it single, whatever races. Figures
are appended as deltas and folded every minute. An account of less than a day, and a burst from one
network, are taken at once and counted a day later: a real neighbour loses nothing, a farm of
accounts wins nothing overnight, and the desk sees meanwhile what waits.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from mms_core import together
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import NotAllowed, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.people.eligibility import LEVEL_WORDS
from mms_core.people.models import Account, AccountProfile
from mms_core.people.vault import mark
from plugins.your_idea_to_mayor.listing import read
from plugins.your_idea_to_mayor.models import NAME, Follow, Idea, IdeaDelta, Support

KINDS = ("residents", "others", "unconfirmed")
CHECKED = timedelta(days=1)  # how long a new account's support waits until it is counted
BURST, WINDOW = 60, timedelta(hours=1)  # supports from one network that are counted at once
REMEMBERED = timedelta(days=2)  # how long it is known from which network a support came
NETWORKS = {4: 24, 6: 48}  # bits that the addresses of one network share
KNOWN_LEVEL = 2  # an identity that somebody has checked needs no day of waiting
SUPPORT, FOLLOW, DELTA = Support.__table__, Follow.__table__, IdeaDelta.__table__
IDEA = Idea.__table__
ACCOUNT, PROFILE = Account.__table__, AccountProfile.__table__
MOMENT = DateTime(timezone=True)

# Written once, and one statement: in a storm, building it costs more than the database does, and
# each way to the server is one more wait. It says who supports, whether that waits, and keeps it.
OF_LATE = (
    select(literal(1))
    .where(SUPPORT.c.tenant_id == bindparam("tenant"), SUPPORT.c.origin == bindparam("origin"))
    .where(SUPPORT.c.at > bindparam("since"))
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
CROWDED = (
    select(func.count()).select_from(OF_LATE).scalar_subquery() >= bindparam("most", type_=Integer)
) & (bindparam("origin") != "")
WAITS = bindparam("checked", type_=Boolean) & (
    (ACCOUNT.c.created > bindparam("young_since")) | CROWDED
)
KIND = case(
    (bindparam("unconfirmed", type_=Boolean), "unconfirmed"),
    (PROFILE.c.municipality == bindparam("tenant"), "residents"),
    else_="others",
)
WHO = (
    select(
        bindparam("tenant", type_=Integer).label("tenant_id"),
        bindparam("case", type_=Uuid).label("case_id"),
        ACCOUNT.c.id.label("person_id"),
        KIND.label("kind"),
        bindparam("now", type_=MOMENT).label("at"),
        case(
            (WAITS, bindparam("tomorrow", type_=MOMENT)), else_=bindparam("now", type_=MOMENT)
        ).label("counts_from"),
        (~WAITS).label("counted"),
        bindparam("origin", type_=Text).label("origin"),
    )
    .select_from(ACCOUNT.outerjoin(PROFILE, PROFILE.c.account_id == ACCOUNT.c.id))
    .where(ACCOUNT.c.id == bindparam("person"))
)
TAKE = (
    upsert(SUPPORT)
    .from_select([column.name for column in WHO.selected_columns], WHO)
    .on_conflict_do_nothing()
    .returning(SUPPORT.c.kind, SUPPORT.c.counted)
)


@dataclass(frozen=True, kw_only=True)
class Supporter:
    """Who supports: the account, its identity level, and the address it comes from."""

    id: uuid.UUID
    level: int = 0
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Supported:
    """What became of a support."""

    new: bool  # False when the person had supported the idea before
    counted: bool  # False when it is counted only after a day


def support(
    tenant_id: int,
    idea: Any,
    *,
    by: Supporter,
    settings: Mapping[str, Any],
    now: datetime,
) -> Supported:
    """Take a person's support of a public idea (a row with id, author_id, is_open, is_public).

    Raises NotAllowed below the identity level that the hall has set, Refused for the author's own
    idea and for one that is closed.
    """
    needed = int(settings["support_level"])
    if by.level < needed:
        raise NotAllowed(LEVEL_WORDS[needed])
    if idea.author_id == by.id:
        raise Refused(_("This is your own idea; it is others who can support it."))
    if not (idea.is_public and idea.is_open):
        raise Refused(_("This idea is closed and takes no more supports."))
    origin = network(by.address, now=now)
    asked = {
        "tenant": tenant_id,
        "case": idea.id,
        "person": by.id,
        "origin": origin,
        "now": now,
        "tomorrow": now + CHECKED,
        "since": now - WINDOW,
        "young_since": now - CHECKED,
        "most": BURST,
        "checked": by.level < KNOWN_LEVEL,
        "unconfirmed": not by.level,
    }
    new = read(TAKE, asked).first()
    if new is not None and new.counted:
        note(tenant_id, idea.id, {new.kind: 1})
    return Supported(new=new is not None, counted=new is None or new.counted)


def network(address: str, *, now: datetime) -> str:
    """Give the keyed hash of the network that an address belongs to, another one each day."""
    try:
        version = ip_address(address).version
        net = ip_network(f"{address}/{NETWORKS[version]}", strict=False)
    except ValueError:
        return ""
    return mark("support", f"{local_day(now)}:{net}")[:24]


def withdraw(tenant_id: int, case_id: uuid.UUID, *, person_id: uuid.UUID) -> bool:
    """Take a support back; tells whether there was one. Nothing of it is kept."""
    gone = delete(SUPPORT).where(*_of(tenant_id, case_id), SUPPORT.c.person_id == person_id)
    row = db.session.execute(gone.returning(SUPPORT.c.kind, SUPPORT.c.counted)).first()
    if row is not None and row.counted:
        note(tenant_id, case_id, {row.kind: -1})
    return row is not None


def _of(tenant_id: int, case_id: uuid.UUID) -> tuple[Any, Any]:
    return SUPPORT.c.tenant_id == tenant_id, SUPPORT.c.case_id == case_id


def note(tenant_id: int, case_id: uuid.UUID, figures: Mapping[str, int]) -> None:
    """Append a change of an idea's figures; public pages are drawn anew."""
    values = {"tenant_id": tenant_id, "id": uuid7(), "case_id": case_id, **figures}
    together.insert(DELTA, values)
    changed(tenant_id, NAME)


def taking_part() -> tuple[Any, Any]:
    """Give, as columns beside an idea, how `person` supports it (JSON, or null) and follows it."""
    person = bindparam("person", type_=Uuid)
    own = (SUPPORT.c.tenant_id == IDEA.c.tenant_id) & (SUPPORT.c.case_id == IDEA.c.case_id)
    said = func.json_build_object(
        literal_column("'counted'"), SUPPORT.c.counted,
        literal_column("'counts_from'"), SUPPORT.c.counts_from,
    )  # fmt: skip
    mine = select(said).where(own, SUPPORT.c.person_id == person).correlate(IDEA)
    theirs = (FOLLOW.c.tenant_id == IDEA.c.tenant_id) & (FOLLOW.c.case_id == IDEA.c.case_id)
    follows = select(FOLLOW.c.since).where(theirs, FOLLOW.c.person_id == person).correlate(IDEA)
    return mine.scalar_subquery().label("support"), follows.exists().label("follows")


def waiting_of(ideas: Any) -> Any:
    """Give the number of an idea's supports that are not counted yet, as a column for the desk."""
    own = (SUPPORT.c.tenant_id == ideas.c.tenant_id) & (SUPPORT.c.case_id == ideas.c.case_id)
    counted = select(func.count()).where(own, ~SUPPORT.c.counted).correlate(ideas)
    return counted.scalar_subquery().label("waiting")


def join(tenant_id: int, *, source: uuid.UUID, target: uuid.UUID) -> None:
    """Give an idea the supports of one merged into it: a person who supported both counts once."""
    columns = (SUPPORT.c.person_id, SUPPORT.c.kind, SUPPORT.c.at, SUPPORT.c.counts_from)
    theirs = select(
        SUPPORT.c.tenant_id, literal(target), *columns, SUPPORT.c.counted, literal(source)
    ).where(*_of(tenant_id, source), SUPPORT.c.via.is_(None))
    names = ["tenant_id", "case_id", *(column.name for column in columns), "counted", "via"]
    taken = upsert(SUPPORT).from_select(names, theirs).on_conflict_do_nothing()
    rows = db.session.execute(taken.returning(SUPPORT.c.kind, SUPPORT.c.counted)).all()
    _note_all(tenant_id, target, rows, sign=1)


def part(
    tenant_id: int, *, source: uuid.UUID, target: uuid.UUID, left: Iterable[uuid.UUID] = ()
) -> None:
    """Take from an idea again what one that was merged into it had brought.

    Those `left` in the group bring whom they share with it.
    """
    gone = delete(SUPPORT).where(*_of(tenant_id, target), SUPPORT.c.via == source)
    rows = db.session.execute(gone.returning(SUPPORT.c.kind, SUPPORT.c.counted)).all()
    _note_all(tenant_id, target, rows, sign=-1)
    for other in left:
        join(tenant_id, source=other, target=target)


def _note_all(tenant_id: int, case_id: uuid.UUID, rows: Any, *, sign: int) -> None:
    found = {kind: sum(r.kind == kind and r.counted for r in rows) * sign for kind in KINDS}
    if any(found.values()):
        note(tenant_id, case_id, found)


def forget(tenant_id: int, person_id: uuid.UUID) -> None:
    """Remove a person's supports in a municipality; they are counted no more."""
    mine = delete(SUPPORT).where(SUPPORT.c.tenant_id == tenant_id, SUPPORT.c.person_id == person_id)
    columns = (SUPPORT.c.case_id, SUPPORT.c.kind, SUPPORT.c.counted)
    for row in db.session.execute(mine.returning(*columns)).all():
        if row.counted:
            note(tenant_id, row.case_id, {row.kind: -1})


# --- folding -------------------------------------------------------------------------------------

# What is deleted is what is added, whoever appends meanwhile.
FOLD = text(f"""
    with taken as (
        delete from {NAME}.idea_delta where tenant_id = :tenant
        returning case_id, residents, others, unconfirmed, comments
    ), summed as (
        select case_id, sum(residents)::int as residents, sum(others)::int as others,
            sum(unconfirmed)::int as unconfirmed, sum(comments)::int as comments
        from taken group by case_id
    )
    update {NAME}.idea i set residents = i.residents + s.residents, others = i.others + s.others,
        unconfirmed = i.unconfirmed + s.unconfirmed, comments = i.comments + s.comments,
        supports = i.supports + s.residents + s.others
    from summed s where i.tenant_id = :tenant and i.case_id = s.case_id returning i.case_id
    """)  # noqa: S608 - the module's own name


def fold(tenant_id: int, *, now: datetime | None = None) -> None:
    """Count what has waited its day, forget old networks, and fold a hall's deltas."""
    now = now or datetime.now(UTC)
    ripe = and_(SUPPORT.c.tenant_id == tenant_id, ~SUPPORT.c.counted)
    counting = update(SUPPORT).where(ripe, SUPPORT.c.counts_from <= now).values(counted=True)
    columns = (SUPPORT.c.case_id, SUPPORT.c.kind)
    for row in db.session.execute(counting.returning(*columns)).all():
        note(tenant_id, row.case_id, {row.kind: 1})
    old = and_(SUPPORT.c.tenant_id == tenant_id, SUPPORT.c.origin != "")
    db.session.execute(
        update(SUPPORT).where(old, SUPPORT.c.at < now - REMEMBERED).values(origin="")
    )
    if db.session.execute(FOLD, {"tenant": tenant_id}).all():
        changed(tenant_id, NAME)  # the order by supports may be another one


def recount(tenant_id: int, case_id: uuid.UUID) -> dict[str, int]:
    """Count an idea's supports from their rows, as an administrator checks the figures."""
    counts = [func.count(case((SUPPORT.c.kind == kind, 1))).label(kind) for kind in KINDS]
    row = (
        db.session.execute(select(*counts).where(*_of(tenant_id, case_id), SUPPORT.c.counted))
        .mappings()
        .one()
    )
    return dict(row)
