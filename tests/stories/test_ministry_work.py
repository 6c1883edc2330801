"""The ministry climbs the ladder's rungs, reminds, prints; the hall answers and explains."""

from __future__ import annotations

import email
import json
import re
from datetime import UTC, datetime, timedelta
from email import policy

import sqlalchemy as sa
from flask import Flask
from lamp_town import DESK, NAME, report, signed_in, step

from mms_core import db as database
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.delivery import deliver_national
from mms_core.messages.models import NationalLetter
from mms_core.modules import registry
from mms_core.monitoring.counters import RESULTS, count
from mms_core.monitoring.mailing import send_due
from mms_core.monitoring.recount import recount_hall, recount_night
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page

NOW = datetime.now(UTC)
TSKALTUBO = 39


def switch(app: Flask, state: str) -> None:
    data = {"state": state, "act_number": "N 12-3"}
    signed_in(app, "head").post(f"{DESK}/switch", data=data)


def rung(app: Flask) -> str:
    text = page(signed_in(app, "ministry").get("/ministry/tskaltubo"))
    found = re.search(rf'<tr id="{NAME}">.*?</tr>', text, re.DOTALL)
    assert found, text
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found[0], re.DOTALL)
    return re.sub(r"<[^>]+>", "", cells[1]).strip()


def test_a_module_climbs_the_ladder_by_what_the_hall_does(town: Flask) -> None:
    assert rung(town) == "Allowed"
    ministry = signed_in(town, "ministry")
    ministry.post(f"/ministry/modules/{NAME}", data={"scope": "listed", "tenants": ["20"]})
    assert rung(town) == "Not allowed"
    ministry.post(f"/ministry/modules/{NAME}", data={"scope": "everywhere"})
    switch(town, "trial")
    assert rung(town) == "On trial"
    switch(town, "on")
    assert rung(town) == "Live"
    numbers = [report(town, "tskaltubo", title=f"Lamp {n}") for n in range(5)]
    assert rung(town) == "Used in 30 days few"
    for number in numbers:
        step(town, TSKALTUBO, number, now=datetime.now(UTC))
    assert rung(town) == "Answers in time"
    with town.app_context():
        database.bind(TSKALTUBO)
        count(TSKALTUBO, NAME, {local_day(NOW) - timedelta(days=1): {RESULTS: 1}})
        database.commit()
    assert rung(town) == "Publishes results"


def test_the_ministry_reminds_and_the_hall_answers(town: Flask) -> None:
    ministry, head = signed_in(town, "ministry"), signed_in(town, "head")
    address = f"/ministry/letters/write/tskaltubo?module={NAME}"
    assert "Reminder: Street lamps" in page(ministry.get(address))
    typed = {"subject": "Lamps", "body": "When do you begin?", "answer_by": "2001-01-01"}
    refused = ministry.post(address, data=typed)
    assert refused.status_code == 422
    assert "Choose a later day." in page(refused)
    assert "When do you begin?" in page(refused)
    typed["answer_by"] = (local_day(NOW) + timedelta(days=9)).isoformat()
    sent = ministry.post(address, data=typed)
    assert sent.status_code == 303
    assert "waits for an answer" in page(ministry.get("/ministry/letters/"))
    assert "Letters of the ministry (1)" in page(head.get("/tskaltubo/desk/"))
    letter = sent.location.rpartition("/")[2]
    for whose in ("me", "hall"):
        my_day = page(head.get(f"/tskaltubo/desk/day/?whose={whose}"))
        assert f"/tskaltubo/desk/ministry/{letter}" in my_day
        assert "waits for an answer" in my_day
    own = signed_in(town, "operator").get("/tskaltubo/desk/day/?whose=me")
    assert letter not in page(own), "who cannot answer it is not asked to"
    here = f"/tskaltubo/desk/ministry/{letter}"
    assert "When do you begin?" in page(head.get(here))
    assert signed_in(town, "operator").post(here, data={"answer": "No."}).status_code == 403
    assert head.post(here, data={"answer": ""}).status_code == 422
    assert head.post(here, data={"answer": "On Monday."}).status_code == 303
    assert head.post(here, data={"answer": "On Tuesday."}).status_code == 409
    assert "On Monday." in page(ministry.get(sent.location))
    assert "Letters of the ministry (" not in page(head.get("/tskaltubo/desk/"))
    assert letter not in page(head.get("/tskaltubo/desk/day/"))


