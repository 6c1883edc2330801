"""A POST sent twice is done once, whoever is faster, and a refused one can be sent again."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from case_town import MODULE, TSKALTUBO, ZUGDIDI, hall
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.once import FIELD, HEADER, IdempotencyKey
from mms_core.switching.rules import Decision, switch
from mms_core.testing import page

FORM = {
    "title": "გზის განათება სკოლასთან",
    "body": "საღამოობით ბავშვები ბნელ გზაზე დადიან. საჭიროა ორი ლამპიონი.",
    "category": "lighting",
    "settlement": "",
    "name": "ნინო ნიმუშაძე",
    "email": "nino@posta.example",
    "phone": "",
    "shown": "first",
}


@pytest.fixture(autouse=True)
def halls(app: Flask) -> None:
    for tenant_id in (TSKALTUBO, ZUGDIDI):
        with hall(app, tenant_id):
            decision = Decision(state="on", decided_by="ტესტი")
            switch(app.extensions["mms_modules"], tenant_id, module=MODULE, decision=decision)


def give(app: Flask, slug: str = "tskaltubo", *, headers: Any = None, **changes: str) -> Any:
    return app.test_client().post(f"/{slug}/ideas/new", data=FORM | changes, headers=headers)


def how_many(app: Flask, model: Any, tenant_id: int = TSKALTUBO) -> int:
    with hall(app, tenant_id):
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def together(app: Flask, count: int, **form: str) -> list[Any]:
    """Send the same form from several threads at the same moment."""
    start = Barrier(count)

    def send(_number: int) -> Any:
        start.wait()
        return give(app, **form)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(send, range(count)))


def test_the_same_form_from_several_threads_is_one_case_and_one_receipt(app: Flask) -> None:
    answers = together(app, 6, **{FIELD: "01900000-the-same"})
    assert {answer.status_code for answer in answers} == {303}
    places = {answer.location for answer in answers}
    assert len(places) == 1, "everybody is led to the same receipt"
    receipt = page(app.test_client().get(places.pop()))
    assert re.search(r"TSK-\d{4}-\d{6}-\d", receipt)
    assert (how_many(app, Case), how_many(app, OutboxLetter)) == (1, 1)


def test_a_refused_form_frees_its_key_for_all_who_wait(app: Flask) -> None:
    refused = together(app, 4, **{FIELD: "typed-wrong"}, title="")
    assert [answer.status_code for answer in refused] == [422] * 4
    assert how_many(app, IdempotencyKey) == 0
    assert give(app, **{FIELD: "typed-wrong"}).status_code == 303
    assert how_many(app, Case) == 1


def test_the_header_of_an_api_does_the_same(app: Flask) -> None:
    first, second = (give(app, headers={HEADER: "from-a-machine"}) for _ in range(2))
    assert first.location == second.location
    assert how_many(app, Case) == 1


def test_without_a_key_two_posts_are_two_cases(app: Flask) -> None:
    assert {give(app).status_code for _ in range(2)} == {303}
    assert how_many(app, Case) == 2


def test_a_key_counts_in_its_own_hall_only(app: Flask) -> None:
    for slug in ("tskaltubo", "zugdidi"):
        assert f"/{slug}/ideas/" in give(app, slug, **{FIELD: "shared"}).location
    assert (how_many(app, Case), how_many(app, Case, ZUGDIDI)) == (1, 1)


def test_every_form_carries_a_key_of_its_own(app: Flask, client: FlaskClient) -> None:
    found = [
        re.findall(rf'name="{FIELD}" value="([^"]+)"', page(client.get("/tskaltubo/ideas/new")))
        for _ in range(2)
    ]
    assert [len(keys) for keys in found] == [1, 1]
    assert found[0] != found[1]


def test_a_form_filled_anew_after_the_back_button_is_not_lost(app: Flask) -> None:
    first = give(app, **{FIELD: "opened-once"})
    second = give(app, **{FIELD: "opened-once"}, title="სკვერი ბიბლიოთეკის უკან")
    assert first.location != second.location
    assert how_many(app, Case) == 2
    assert give(app, **{FIELD: "opened-once"}).location == first.location


@pytest.mark.parametrize("key", ["\x00\x00", "x" * 5000, "'; drop table mms.cases; --", "ქარ"])
def test_a_strange_key_harms_nobody(app: Flask, key: str) -> None:
    places = {give(app, **{FIELD: key}).location for _ in range(2)}
    assert all("/receipt" in place for place in places)
    assert len(places) == how_many(app, Case) == 1
