"""Decides on what people post: held, reported, hidden, shown again; each with its trace."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert

from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.changes import changed
from mms_core.contributions import Posted
from mms_core.db import db, scope, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation.catalogue import Rule, rule_of
from mms_core.moderation.letters import tell
from mms_core.moderation.models import Hiding, Report, Waiting
from mms_core.moderation.things import Thing, moderated, posted

LONGEST = 2000  # characters of a reason, a report or an appeal
AGAIN = 3  # reports by which a thing that an officer has kept comes back to the queue
OTHER = "other"  # a report that names no rule
WAITING, REPORT = Waiting.__table__, Report.__table__


def words(text: str, *, field: str, required: bool = True) -> str:
    """Give a text without its edges; Invalid (at `field`) when it is empty or too long."""
    plain = text.replace("\r\n", "\n").strip()
    if required and not plain:
        raise Invalid(_("Write the text."), fields={field: [_("Write the text.")]})
    if len(plain) > LONGEST:
        long = _("The text is too long: at most %(count)s characters.", count=LONGEST)
        raise Invalid(long, fields={field: [long]})
    return plain


def hidden_now(thing: Thing, *, lock: bool = False) -> Hiding | None:
    """Give the hiding in force of a thing, or None when all of it is shown."""
    row = Hiding
    mine = select(row).where(row.tenant_id == thing.tenant_id, row.module == thing.module)
    mine = mine.where(row.kind == thing.kind, row.ref == thing.ref, row.restored_at.is_(None))
    found: Hiding | None = db.session.scalars(mine.with_for_update() if lock else mine).first()
    return found


def hide(thing: Thing, *, rule: str, reason: str, actor: Actor, now: datetime) -> Hiding:
    """Hide a thing from the public: a stub stands in its place and the author is told.

    `rule` is a key of the hall's rules; Invalid (fields `rule`, `reason`), Refused when it is
    hidden already.
    """
    found = posted(thing)
    row = begin(thing, found, rule=rule, reason=reason, actor=actor, now=now)
    moderated(thing).hide(thing.tenant_id, thing.ref)
    finish(row, found, actor=actor, now=now)
    return row


def begin(
    thing: Thing, found: Posted, *, rule: str, reason: str, actor: Actor, now: datetime
) -> Hiding:
    """Write the row of a hiding, without doing it yet."""
    by: Rule = rule_of(thing.tenant_id, rule)
    plain = words(reason, field="reason")
    if hidden_now(thing, lock=True) is not None:
        raise Refused(_("It is hidden already."))
    row = Hiding(
        tenant_id=thing.tenant_id,
        id=uuid7(),
        module=thing.module,
        kind=thing.kind,
        ref=thing.ref,
        rule=by.key,
        rule_title=by.title,
        reason=plain,
        part="whole",
        original="",
        appeal="",
        hidden_at=now,
        hidden_by=actor.id,
        hidden_by_name=actor.name,
        author_id=found.author_id,
        case_id=found.case_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def finish(row: Hiding, found: Posted, *, actor: Actor, now: datetime) -> None:
    """Leave the trace of a hiding, tell the author, and take the thing off the queue."""
    thing = thing_of(row)
    what = "hidden" if row.part == "whole" else "redacted"  # also the letter's name
    trace(thing, found, what, text=row.reason, actor=actor, now=now, rule=row.rule)
    tell(row, found, what)
    looked(thing, actor=actor, now=now)
    changed(row.tenant_id, row.module)


def thing_of(row: Any) -> Thing:
    """Give the thing that a row of this room is about."""
    return Thing(tenant_id=row.tenant_id, module=row.module, kind=row.kind, ref=row.ref)


def restore(thing: Thing, *, actor: Actor, now: datetime, reason: str = "") -> Hiding:
    """Show a hidden thing again, whole, and tell the author; an open appeal is won by this."""
    row = hidden_now(thing, lock=True)
    if row is None:
        raise Refused(_("It is not hidden."))
    if row.appeal == "open":
        row.appeal, row.decision = "won", words(reason, field="reason", required=False)
        row.decided_at, row.decided_by, row.decided_by_name = now, actor.id, actor.name
    give_back(row, actor=actor, now=now, reason=reason)
    return row


def give_back(row: Hiding, *, actor: Actor, now: datetime, reason: str) -> None:
    """Undo a hiding: the thing as it was, the trace, the letter."""
    thing, kind = thing_of(row), moderated(thing_of(row))
    if row.part == "whole":
        kind.show(row.tenant_id, row.ref)
    elif row.part == "text" and kind.rewrite is not None and row.original:
        kind.rewrite(row.tenant_id, row.ref, row.original)
    elif row.part == "picture" and row.original:
        from mms_core.moderation.pictures import give_back as give_picture_back

        give_picture_back(row.tenant_id, row.ref, row.original)
    row.restored_at = now
    db.session.flush()
    found = posted(thing)
    trace(thing, found, "restored", text=reason, actor=actor, now=now, rule=row.rule)
    tell(row, found, "restored", reason=reason)
    changed(row.tenant_id, row.module)


def trace(
    thing: Thing, found: Posted, what: str, *, text: str, actor: Actor, now: datetime, rule: str
) -> None:
    """Write the event into the log of the case, which its author reads if the thing is theirs."""
    if found.case_id is None:
        return
    mine = select(Case).where(Case.tenant_id == thing.tenant_id, Case.id == found.case_id)
    whose = db.session.scalars(mine.with_for_update()).one_or_none()
    if whose is None:
        return
    data = {"what": what, "rule": rule, "thing": f"{thing.kind}:{thing.ref}"}
    entry = Entry(kind="moderation", actor=actor, public=found.own_case, text=text, data=data)
    append(whose, entry, at=now)


def hold(thing: Thing, *, causes: Iterable[str], now: datetime) -> None:
    """Put a thing that its module keeps back into the queue, with what screening has noticed."""
    values = {"causes": list(causes), "held": True, "waits": True, "since": now, "reports": 0}
    mine = insert(WAITING).values(**_key(thing), id=uuid7(), **values)
    db.session.execute(mine.on_conflict_do_update(index_elements=_KEY, set_=values))


_KEY = ("tenant_id", "module", "kind", "ref")


def _key(thing: Thing) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in _KEY}


def report(thing: Thing, *, rule: str, text: str, reporter: str, now: datetime) -> bool:
    """Keep what a reader says of a thing; gives whether it is this reader's first word on it.

    `rule` is a key of the hall's rules or OTHER, which needs words; `reporter` a keyed hash.
    """
    if rule != OTHER:
        rule_of(thing.tenant_id, rule)
    plain = words(text, field="words", required=rule == OTHER)
    if not posted(thing).public:
        raise NotFound(_("There is no such text."))
    said = {"rule": rule, "words": plain, "at": now}
    new = insert(REPORT).values(**_key(thing), id=uuid7(), reporter=reporter, **said)
    first = new.on_conflict_do_nothing().returning(REPORT.c.id)
    if db.session.execute(first).first() is None:
        again = new.on_conflict_do_update(index_elements=[*_KEY, "reporter"], set_=said)
        db.session.execute(again)
        return False
    _raise(thing, now=now)
    return True


def _raise(thing: Thing, *, now: datetime) -> None:
    """Count a report; a thing that an officer has kept waits again only after several."""
    mine = insert(WAITING).values(
        **_key(thing), id=uuid7(), waits=True, held=False, causes=[], reports=1, since=now
    )
    counted = WAITING.c.reports + 1
    again = {
        "reports": counted,
        "waits": WAITING.c.waits | (counted >= AGAIN),
        "since": case((WAITING.c.waits, WAITING.c.since), else_=now),
    }
    db.session.execute(mine.on_conflict_do_update(index_elements=_KEY, set_=again))


def looked(thing: Thing, *, actor: Actor, now: datetime) -> None:
    """Take a thing off the queue, with the name of who has looked."""
    mine = WAITING.update()
    for name, value in _key(thing).items():
        mine = mine.where(WAITING.c[name] == value)
    done = {"waits": False, "held": False, "reports": 0, "since": now}
    seen = {"looked_at": now, "looked_by_name": actor.name}
    db.session.execute(mine.values(**done, **seen))


def keep(thing: Thing, *, actor: Actor, now: datetime) -> None:
    """Find nothing wrong with a thing: it stays, or is published if it was held back."""
    row = waiting(thing)
    if row is None or not row.waits:
        raise Refused(_("This does not wait any more."))
    if row.held and hidden_now(thing) is None:
        moderated(thing).show(thing.tenant_id, thing.ref)
        changed(thing.tenant_id, thing.module)
    looked(thing, actor=actor, now=now)


def waiting(thing: Thing) -> Waiting | None:
    """Give the thing's place in the queue, locked."""
    row = Waiting
    mine = select(row).where(row.tenant_id == thing.tenant_id, row.module == thing.module)
    mine = mine.where(row.kind == thing.kind, row.ref == thing.ref).with_for_update()
    found: Waiting | None = db.session.scalars(mine).one_or_none()
    return found


def forget(person_id: uuid.UUID) -> None:
    """Take an erased person's own words off their hidings in every hall; the trace itself stays.

    The session is bound to the person, who sees their own rows everywhere.
    """
    row, table = Hiding, Hiding.__table__
    mine = select(row.tenant_id).where(row.author_id == person_id).distinct()
    halls = db.session.scalars(mine.execution_options(across_tenants=True)).all()
    gone = {"author_id": None, "appeal_text": "", "original": ""}
    for tenant_id in halls:
        with scope(tenant_id):
            own = (table.c.tenant_id == tenant_id) & (table.c.author_id == person_id)
            db.session.execute(table.update().where(own).values(gone))