def test_the_brief_says_in_words_what_changed_and_fits_on_a_page(town: Flask) -> None:
    switch(town, "on")
    month = (local_day(NOW).replace(day=1) - timedelta(days=1)).replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    with town.app_context():
        database.bind(TSKALTUBO)
        told = {"opened": 20, "answered": 10, "answered_in_time": 6, "wait.04": 10}
        count(TSKALTUBO, NAME, {before: told})
        count(TSKALTUBO, NAME, {month: told | {"opened": 30, "answered_in_time": 9}})
        database.commit()
    ministry = signed_in(town, "ministry")
    shown = page(ministry.get(f"/ministry/brief/?month={month:%Y-%m}"))
    assert "Cases rose by 50%." in shown
    assert "Answers in time rose from 60% to 90%." in shown
    made = ministry.get(f"/ministry/brief/brief.pdf?month={month:%Y-%m}")
    assert made.data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", made.data)) <= 1
    assert ministry.post("/ministry/brief/", data={"email": "nobody"}).status_code == 422
    typed = {"email": "office@ministry.example"}
    assert ministry.post("/ministry/brief/", data=typed).status_code == 303
    with town.app_context():
        database.bind(database.NATION)
        body = db.session.scalar(sa.text("select body from mms.national_letter order by id desc"))
    assert "What changed since the month before" in body


def test_the_brief_goes_out_by_itself_once_a_month_and_never_at_night(town: Flask) -> None:
    ministry, here = signed_in(town, "ministry"), "/ministry/brief/readers/"
    assert signed_in(town, "head").get(here).status_code == 403
    typed = {"email": "office@ministry.example", "language": "en"}
    assert ministry.post(here, data=typed | {"email": "nobody"}).status_code == 422
    assert ministry.post(here, data=typed).status_code == 303
    assert "goes there already" in page(ministry.post(here, data=typed))

    def sent(*at: int) -> int:
        with town.app_context():
            database.bind(database.NATION)
            number = send_due(now=datetime(*at, tzinfo=UTC))
            database.commit()
            return number

    noon, night = (2026, 3, 10, 8), (2026, 3, 10, 20)
    assert (sent(*night), sent(2026, 3, 8, 8), sent(2026, 3, 1, 8)) == (0, 0, 0), "a Sunday, too"
    assert (sent(*noon), sent(*noon), sent(2026, 3, 11, 8)) == (1, 0, 0)
    assert "February 2026" in page(ministry.get(here))
    with town.app_context():
        database.bind(database.NATION)
        (letter,) = db.session.scalars(
            sa.select(NationalLetter).filter_by(recipient=typed["email"])
        )
        assert "What changed since the month before" in letter.body
        assert (letter.paper or b"").startswith(b"%PDF")
        deliver_national(letter.id)
        database.commit()
    files = (town.extensions["mms_settings"].data_dir / "mail").glob("*.eml")
    mails = [email.message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]
    (mail,) = [m for m in mails if m["To"] == typed["email"]]
    (paper,) = mail.iter_attachments()
    assert (paper.get_filename(), paper.get_content_type()) == (
        "brief-2026-02.pdf", "application/pdf",
    )  # fmt: skip
    assert "Brief for the minister" in mail.get_body(("plain",)).get_content()
    assert sent(2026, 4, 3, 8) == 1, "the next month has its own"
    assert ministry.post(here, data={"remove": typed["email"]}).status_code == 303
    assert sent(2026, 5, 5, 8) == 0


def test_a_hall_explains_a_figure_by_its_events(town: Flask) -> None:
    switch(town, "on")
    number = report(town, "tskaltubo", title="The lamp of Rustaveli 14")
    head = signed_in(town, "head")
    assert "Our figures" in page(head.get("/tskaltubo/desk/figures/"))
    shown = page(head.get(f"/tskaltubo/desk/figures/{NAME}/opened"))
    assert "The counter says: 1." in shown
    assert number in shown
    assert signed_in(town, "ministry").get("/tskaltubo/desk/figures/").status_code == 403


def test_two_halls_are_compared_without_a_rank(town: Flask) -> None:
    shown = page(
        signed_in(town, "ministry").get("/ministry/compare/?hall=zugdidi&hall=batumi&hall=x")
    )
    assert shown.index("Zugdidi</a>") < shown.index("Batumi</a>")


