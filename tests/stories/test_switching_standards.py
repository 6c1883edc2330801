"""The ministry sets a national default with bounds; a hall moves within them, and is seen."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from lamp_town import DESK, NAME, found, report, signed_in

from mms_core import db as database
from mms_core.config import Settings
from mms_core.doctor_standards import standards as asked
from mms_core.errors import Invalid
from mms_core.modules import registry
from mms_core.switching import rules
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page

ALL = f"/ministry/modules/{NAME}/settings/"
DAYS = f"{ALL}answer_days"


def ruled(town: Flask, value: str, **bound: str) -> str:
    """Let the ministry decide the days to answer; gives what it is shown then."""
    ministry = signed_in(town, "ministry")
    typed = {"has_default": "true", "value": value, "reason": "Equal terms.", **bound}
    answer = ministry.post(DAYS, data=typed)
    assert answer.status_code == 303, page(answer)
    return page(ministry.get(ALL))


def days_of(town: Flask, hall: str) -> int:
    """Give what a module reads as its setting in a hall."""
    with town.app_context():
        database.bind(database.NATION)
        tenant = tenancy.by_slug(hall)
        assert tenant
        database.bind(tenant.id)
        stored = rules.standing(tenant.id, NAME).settings
        return int(rules.settings_of(registry(), NAME, stored=stored)["answer_days"])


def test_a_hall_without_a_value_of_its_own_gets_the_default(town: Flask) -> None:
    head = signed_in(town, "head")
    head.post(f"{DESK}/settings", data={"answer_days": "10", "electrician": "Firm"})
    shown = ruled(town, "20", least="5", most="30")
    assert "from 5 to 30" in shown
    assert "Equal terms." in shown
    assert days_of(town, "tskaltubo") == 20, "what was left at the default follows it"
    assert days_of(town, "batumi") == 20, "also where nobody has touched the module"
    form = page(head.get(f"{DESK}/settings"))
    assert 'value="20"' in form
    assert "National default: 20." in form
    ruled(town, "15", least="5", most="30")
    assert days_of(town, "tskaltubo") == 15


def test_a_hall_moves_within_the_bounds_only(town: Flask) -> None:
    ruled(town, "20", least="5", most="30")
    head = signed_in(town, "head")
    far = head.post(f"{DESK}/settings", data={"answer_days": "31", "electrician": "Firm"})
    assert far.status_code == 422
    said = page(far)
    assert re.search(r"The ministry decided on \d+ \w+ \d{4}: from 5 to 30\.", said)
    assert 'href="#field-answer_days"' in said
    assert 'value="Firm"' in said
    georgian = signed_in(town, "head", language="ka")
    far = georgian.post(f"{DESK}/settings", data={"answer_days": "31"})
    assert "5-დან 30-მდე" in page(far)
    assert head.post(f"{DESK}/settings", data={"answer_days": "25"}).status_code == 303
    assert days_of(town, "tskaltubo") == 25


def test_the_ministry_sees_who_deviates_and_who_stands_outside(
    town: Flask, settings: Settings
) -> None:
    head = signed_in(town, "head")
    head.post(f"{DESK}/settings", data={"answer_days": "25", "electrician": ""})
    assert "No hall deviates" in page(signed_in(town, "ministry").get(ALL))
    shown = ruled(town, "20", most="30")
    assert "Tskaltubo" in shown
    assert "outside of the bound" not in shown
    shown = ruled(town, "20", most="22")
    assert "outside of the bound" in shown
    assert days_of(town, "tskaltubo") == 25, "it keeps running"
    assert "Settings outside of what the ministry allows now" in page(head.get(f"{DESK}/"))
    kept = head.post(f"{DESK}/settings", data={"answer_days": "25", "electrician": "Firm"})
    assert kept.status_code == 303, "what stands outside may stay while something else is changed"
    assert head.post(f"{DESK}/settings", data={"answer_days": "24"}).status_code == 422
    with town.app_context(), found(settings.data_dir / "doctor"):
        words = " ".join(finding.what for finding in asked(settings))
    assert "tskaltubo stands outside of the ministry's bounds" in words


def test_the_only_value_is_the_default(town: Flask) -> None:
    ruled(town, "20", fixed="true")
    head = signed_in(town, "head")
    wrong = head.post(f"{DESK}/settings", data={"answer_days": "21"})
    assert "only the national default is allowed" in page(wrong)
    assert head.post(f"{DESK}/settings", data={"answer_days": "20"}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"has_default": "true", "value": "20", "most": "10"}, "The default itself lies outside"),
        ({"least": "20", "most": "15"}, "The most is less than the least."),
        ({"most": "90"}, "The module itself does not take this."),
        ({"fixed": "true"}, "Set a default first"),
        ({"has_default": "true", "value": "90"}, "Write a number from 1 to 60."),
    ],
)
def test_a_bound_that_nobody_could_keep_is_refused(
    town: Flask, typed: dict[str, str], said: str
) -> None:
    ministry = signed_in(town, "ministry")
    wrong = ministry.post(DAYS, data=typed | {"reason": "Why."})
    assert wrong.status_code == 422
    assert said in page(wrong)


def test_a_decision_needs_its_reason_and_stands_for_good(town: Flask) -> None:
    ministry = signed_in(town, "ministry")
    assert ministry.post(DAYS, data={"has_default": "true", "value": "20"}).status_code == 422
    ruled(town, "20")
    shown = ruled(town, "15")
    assert shown.count("Equal terms.") == 2
    for who in ("citizen", "head"):
        assert signed_in(town, who).get(ALL).status_code == 403
    assert ministry.get(f"{ALL}nothing").status_code == 404


def test_kept_public_pages_give_way(town: Flask) -> None:
    def version() -> object:
        with town.app_context():
            database.bind(database.NATION)
            hall = tenancy.by_slug("batumi")
            assert hall
            database.bind(hall.id)
            return database.db.session.execute(
                database.db.text("select mms.public_version(:hall, null)"), {"hall": hall.id}
            ).scalar_one()

    before = version()
    ruled(town, "20")
    assert version() != before


def test_another_way_of_setting_is_bound_too(town: Flask) -> None:
    ruled(town, "20", most="30")
    with town.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall
        database.bind(hall.id)
        with pytest.raises(Invalid):
            rules.configure(
                registry(), hall.id, module=NAME, settings={"answer_days": 40}, decided_by="T"
            )
        database.rollback()


def test_a_default_says_first_how_many_cases_of_how_many_halls_it_touches(town: Flask) -> None:
    signed_in(town, "head").post(f"{DESK}/switch", data={"state": "on"})
    for number in range(6):
        report(town, "tskaltubo", title=f"Lamp {number}")
    ministry, firm = signed_in(town, "ministry"), f"{ALL}electrician"
    typed = {"has_default": "true", "value": "State firm", "reason": "One for all."}
    card = ministry.post(firm, data=typed)
    assert card.status_code == 409
    assert "1 city hall gets the new default at once: cases that wait there for an answer: 6" in (
        page(card)
    )
    assert "One for all." in page(card)
    assert "State firm" not in page(ministry.get(ALL)), "nothing is kept yet"
    assert ministry.post(firm, data=typed | {"sure": "true"}).status_code == 303
    assert ministry.post(firm, data=typed).status_code == 303, "nothing changes for anybody"
    other = {"value": "Another firm", "fixed": "true"}
    head = signed_in(town, "head")
    own = {"electrician": "Our firm", "answer_days": "9", "sure": "true"}
    assert head.post(f"{DESK}/settings", data=own).status_code == 303
    card = ministry.post(firm, data=typed | other)
    assert "1 city hall stands outside of the bound and goes on as it is" in page(card)
