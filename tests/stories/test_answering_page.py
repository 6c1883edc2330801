"""An officer answers on one page: words to begin with, draft, preview, files, promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from answering_kit import ANSWER, PLACE, Queries, case_of, desk, hidden
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, answer, followed, given, hall, person, picture, turn
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.letters import tell_author
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.ready import MOST_PARTS, ready
from mms_core.people.models import AccessLog
from mms_core.promises.models import Promise
from mms_core.testing import page

NEXT_MONTH = (local_day(datetime.now(UTC)) + timedelta(days=30)).isoformat()


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def colleague(app: Flask, officer: FlaskClient) -> FlaskClient:
    return person(app, "nana@hall.example", role="head")


@pytest.fixture
def number(app: Flask, officer: FlaskClient) -> str:
    return given(app.test_client())


def test_an_answer_carries_a_promise_and_a_file_in_one_act(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    done = desk(
        officer, number, "step", step="accept", text_step=ANSWER, promise_text="ორი ლამპიონი",
        promise_due=NEXT_MONTH, promise_unit="კეთილმოწყობა", files=picture("plan.jpg"),
        files_public="true",
    )  # fmt: skip
    assert done.status_code == 303, page(done)
    with case_of(app, number) as case:
        (promise,) = db.session.scalars(select(Promise))
        assert (promise.text, promise.due_on.isoformat()) == ("ორი ლამპიონი", NEXT_MONTH)
        assert [file.public for file in reading.files(case)] == [True]
        assert case.answer == ANSWER
        sent = ready(reading.letters(case)[0], case).message.text
        assert "ორი ლამპიონი" in sent.replace(ANSWER, "")
    assert "მერიამ პირობა დადო" in page(officer.get(f"{PLACE}{number}"))


def test_what_is_wrong_is_said_at_each_field_and_nothing_is_lost(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    wrong = desk(
        officer, number, "step", step="accept", text_step=" ", promise_text="ორი ლამპიონი",
        promise_due="2020-01-01", files=picture("plan.jpg"),
    )  # fmt: skip
    assert wrong.status_code == 422
    shown = page(wrong)
    for words in ("დაწერეთ ტექსტი", "ეს დღე უკვე გავიდა", "plan.jpg", 'value="2020-01-01"'):
        assert words in shown
    undated = desk(officer, number, "step", step="accept", text_step=ANSWER, promise_text="სკვერი")
    assert "მიუთითეთ თარიღი" in page(undated)
    kept = hidden(shown, "kept_file")
    done = desk(officer, number, "step", step="accept", text_step=ANSWER, kept_file=kept)
    assert done.status_code == 303
    with case_of(app, number) as case:
        assert [(f.name, f.public) for f in reading.files(case)] == [("plan.jpg", False)]
        assert not db.session.scalars(select(Promise)).all()


@pytest.mark.parametrize("contact", [{}, {"email": "", "phone": "555123456"}])
def test_the_preview_is_the_very_letter_that_goes_out(
    app: Flask, officer: FlaskClient, contact: dict[str, str]
) -> None:
    number, long = given(app.test_client(), **contact), f"{ANSWER} " * 12
    typed = {"step": "accept", "text_step": long, "promise_text": "სკვერი"}
    shown = page(desk(officer, number, "preview", **typed, promise_due=NEXT_MONTH))
    desk(officer, number, "step", **typed, promise_due=NEXT_MONTH)
    with case_of(app, number) as case:
        letter = reading.letters(case)[0]
        made = ready(letter, case)
        key = key_of(app.extensions["mms_settings"], case.tenant_id, case.id)
        sent = made.message.text.replace(key, "·" * 10)
        assert sent in shown.replace("&#34;", '"').replace("&amp;", "&")
        assert made.parts <= MOST_PARTS
        assert made.shortened is (letter.channel == "sms")
        assert f"key={key}" in made.message.text  # the way to the whole answer is never cut
        assert key not in shown


def test_a_letter_without_words_of_an_officer_fits_as_it_is(app: Flask, number: str) -> None:
    with case_of(app, number) as case:
        tell_author(case, "receipt", context={})
        letter = reading.letters(case)[0]
        letter.channel = "sms"
        made = ready(letter, case)
        assert made.message.text
        assert f"key={key_of(app.extensions['mms_settings'], case.tenant_id, case.id)}" in (
            made.message.text
        )


def test_a_draft_is_kept_as_typed_and_read_by_colleagues(
    app: Flask, officer: FlaskClient, colleague: FlaskClient, number: str
) -> None:
    form = {"version": "1", "draft_version": "0", "step": "accept", "text_step": "ჩემი სიტყვები"}
    saved = officer.post(f"{PLACE}{number}/draft", data=form)
    assert saved.status_code == 200
    assert 'data-number="1"' in page(saved)
    mine, theirs = page(officer.get(f"{PLACE}{number}")), page(colleague.get(f"{PLACE}{number}"))
    assert ">\nჩემი სიტყვები</textarea>" in mine
    assert "ჩემი სიტყვები" in theirs
    assert ">\nჩემი სიტყვები</textarea>" not in theirs  # it is read, not taken over
    other = officer.post(f"{PLACE}{number}/draft", data=form | {"text_step": "სხვა ფანჯარა"})
    assert other.status_code == 409
    assert ">\nჩემი სიტყვები</textarea>" in page(officer.get(f"{PLACE}{number}"))
    desk(officer, number, "step", step="accept", text_step=ANSWER)
    assert "ჩემი სიტყვები" not in page(colleague.get(f"{PLACE}{number}"))


def test_a_restored_draft_tells_what_has_changed_since(
    app: Flask, officer: FlaskClient, colleague: FlaskClient, number: str
) -> None:
    desk(officer, number, "save", step="reject", text_step="მიზეზი ასეთია.")
    desk(colleague, number, "step", step="review")
    shown = page(officer.get(f"{PLACE}{number}"))
    assert "მიზეზი ასეთია." in shown
    assert "სანამ წერდით, საქმე შეიცვალა" in shown


def test_two_at_one_case_see_each_other(
    app: Flask, officer: FlaskClient, colleague: FlaskClient, number: str
) -> None:
    officer.get(f"{PLACE}{number}")
    beside = "ამ საქმეზე ახლა ასევე მუშაობს"
    assert beside in page(colleague.get(f"{PLACE}{number}"))
    asked = page(officer.get(f"{PLACE}{number}/here?version=1"))
    assert beside in asked
    assert "საქმე შეიცვალა" not in asked
    desk(colleague, number, "step", step="review")
    assert "საქმე შეიცვალა" in page(officer.get(f"{PLACE}{number}/here?version=1"))


def test_an_answer_to_a_similar_case_is_used_again(app: Flask, officer: FlaskClient) -> None:
    before, now = given(app.test_client()), given(app.test_client(), body=f"{BODY} ძალიან.")
    followed(app)
    answer(app, before, "accept", ANSWER)
    assert ANSWER in page(officer.get(f"{PLACE}{now}"))
    shown = page(desk(officer, now, f"reuse:{before}", step="accept", text_step="გამარჯობა."))
    assert f">\nგამარჯობა.\n\n{ANSWER}</textarea>" in shown
    assert desk(officer, now, "reuse:ZUG-2026-000009-9", text_step="დარჩა").status_code == 422


def test_the_list_of_other_cases_is_a_logged_look(app: Flask, officer: FlaskClient) -> None:
    citizen = person(app, "eka@posta.example")
    first, second = given(citizen, title="პირველი იდეა სკვერზე"), given(citizen)
    assert "პირველი იდეა სკვერზე" not in page(officer.get(f"{PLACE}{second}"))
    assert first in page(desk(officer, second, "others"))
    with hall(app):
        (row,) = db.session.scalars(select(AccessLog))
        assert (row.reason, row.viewer_name) == (second, "დავით ნიმუშაძე")


@pytest.mark.usefixtures("country_kept")
def test_the_page_asks_the_database_at_most_eight_times(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    for _time in range(3):
        answer(app, given(app.test_client()), "accept", ANSWER)
    officer.get(f"{PLACE}{number}")
    with Queries(app) as asked:
        assert "დასაწყისი" not in page(officer.get(f"{PLACE}{number}"))
    assert len(asked.seen) <= 8, "\n".join(asked.seen)


def test_who_has_lost_the_role_meanwhile_keeps_what_they_typed(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    from mms_core.people.rules import by_email, revoke_grant

    officer.get(f"{PLACE}{number}")
    with hall(app) as tenant:
        account = by_email("levan@hall.example")
        assert account is not None
        revoke_grant(account.id, "operator", tenant_id=tenant.id)
    form = {"do": "step", "step": "accept", "text_step": ANSWER, "version": "1"}
    refused = officer.post(f"{PLACE}{number}", data=form)
    assert refused.status_code == 403
    assert ANSWER in page(refused)
    with case_of(app, number) as case:
        assert case.answer == ""
