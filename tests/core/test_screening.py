"""What screening remembers of posts: the same words however they are typed, for a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from case_town import TSKALTUBO, ZUGDIDI, hall
from flask import Flask
from sqlalchemy import func, select

from mms_core import db as database
from mms_core.db import db
from mms_core.moderation.models import RecentPost
from mms_core.moderation.screening import (
    CROWD,
    CROWDED,
    FLOOD,
    Post,
    author_key,
    screen,
    text_key,
    trim,
)

NOW = datetime.now(UTC)
TITLE, BODY = "მოვაწყოთ განათება სკოლასთან", "ბავშვები საღამოს ბნელ გზაზე\nგადადიან."


def author(number: int) -> str:
    return author_key(None, f"192.0.2.{number}")


def causes(text: str, *, by: str, tenant_id: int = TSKALTUBO, shared: bool = False) -> set[str]:
    found = screen(tenant_id, author=by, text=text, now=NOW, shared=shared)
    database.commit()
    return set(found.causes)


def test_the_same_words_have_one_key_however_they_are_typed_and_parted() -> None:
    whole = text_key(f"{TITLE}\n{BODY}")
    assert text_key(TITLE, BODY, "", "") == whole
    assert Post(tenant_id=TSKALTUBO, author="", texts=(TITLE, BODY, ""), at=NOW).key == whole
    assert text_key("movatsqot ganateba skolastan!", BODY.upper()) == whole
    assert text_key(BODY, TITLE) != whole
    assert text_key("…!", "") != text_key("?!", ""), "signs alone are told apart"


def test_one_who_repeats_and_a_crowd_that_says_the_same_are_noticed(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        said = [causes(f"{TITLE}. {BODY}", by=author(number)) for number in range(CROWD + 1)]
        assert said == [set()] * CROWD + [{"repeated"}]
        assert causes("ეს სხვა რამეა", by=author(0)) == set()
        assert causes("ეს სხვა რამეა!", by=author(0)) == {"repeated"}
        assert causes("ეს სხვა რამეა", by=author(9)) == set(), "short words meet by chance"
    with hall(app, ZUGDIDI):
        assert causes("ეს სხვა რამეა", by=author(0), tenant_id=ZUGDIDI) == set()


def test_a_flood_is_noticed_later_where_people_share_an_address(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        said = [causes(f"განცხადება {n}", by=author(20)) for n in range(FLOOD + 1)]
        assert said == [set()] * FLOOD + [{"flooding"}]
        said = [causes(f"ხმა {n}", by=author(21), shared=True) for n in range(CROWDED + 1)]
        assert said == [set()] * CROWDED + [{"flooding"}]


def test_hashes_are_forgotten_after_a_week(app: Flask) -> None:
    query = select(func.count()).select_from(RecentPost)

    def kept(after: timedelta) -> int:
        trim(TSKALTUBO, now=datetime.now(UTC) + after)
        database.commit()
        found: int = db.session.execute(query).scalar_one()
        return found

    with hall(app, TSKALTUBO):
        causes("რაც ახლახან ითქვა", by=author(30))
        assert kept(timedelta(days=6, hours=23)) > 0
        assert kept(timedelta(days=7, minutes=1)) == 0
