"""The pages of moderation: an idea that readers reported and one that an officer has hidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import g
from sqlalchemy import select

from mms_core import db as database
from mms_core.cases import keys
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.moderation import rules
from mms_core.moderation.things import Thing, posted
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL, MODULE = "moderation", "zugdidi", "your_idea_to_mayor"
OWNERS = ((r"^/<slug>/desk/moderation/rules", "mayor"),)
NO_PAGES = {
    "moderation.own_page": "opened by the key of a letter: see more()",
    "moderation.challenge": "a task for the browser",
}


def places(site: Site) -> dict[str, Any]:
    """Report the newest answered idea, hide the one before it, unless one is hidden; name both."""
    with site.app.app_context(), site.app.test_request_context(f"/{HALL}/"):
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        database.bind(hall.id)
        g.tenant = hall
        answered = select(Case.id).where(Case.tenant_id == hall.id, Case.module == MODULE)
        newest = answered.where(Case.answered_at.is_not(None)).order_by(Case.number.desc())
        ideas = [
            Thing(tenant_id=hall.id, module=MODULE, kind="idea", ref=ref)
            for ref in db.session.scalars(newest.limit(20))
        ]
        now = datetime.now(UTC)
        row = next(filter(None, map(rules.hidden_now, ideas)), None)
        # Other walks answer ideas, too, among them some that the public never sees.
        reported, hidden = [
            one for one in ideas if rules.hidden_now(one) is None and posted(one).public
        ][:2]
        row = row or rules.hide(
            hidden,
            rule="insult",
            reason="ტექსტი მეზობელს შეურაცხყოფდა.",
            actor=Actor(role="operator", name="ნ. ნ."),
            now=now,
        )
        rules.report(reported, rule="advertising", text="SPAM", reporter="walk", now=now)
        key = keys.key_of(site.settings, hall.id, row.id)
        found = {"module": MODULE, "kind": "idea", "ref": reported.ref, "own": row.id, "key": key}
        database.commit()
        return found


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Open what the author opens from the letter."""
    yield "stranger", f"/{HALL}/moderation/{found['own']}?key={found['key']}"