def test_everybody_reads_the_figures_and_takes_the_tables(town: Flask) -> None:
    switch(town, "on")
    stranger = town.test_client()
    stranger.set_cookie("mms_language", "en")
    shown = page(stranger.get("/figures/"))
    assert "The adoption ladder" in shown
    assert "/ministry/" not in shown
    for name in ("adoption", "answers", "months"):
        told = json.loads(stranger.get(f"/open-data/{name}.json").get_data(as_text=True))
        assert told["licence"].startswith("https://creativecommons.org/licenses/by/4.0")
        assert told["definition"]
        assert ".;" not in told["definition"]
        assert told["as_of"]
        assert told["rows"]
        assert stranger.get(f"/open-data/{name}.csv").mimetype == "text/csv"
    listed = page(stranger.get("/open-data/"))
    assert "<li>0 Not allowed: " in listed, "each step of the ladder has a line"
    assert listed.count("<li>7 Publishes results: ") == 1
    catalogue = json.loads(stranger.get("/open-data/catalogue.jsonld").get_data(as_text=True))
    assert len(catalogue["dcat:dataset"]) == 3
    assert len(catalogue["dcat:catalog"]) == 49
    own = stranger.get("/tskaltubo/open-data/catalogue.jsonld")
    assert json.loads(own.get_data(as_text=True))["@type"] == "dcat:Catalog"
    assert stranger.get("/tskaltubo/open-data/").status_code == 200
    assert stranger.get("/tskaltubo/open-data/nothing.csv").status_code == 404


def test_drift_is_mended_in_the_night_once_and_shown(town: Flask) -> None:
    yesterday = NOW - timedelta(days=1)
    report(town, "tskaltubo", title="One", now=yesterday)
    day = local_day(yesterday)
    with town.app_context():
        database.bind(TSKALTUBO)
        count(TSKALTUBO, NAME, {day: {"opened": 4}})
        database.commit()
    assert recount_night(town, today=day + timedelta(days=1)) == 1
    assert recount_hall(town, TSKALTUBO, day=day) == []
    with town.app_context():
        database.bind(TSKALTUBO)
        kept = db.session.execute(
            sa.text("select measure, counted, found, mended from mms.stat_drift")
        )
        assert [tuple(row) for row in kept] == [("opened", 5, 1, True)]


def test_a_clock_a_day_ahead_makes_no_case_used_or_late(town: Flask) -> None:
    switch(town, "on")
    with town.app_context():
        database.bind(TSKALTUBO)
        count(TSKALTUBO, NAME, {local_day(NOW) + timedelta(days=1): {"opened": 3}})
        database.commit()
    assert rung(town) == "Live"


SECRETS = ("Secret lamp of the widow", "Secret words", "secret-author@", "Secret Name")


def test_no_page_of_the_ministry_says_a_word_of_a_case(town: Flask) -> None:
    """Every page and table of the ministry and of open data is opened; none knows the case."""
    switch(town, "on")
    with town.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall is not None
        database.bind(TSKALTUBO)
        who = Contact(name=SECRETS[3], email=f"{SECRETS[2]}mms.example")
        told = NewCase(title=SECRETS[0], body=SECRETS[1], contact=who)
        kind = registry(town).loaded[NAME].case_types[0]
        open_case(registry(town), kind, module=NAME, tenant=hall, new=told, now=NOW)
        database.commit()
    ministry, opened = signed_in(town, "ministry"), 0
    places = {"hall": "tskaltubo", "name": NAME, "form": "json"}
    with town.test_request_context():
        urls = town.url_map.bind("localhost")
        for rule in town.url_map.iter_rules():
            begins = rule.rule.startswith(("/ministry/", "/figures/", "/open-data/"))
            if not begins or "GET" not in (rule.methods or ()) or rule.arguments - set(places):
                continue
            given = places | ({"name": "answers"} if rule.rule.startswith("/open") else {})
            path = urls.build(rule.endpoint, {name: given[name] for name in rule.arguments})
            answer = ministry.get(path)
            assert answer.status_code in {200, 404}, path  # 404 where nothing of that name is there
            assert not [s for s in SECRETS if s.encode() in answer.data], path
            opened += 1
    assert opened >= 14
