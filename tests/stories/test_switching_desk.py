"""A head of unit switches modules: dated decisions that hold at once and never delete."""

from __future__ import annotations

import re

from flask import Flask
from lamp_town import DESK, report, signed_in

from mms_core.testing import page

ACT = {"act_number": "N 12-3", "act_date": "2026-01-15", "reason": "The poles are numbered."}


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', text)
    assert found
    return found[1]


def test_on_off_and_on_again(town: Flask) -> None:
    """Off answers 404 and leaves the navigation; the data stay; each step is a dated decision."""
    head, citizen = signed_in(town, "head"), town.test_client()
    assert citizen.get("/tskaltubo/lamps/").status_code == 404
    on = head.post(f"{DESK}/switch", data={"state": "on", **ACT})
    assert on.status_code == 303
    report(town, "tskaltubo", title="Rustaveli 14")
    assert "Rustaveli 14" in page(citizen.get("/tskaltubo/lamps/"))
    assert 'href="/tskaltubo/lamps/"' in page(head.get(f"{DESK}/"))

    card = page(head.get(f"{DESK}/off"))
    assert "This touches what people wait for" in card
    assert re.search(r"<b>1</b>\s*Dark lamps", card)
    gone = head.post(f"{DESK}/off", data={"fate": "off", **ACT, "seen": seen(card)})
    assert gone.status_code == 303
    assert citizen.get("/tskaltubo/lamps/").status_code == 404
    after = page(head.get(f"{DESK}/"))
    assert 'href="/tskaltubo/lamps/"' not in after
    assert "Switched on → Switched off" in after

    head.post(f"{DESK}/switch", data={"state": "on", **ACT})
    assert "Rustaveli 14" in page(citizen.get("/tskaltubo/lamps/"))
    story = page(head.get(f"{DESK}/"))
    assert story.count("N 12-3, 15.01.2026") == 3
    assert "The poles are numbered." in story


def test_switching_off_without_the_card_shows_it_first(town: Flask) -> None:
    mayor = signed_in(town, "mayor")
    mayor.post(f"{DESK}/switch", data={"state": "on"})
    report(town, "tskaltubo", title="Rustaveli 14")
    asked = mayor.post(f"{DESK}/switch", data={"state": "off"})
    assert asked.location.endswith("/off")
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 200


def test_closing_takes_nothing_new_and_serves_what_is_open(town: Flask) -> None:
    operator, citizen = signed_in(town, "operator"), town.test_client()
    operator.post(f"{DESK}/switch", data={"state": "on"})
    operator.post(f"{DESK}/off", data={"fate": "closing"})
    assert citizen.get("/tskaltubo/lamps/").status_code == 200
    typed = {"title": "A", "body": "", "name": "", "email": "", "phone": ""}
    assert citizen.post("/tskaltubo/lamps/new", data=typed).status_code == 409
    assert "Closing" in page(operator.get(f"{DESK}/"))


def test_trial_is_for_the_staff(town: Flask) -> None:
    operator = signed_in(town, "operator")
    operator.post(f"{DESK}/switch", data={"state": "trial"})
    assert operator.get("/tskaltubo/lamps/").status_code == 200
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 404


def test_a_wrong_number_is_said_at_its_field_and_the_rest_is_kept(town: Flask) -> None:
    head = signed_in(town, "head")
    typed = {"answer_days": "ninety", "electrician": "Firm of Tskaltubo"}
    wrong = head.post(f"{DESK}/settings", data=typed)
    assert wrong.status_code == 422
    assert "Write a whole number." in page(wrong)
    assert 'href="#field-answer_days"' in page(wrong)
    assert 'value="ninety"' in page(wrong)
    assert 'value="Firm of Tskaltubo"' in page(wrong)
    far = head.post(f"{DESK}/settings", data=typed | {"answer_days": "90"})
    assert "Write a number from 1 to 60." in page(far)


def test_settings_are_kept_by_version_with_name_and_day(town: Flask) -> None:
    head = signed_in(town, "head")
    for days in ("20", "15"):
        kept = head.post(f"{DESK}/settings", data={"answer_days": days, "electrician": ""})
        assert kept.status_code == 303
    story = page(head.get(f"{DESK}/"))
    assert "Days to answer: 10 → 20" in story
    assert "Days to answer: 20 → 15" in story
    assert 'value="15"' in page(head.get(f"{DESK}/settings"))


def test_two_officers_at_once_lose_nothing(town: Flask) -> None:
    """The second one is told, keeps what was typed, and sees the new state."""
    head, mayor = signed_in(town, "head"), signed_in(town, "mayor")
    before = seen(page(mayor.get(f"{DESK}/")))
    head.post(f"{DESK}/switch", data={"state": "trial", "seen": before})
    late = mayor.post(f"{DESK}/switch", data={"state": "on", "seen": before, **ACT})
    assert late.status_code == 409
    assert "Somebody has changed this module" in page(late)
    assert "The poles are numbered." in page(late)
    assert "On trial" in page(late)


def test_what_a_citizen_and_another_hall_may_not_do(town: Flask) -> None:
    assert signed_in(town, "citizen").get(f"{DESK}/").status_code == 403
    assert town.test_client().get(f"{DESK}/").status_code == 303
    other = DESK.replace("tskaltubo", "batumi")
    assert signed_in(town, "head").get(f"{other}/").status_code == 403
    assert signed_in(town, "head").get(f"{DESK}x/").status_code == 404


def test_the_list_shows_every_module_and_why_one_is_out_of_order(town: Flask) -> None:
    broken = town.extensions["mms_modules"].quarantined
    broken["broken_benches"] = "ImportError: no bench"
    try:
        listed = page(signed_in(town, "operator").get("/tskaltubo/desk/modules/"))
    finally:
        del broken["broken_benches"]
    assert "Street lamps" in listed
    assert "Switched off" in listed
    assert "ImportError: no bench" in listed


def test_the_page_of_a_module_reads_its_readme_and_checklist(town: Flask) -> None:
    shown = page(signed_in(town, "operator").get(f"{DESK}/"))
    assert "<h3>Street lamps</h3>" in shown
    assert "<strong>the electrician</strong>" in shown
    assert 'aria-label="Table 1" tabindex="0"><table' in shown
    assert "<script>alert" not in shown
    assert "Poles are numbered" in shown
    assert "Number them." in shown


def test_a_date_of_tomorrow_is_refused_at_its_field(town: Flask) -> None:
    wrong = signed_in(town, "head").post(
        f"{DESK}/switch", data={"state": "on", **ACT, "act_date": "2999-01-01"}
    )
    assert wrong.status_code == 422
    assert 'href="#field-act_date"' in page(wrong)
    assert 'value="N 12-3"' in page(wrong)
