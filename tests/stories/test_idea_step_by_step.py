"""A resident gives an idea a question at a time; a lost line or a closed tab costs no word."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import (
    BODY,
    MODULE,
    TITLE,
    answer,
    cases,
    followed,
    given,
    hall,
    person,
    picture,
    turn,
)
from sqlalchemy import select, update

from mms_core.cases.models import Attachment, Case, CaseContact
from mms_core.db import db
from mms_core.drafts.models import FormDraft
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea

AT = "/zugdidi/ideas/new"
IDEA = {"title": TITLE, "body": BODY, "language": "ka"}
PLACE = {"category": "lighting", "settlement": "რუხი", "lat": "42.549", "lon": "41.858"}
YOU = {"name": "ნინო ნიმუშაძე", "email": "nino@posta.example", "phone": "", "shown": "first"}


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def step(client: FlaskClient, name: str, data: dict[str, Any]) -> Any:
    return client.post(f"{AT}/{name}", data=data, content_type="multipart/form-data")


def to_the_check(client: FlaskClient, **changes: Any) -> str:
    for name, data in (("idea", IDEA), ("place", PLACE), ("you", YOU)):
        sent = step(client, name, data | {k: v for k, v in changes.items() if k in data})
        assert sent.status_code == 303, page(sent)
    return page(client.get(f"{AT}/check"))


def test_a_question_at_a_time(app: Flask, client: FlaskClient) -> None:
    assert "რა არის თქვენი იდეა" in page(client.get(f"{AT}/idea"))
    assert step(client, "idea", IDEA).location == f"{AT}/place"
    assert step(client, "place", PLACE).location == f"{AT}/you"
    assert step(client, "you", YOU).location == f"{AT}/check"
    shown = page(client.get(f"{AT}/check"))
    for words in (TITLE, BODY, "რუხი", "nino@posta.example", "მონაცემთა დაცვის", "მხოლოდ ჩემი"):
        assert words in shown, words
    sent = client.post(f"{AT}/check")
    assert sent.status_code == 303
    assert cases(app)[0] in page(client.get(sent.location))
    with hall(app):
        row = db.session.scalars(select(Idea)).one()
        assert (row.category, row.settlement, row.language) == ("lighting", "რუხი", "ka")
        assert (row.lat, row.lon) == (42.549, 41.858)
        assert db.session.scalars(select(CaseContact.email)).all() == ["nino@posta.example"]
        assert db.session.scalars(select(FormDraft)).all() == [], "what was sent is no draft"
    again = client.post(f"{AT}/check")
    assert (again.status_code, len(cases(app))) == (303, 1), "the button pressed once more"


def test_each_step_names_its_mistakes_and_keeps_the_words(client: FlaskClient) -> None:
    refused = step(client, "idea", IDEA | {"title": "მოკლე"})
    assert refused.status_code == 422
    assert 'href="#field-title"' in page(refused)
    assert BODY in page(refused)
    step(client, "idea", IDEA)
    assert 'href="#field-category"' in page(step(client, "place", {**PLACE, "category": ""}))
    assert 'href="#field-email"' in page(step(client, "you", {**YOU, "email": ""}))
    assert client.get(f"{AT}/check").location == f"{AT}/place", "nobody skips a question"


def test_a_closed_tab_loses_nothing(app: Flask, client: FlaskClient) -> None:
    step(client, "idea", IDEA)
    assert BODY in page(client.get(f"{AT}/idea"))
    assert BODY not in page(app.test_client().get(f"{AT}/idea")), "another browser sees nothing"
    assert "წაშალეთ მონახაზი" in page(client.get(f"{AT}/place"))
    client.post(f"{AT}/discard")
    assert BODY not in page(client.get(f"{AT}/idea"))


def test_who_signs_in_takes_the_draft_along(app: Flask, client: FlaskClient) -> None:
    browser = person(app, "davit@posta.example")
    browser.post("/sign-out")
    step(browser, "idea", IDEA)
    browser.post(
        "/sign-in", data={"email": "davit@posta.example", "password": "three quiet mountains"}
    )
    assert BODY in page(browser.get(f"{AT}/idea"))
    mine = page(browser.get("/my/"))
    assert TITLE in mine
    assert f'href="{AT}/idea"' in mine
    assert TITLE in browser.get("/my/download").get_json()["drafts"][0]["title"]
    assert TITLE not in page(person(app, "other@posta.example").get(f"{AT}/idea"))
    browser.post("/my/erase", data={"sure": "true"})
    with hall(app):
        assert db.session.scalars(select(FormDraft)).all() == []


def test_a_session_that_ended_while_typing_asks_to_sign_in_and_goes_on(app: Flask) -> None:
    browser = person(app, "davit@posta.example")
    step(browser, "idea", IDEA)
    browser.delete_cookie("mms_session")
    asked = step(browser, "place", PLACE | {"of_person": "yes"})
    assert asked.status_code == 401
    assert 'name="carried"' in page(asked), "what was typed comes along, see test_sign_in_typing"


def test_the_draft_of_a_signed_in_person_is_shut_after_signing_out(app: Flask) -> None:
    browser = person(app, "davit@posta.example")
    step(browser, "idea", IDEA)
    browser.post("/sign-out")
    assert BODY not in page(browser.get(f"{AT}/idea"))


def test_old_drafts_are_swept_with_their_files(app: Flask, client: FlaskClient) -> None:
    from mms_core.drafts.browser import sweep
    from mms_core.files.views import storage

    step(client, "idea", IDEA)
    step(client, "place", PLACE | {"files": [picture()]})
    with hall(app):
        key = db.session.scalars(select(FormDraft)).one().files[0]["stored"]["key"]
        assert storage().exists(key)
        old = datetime.now(UTC) - timedelta(days=15)
        db.session.execute(update(FormDraft.__table__).values(updated_at=old))
    sweep(0)
    with hall(app):
        assert db.session.scalars(select(FormDraft)).all() == []
        assert not storage().exists(key)


def test_pictures_have_captions_and_can_be_left_out(app: Flask, client: FlaskClient) -> None:
    step(client, "idea", IDEA)
    both = [picture("dark.jpg"), picture("wrong.jpg")]
    assert step(client, "place", PLACE | {"files": both, "go": "attach"}).location == f"{AT}/place"
    shown = page(client.get(f"{AT}/place"))
    first, second = re.findall(r'name="leave_out" value="([^"]+)"', shown)
    assert client.get(f"{AT}/file/0").content_type == "image/webp"
    assert app.test_client().get(f"{AT}/file/0").status_code == 404
    step(client, "place", PLACE | {f"caption-{first}": "ბნელი გზა", "leave_out": second})
    step(client, "you", YOU)
    assert "ბნელი გზა" in page(client.get(f"{AT}/check"))
    client.post(f"{AT}/check")
    with hall(app):
        rows = db.session.execute(select(Attachment.name, Attachment.caption)).all()
        assert rows == [("dark.jpg", "ბნელი გზა")]


def test_what_is_there_already_is_shown_before_sending(app: Flask, client: FlaskClient) -> None:
    number = given(client, title="გარე განათება სკოლისკენ მიმავალ გზაზე")
    answer(app, number, "review")
    hidden = given(client, title="სკოლის გზა გაანათეთ, ბნელა")
    followed(app)
    for title in ("გაანათეთ გზა სკოლამდე, ბნელა", "skolis gzaze ar aris ganateba"):
        sent = step(client, "idea", {**IDEA, "title": title})
        assert sent.location == f"{AT}/alike", title
        shown = page(client.get(sent.location))
        assert f'href="/zugdidi/ideas/{number}#support"' in shown
        assert hidden not in shown, "what is not public is not shown"
        assert f'href="{AT}/place"' in shown, "and the way on is there"
        part = client.post(f"{AT}/alike", data={"title": title, "body": ""})
        assert number in page(part)
    assert step(client, "idea", {**IDEA, "title": "სასაფლაოს შემოღობვა ხურჩაში"}).location == (
        f"{AT}/place"
    )


def test_latin_typed_georgian_is_taken_and_offered_in_georgian_letters(
    app: Flask, client: FlaskClient
) -> None:
    latin = {"title": "skolis gzaze ganateba", "body": "saghamos bneli gza ar aris kargi bavshvebs"}
    shown = to_the_check(client, **latin)
    assert "სკოლის გზაზე განატება" in shown
    assert client.post(f"{AT}/check", data={"go": "georgian"}).location == f"{AT}/idea"
    assert "საღამოს ბნელი გზა" in page(client.get(f"{AT}/idea"))
    assert client.post(f"{AT}/check").status_code == 303
    assert len(cases(app)) == 1


def test_letters_of_another_language_are_told(client: FlaskClient) -> None:
    russian = {"title": "Освещение дороги у школы", "body": "Вечером дети идут по тёмной дороге."}
    refused = step(client, "idea", IDEA | russian)
    assert refused.status_code == 422
    assert "კირილიცა" in page(refused)
    assert step(client, "idea", IDEA | russian | {"language": "ru"}).status_code == 303


def test_a_category_removed_meanwhile_is_asked_anew(app: Flask, client: FlaskClient) -> None:
    to_the_check(client)
    turn(app, "on", categories="გზები | Roads\nწყალი | Water")
    refused = client.post(f"{AT}/check")
    words = page(refused)
    assert refused.status_code == 422
    assert 'href="#field-category"' in words
    assert "მერია ამ კატეგორიას აღარ იყენებს" in words
    assert "რუხი" in words
    assert cases(app) == []
    step(client, "place", PLACE | {"category": "gzebi"})
    assert client.post(f"{AT}/check").status_code == 303


def test_a_module_that_closes_meanwhile_takes_nothing_and_keeps_the_draft(
    app: Flask, client: FlaskClient
) -> None:
    to_the_check(client)
    turn(app, "closing")
    assert client.post(f"{AT}/check").status_code == 409
    assert cases(app) == []
    turn(app, "on")
    assert client.post(f"{AT}/check").status_code == 303


def test_bad_files_are_refused_by_name_and_the_step_stays(app: Flask, client: FlaskClient) -> None:
    step(client, "idea", IDEA)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
    bad = [(svg, "a.svg"), (sixty_megapixels(), "wide.png"), (b"%PDF-1.7 half", "half.pdf")]
    for content, name in bad:
        refused = step(client, "place", PLACE | {"files": [(io.BytesIO(content), name)]})
        assert refused.status_code == 422, name
        assert name in page(refused)
        assert "რუხი" in page(refused)


def sixty_megapixels() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(out, "PNG")
    return out.getvalue()


def test_a_script_in_a_pdf_is_gone_before_anybody_opens_it(app: Flask, client: FlaskClient) -> None:
    import pypdf
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    from mms_core.files.views import storage

    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    named = DictionaryObject({NameObject(name): value for name, value in action.items()})
    writer.root_object[NameObject("/OpenAction")] = named
    writer.write(out)
    out.seek(0)
    step(client, "idea", IDEA)
    assert step(client, "place", PLACE | {"files": [(out, "plan.pdf")]}).status_code == 303
    with hall(app):
        key = db.session.scalars(select(FormDraft)).one().files[0]["stored"]["key"]
        assert b"app.alert" not in storage().open(key).read()


def test_a_browser_without_a_draft_costs_no_query_and_sees_the_first_step(
    client: FlaskClient,
) -> None:
    for path in ("place", "you", "check", "alike"):
        assert client.get(f"{AT}/{path}").location == f"{AT}/idea"
    assert client.post(f"{AT}/check").location == f"{AT}/idea"


def test_the_search_still_finds_what_was_given_step_by_step(
    app: Flask, client: FlaskClient
) -> None:
    to_the_check(client)
    client.post(f"{AT}/check")
    followed(app)
    with hall(app) as tenant:
        from mms_core.cases.similar import similar

        number = db.session.scalars(select(Case.number)).one()
        assert [f.number for f in similar(tenant.id, TITLE, module=MODULE)] == [number]
