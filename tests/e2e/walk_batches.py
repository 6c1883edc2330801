"""The pages of work on many cases: one that is done, with a case refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.batches import rules
from mms_core.batches.models import STEP
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.desk.answering import Answer
from mms_core.people.current import Person
from mms_core.people.rules import by_email
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX = "batches."
NO_PAGES = {"batches.file": "a file"}


def places(site: Site) -> dict[str, Any]:
    """Choose cases as the operator, once to answer them and once done."""
    with site.app.app_context():
        database.bind(NATION)
        account, hall = by_email("operator@mms.example"), tenancy.by_slug("zugdidi")
        assert account is not None
        assert hall is not None
        database.bind(hall.id)
        person = Person(id=account.id, name=account.name)
        draft = _begun(hall.id, person)
        draft.kind = STEP
        draft.asked = {"answer": Answer(step="accept", text="2026").to_json()}
        done = _begun(hall.id, person)
        rules.order(done, kind=STEP, asked=draft.asked, now=datetime.now(UTC))
        done.state, done.refused = "done", 1
        row = rules.cases_of(done, limit=1)[0]
        row.state, row.reason = "refused", "ეს ნაბიჯი ახლა შეუძლებელია."
        found = {"batch_id": str(draft.id), "done": str(done.id)}
        database.commit()
        return found


def _begun(tenant_id: int, person: Person) -> Any:
    query = select(Case.id, Case.number, Case.version).where(Case.tenant_id == tenant_id)
    open_ones = query.where(Case.is_open, Case.answered_at.is_(None)).order_by(Case.number)
    chosen = db.session.execute(open_ones.limit(3)).all()
    now = datetime.now(UTC)
    return rules.begin(tenant_id, person, chosen=chosen, language="ka", now=now)


def more(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name the pages that look otherwise when the work is chosen or done."""
    yield "operator", f"/zugdidi/desk/batches/{known['done']}"
    yield "operator", "/zugdidi/desk/?state=all&sort=old"
    yield "operator", "/zugdidi/desk/?q=ts"
    yield "mayor", "/zugdidi/desk/away/"
    yield "mayor", "/zugdidi/desk/day/"
