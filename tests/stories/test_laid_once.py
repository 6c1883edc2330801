"""Act, unit and officer are written once, and every page and paper of a module prints them."""

from __future__ import annotations

from datetime import date

import feedback_kit
import idea_kit
from flask import Flask
from flask.testing import FlaskClient

from mms_core.switching.grounds import laid
from mms_core.testing import page
from mms_core.units.rules import UnitData, keep

READY = "/zugdidi/desk/modules/your_idea_to_mayor/{}".format
RULES = "/zugdidi/ideas/rules"
BEFORE = {
    "legal_act": "დადგენილება № 12, 26.01.2026",
    "managing_unit": "განვითარების სააგენტო",
    "privacy_contact": "data@zugdidi.example",
}


def test_what_the_readiness_record_says_is_what_the_rules_print(
    app: Flask, client: FlaskClient
) -> None:
    idea_kit.turn(app, "on")
    with idea_kit.hall(app) as tenant:
        unit = str(keep(tenant.id, UnitData(name_ka="კომუნიკაციის სამსახური")).id)
    head = idea_kit.person(app, "head@posta.example", role="head")
    asked = page(head.get(READY("settings")))
    assert 'type="text" id="field-legal_act"' not in asked, "the settings ask for no act"
    typed = {"act_number": "დადგენილება № 7", "act_date": "2026-02-03", "unit": unit}
    typed |= {"officer": "oficeri@zugdidi.example"}
    assert "კომუნიკაციის სამსახური" not in page(client.get(RULES))
    assert head.post(READY("ready"), data=typed).status_code == 303
    shown = page(client.get(RULES))
    for words in ("დადგენილება № 7", "3 თებერვალი 2026", "კომუნიკაციის სამსახური"):
        assert words in shown, words
    assert "oficeri@zugdidi.example" in page(client.get("/zugdidi/ideas/new"))
    named = typed | {"unit": "", "unit_named": "განვითარების სააგენტო"}
    assert head.post(READY("ready"), data=named).status_code == 303
    assert "განვითარების სააგენტო" in page(client.get(RULES)), "who is no unit of the hall"


def test_what_was_typed_into_the_settings_before_holds_until_the_record_is_filled(
    app: Flask, client: FlaskClient
) -> None:
    idea_kit.turn(app, "on", **BEFORE)
    shown = page(client.get(RULES))
    for words in ("დადგენილება № 12", "26 იანვარი 2026", *list(BEFORE.values())[1:]):
        assert words in shown, words
    head = idea_kit.person(app, "head@posta.example", role="head")
    ready = page(head.get(READY("ready")))
    for words in ('value="დადგენილება № 12"', 'value="2026-01-26"', 'value="data@zugdidi.example"'):
        assert words in ready, words
    settings = {"answer_days": "12", "publish": "known", "strangers": "held", **BEFORE}
    settings |= {"edit_minutes": "30", "support_level": "1", "comment_level": "1"}
    settings |= {"threshold": "0", "keep_years": "3"}
    assert head.post(READY("settings"), data=settings).status_code == 303
    assert "დადგენილება № 12" in page(client.get(RULES)), "a save of the settings loses nothing"
    typed = {"act_number": "დადგენილება № 8", "act_date": "2026-03-04", "unit_named": ""}
    assert head.post(READY("ready"), data=typed).status_code == 303
    shown = page(client.get(RULES))
    assert "დადგენილება № 8" in shown
    assert "№ 12" not in shown
    assert BEFORE["managing_unit"] not in shown, "what was taken out of the form is gone"


def test_a_report_names_the_unit_and_the_rule_its_act(app: Flask, client: FlaskClient) -> None:
    feedback_kit.turn(
        app, "on", act_number="№ 31", act_date="2025-12-18", managing_unit="სამსახური"
    )
    shown = page(client.get("/tskaltubo/feedback/rule"))
    assert "№ 31" in shown
    assert "18 დეკემბერი 2025" in shown
    with feedback_kit.hall(app) as tenant:
        found = laid(tenant.id, feedback_kit.MODULE)
    assert (found.act_date, found.unit) == (date(2025, 12, 18), "სამსახური")
