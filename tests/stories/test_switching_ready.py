"""An operator makes a module ready: each line is live, leads to where it is done, and is kept."""

from __future__ import annotations

import io
import re

from flask import Flask
from lamp_town import DESK, NAME, signed_in

from mms_core import db as database
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page
from mms_core.units.rules import UnitData, keep

READY = f"{DESK}/ready"


def unit_of_the_hall(town: Flask) -> str:
    with town.app_context():
        database.bind(database.NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall
        database.bind(hall.id)
        made = str(keep(hall.id, UnitData(name_ka="განათება", name_en="Lighting")).id)
        database.commit()
    return made


def lines(text: str) -> dict[str, bool]:
    """Read the checklist: what is asked, and whether it is done."""
    listed = text.split('class="mms-checklist"')[1].partition("</ul>")[0]
    items = re.findall(r"<li>.*?</li>", listed, re.DOTALL)
    plain = [re.sub(r"<small>.*|<[^>]+>", "", item, flags=re.DOTALL).strip() for item in items]
    return {item.split(" ", 1)[-1].removeprefix("do "): item.startswith("done") for item in plain}


def test_every_line_leads_to_where_it_is_done_and_is_live(town: Flask) -> None:
    head = signed_in(town, "head")
    before = page(head.get(f"{DESK}/"))
    assert f'href="{READY}#field-act_number"' in before
    assert f'href="{READY}#field-told_on"' in before
    assert f'href="{DESK}/settings"' in before, "a module's own line leads to its settings"
    typed = {
        "act_number": "N 12",
        "act_date": "2024-03-02",
        "unit": unit_of_the_hall(town),
        "officer": "data@tskaltubo.example",
        "told_on": "2024-03-05",
        "told_where": "https://tskaltubo.example/news/7",
    }
    assert head.post(READY, data=typed).status_code == 303
    now = lines(page(head.get(f"{DESK}/")))
    assert {line for line, done in now.items() if not done} == {"Poles are numbered"}
    assert len(now) == 8
    shown = page(head.get(READY))
    assert 'value="N 12"' in shown
    assert 'value="2024-03-02"' in shown
    head.post(READY, data=typed | {"told_where": ""})
    assert not lines(page(head.get(f"{DESK}/")))[
        "Residents were informed, and it can be seen where"
    ]


def test_a_decision_says_what_was_not_ready(town: Flask) -> None:
    head = signed_in(town, "head")
    assert "Not everything is ready." in page(head.get(f"{DESK}/"))
    head.post(f"{DESK}/switch", data={"state": "on", "act_number": "N 7", "act_date": "2024-03-02"})
    told = page(head.get(f"{DESK}/"))
    assert "Not ready then: " in told
    assert lines(told)["A legal act with number and date stands behind it"], "the decision names it"
    seen = page(signed_in(town, "ministry").get(f"/ministry/modules/{NAME}"))
    assert re.search(r"\d lines of the checklist were open", seen)


def test_what_cannot_be_is_said_at_its_field(town: Flask) -> None:
    head = signed_in(town, "head")
    typed = {"act_date": "2999-01-01", "unit": "nobody", "act_number": "N 12"}
    wrong = head.post(READY, data=typed)
    assert wrong.status_code == 422
    assert 'href="#field-act_date"' in page(wrong)
    assert 'href="#field-unit"' in page(wrong)
    assert 'value="N 12"' in page(wrong)
    assert signed_in(town, "citizen").get(READY).status_code == 403


def test_a_file_shows_that_residents_were_informed_to_staff_alone(town: Flask) -> None:
    head = signed_in(town, "head")
    bad = {"told_on": "2024-03-05", "files": (io.BytesIO(b"MZ\x90"), "news.exe")}
    refused = head.post(READY, data=bad)
    assert refused.status_code == 422
    assert 'value="2024-03-05"' in page(refused), "nothing typed is lost"
    good = {"told_on": "2024-03-05", "files": (io.BytesIO("კრების ოქმი".encode()), "minutes.txt")}
    assert head.post(READY, data=good).status_code == 303
    line = "Residents were informed, and it can be seen where"
    assert lines(page(head.get(f"{DESK}/")))[line]
    found = re.search(rf'href="({READY}/files/(\w+))"', page(head.get(READY)))
    assert found
    assert head.get(found[1]).data.decode() == "კრების ოქმი"
    for who in ("citizen", "ministry"):
        assert signed_in(town, who).get(found[1]).status_code in {403, 404}, who
    assert head.get(f"{READY}/files/0").status_code == 404
    assert head.post(READY, data={"told_on": "2024-03-05", "without": found[2]}).status_code == 303
    assert head.get(found[1]).status_code == 404
    assert not lines(page(head.get(f"{DESK}/")))[line]
