"""The ministry sees who uses what and whether answers come in time: exact, at once, no more."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from lamp_town import DESK, NAME, report, signed_in, step

from mms_core.monitoring.fold import fold_all
from mms_core.monitoring.reader import reader
from mms_core.testing import page

NOW = datetime.now(UTC)
TSKALTUBO = 39


def row(text: str, name: str) -> list[str]:
    """Give the cells of a table's first row with this heading."""
    found = re.search(rf"<tr[^>]*><th scope=\"row\">(?:<a [^>]*>)?{name}.*?</tr>", text, re.DOTALL)
    assert found, text
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found[0], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def switch_on(app: Flask) -> None:
    signed_in(app, "head").post(f"{DESK}/switch", data={"state": "on", "act_number": "N 12-3"})


def test_what_a_hall_did_a_second_ago_is_counted(town: Flask) -> None:
    """Before folding, after folding, and with half of it folded the page says the same."""
    ministry = signed_in(town, "ministry")
    none = ["0", "–", "–", "–", "–", "–"]
    assert row(page(ministry.get("/ministry/")), "Tskaltubo") == none
    switch_on(town)
    numbers = [
        report(town, "tskaltubo", title=f"Lamp {n}", now=NOW - timedelta(days=4)) for n in range(5)
    ]
    assert row(page(ministry.get("/ministry/")), "Tskaltubo") == ["1", "0.09", *none[2:]]
    fold_all(town)
    step(town, TSKALTUBO, numbers[0], now=NOW)
    halfway = page(ministry.get("/ministry/"))
    assert row(halfway, "Tskaltubo") == ["1", "0.09", "few", "few", "few", "few"]
    fold_all(town)
    assert row(page(ministry.get("/ministry/")), "Tskaltubo") == row(halfway, "Tskaltubo")


def test_rates_are_honest(town: Flask) -> None:
    """Six answered, four of them in time, two unanswered and overdue: 4 of 8."""
    switch_on(town)
    long_ago = NOW - timedelta(days=120)
    for index in range(6):
        number = report(town, "tskaltubo", title=f"Lamp {index}", now=long_ago)
        late = timedelta(days=100 if index > 3 else 1)
        step(town, TSKALTUBO, number, now=long_ago + late)
    for index in range(2):
        report(town, "tskaltubo", title=f"Forgotten {index}", now=long_ago)
    shown = page(signed_in(town, "ministry").get("/ministry/"))
    assert row(shown, "Tskaltubo") == ["1", "0.14", "50%", "1", "61 or more", "25%"]
    fold_all(town)
    assert row(page(signed_in(town, "ministry").get("/ministry/")), "Tskaltubo")[2] == "50%"


def test_the_page_follows_a_switch_and_its_filters(town: Flask) -> None:
    ministry = signed_in(town, "ministry")
    switch_on(town)
    shown = page(ministry.get("/ministry/?module=street_lamps&region=GE-IM"))
    assert "Live" in shown
    assert "Tskaltubo" in shown
    assert "Batumi" not in re.sub(r"<select.*?</select>", "", shown, flags=re.DOTALL)
    signed_in(town, "head").post(f"{DESK}/off", data={"fate": "off"})
    assert row(page(ministry.get("/ministry/?region=GE-IM")), "Tskaltubo")[0] == "0"
    nonsense = ministry.get("/ministry/?region=x&module=y&period=z")
    assert nonsense.status_code == 200


def test_a_hall_shows_its_modules_and_decisions(town: Flask) -> None:
    switch_on(town)
    report(town, "tskaltubo", title="One")
    shown = page(signed_in(town, "ministry").get("/ministry/tskaltubo"))
    assert row(shown, "Street lamps")[1:3] == [
        "Used in 30 days few", "Nine answers in ten must be in time, of at least five.",
    ]  # fmt: skip
    assert "N 12-3" in shown
    assert "Switched off → Switched on" in shown
    assert signed_in(town, "ministry").get("/ministry/atlantis").status_code == 404


def test_merged_cities_are_marked(town: Flask) -> None:
    ministry = signed_in(town, "ministry")
    assert re.search(r"City of Gori.*merged: Gori", page(ministry.get("/ministry/")))
    assert "merged into its municipality: Gori" in page(ministry.get("/ministry/gori-city"))


@pytest.mark.parametrize("language", ["ka", "en"])
def test_no_two_tiles_of_the_map_have_the_same_name(town: Flask, language: str) -> None:
    ministry = signed_in(town, "ministry")
    ministry.set_cookie("mms_language", language)
    names = re.findall(r'<abbr class="short"[^>]*>([^<]+)', page(ministry.get("/ministry/")))
    assert len(set(names)) == len(names) == 51


def test_the_table_can_be_downloaded(town: Flask) -> None:
    switch_on(town)
    report(town, "tskaltubo", title="One")
    answer = signed_in(town, "ministry").get("/ministry/figures.csv?region=GE-IM")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    (ours,) = (r for r in rows if r["municipality"] == "tskaltubo" and r["module"] == NAME)
    assert (ours["state"], ours["opened"], ours["share_in_time"]) == ("on", "1", "")
    assert {r["region"] for r in rows} == {"GE-IM"}


def test_forbidding_leaves_what_is_on_until_the_hall_decides(town: Flask) -> None:
    ministry, head = signed_in(town, "ministry"), signed_in(town, "head")
    switch_on(town)
    only_batumi = {"scope": "listed", "tenants": ["20"]}
    assert ministry.post(f"/ministry/modules/{NAME}", data=only_batumi).status_code == 303
    shown = page(ministry.get(f"/ministry/modules/{NAME}"))
    assert "It is still on in 1 municipality where it is not allowed" in shown
    assert "It stays there until the city hall decides" in shown
    assert town.test_client().get("/tskaltubo/lamps/").status_code == 200
    head.post(f"{DESK}/off", data={"fate": "off"})
    told = page(head.get(f"{DESK}/"))
    assert "The ministry does not allow this module here" in told
    assert "Write to the ministry if your municipality needs it." in told
    refused = head.post(f"{DESK}/switch", data={"state": "on"})
    assert refused.status_code == 403
    assert "The ministry does not allow this module here." in page(refused)
    ministry.post(f"/ministry/modules/{NAME}", data={"scope": "everywhere"})
    assert head.post(f"{DESK}/switch", data={"state": "on"}).status_code == 303


def test_the_allow_form_says_what_is_wrong(town: Flask) -> None:
    ministry = signed_in(town, "ministry")
    wrong = ministry.post(f"/ministry/modules/{NAME}", data={"tenants": ["20"]})
    assert wrong.status_code == 422
    assert re.search(r'value="20" checked', page(wrong))
    assert ministry.get("/ministry/modules/nothing").status_code == 404


def test_a_quarantined_module_says_why(town: Flask) -> None:
    broken = town.extensions["mms_modules"].quarantined
    broken["broken_benches"] = "ImportError: no bench"
    try:
        ministry = signed_in(town, "ministry")
        assert "out of order" in page(ministry.get("/ministry/"))
        assert "ImportError: no bench" in page(ministry.get("/ministry/modules/broken_benches"))
    finally:
        del broken["broken_benches"]


@pytest.mark.parametrize("who", ["citizen", "operator", "head", "mayor", "clerk"])
def test_nobody_else_gets_in(town: Flask, who: str) -> None:
    client = signed_in(town, who)
    for address in ("/ministry/", "/ministry/figures.csv", "/ministry/tskaltubo"):
        assert client.get(address).status_code == 403


def test_a_stranger_is_asked_to_sign_in(town: Flask) -> None:
    assert "/sign-in" in town.test_client().get("/ministry/").location


FILES = (
    "cases", "case_contact", "case_event", "case_message", "attachment", "person_case", "account",
    "profile", "outbox_letter", "national_letter", "idempotency_key",
)  # fmt: skip


def test_the_ministrys_role_can_read_no_file_of_anybody(town: Flask) -> None:
    """Whatever the pages asked, PostgreSQL would refuse it."""
    with town.app_context():
        tables = set(sa.inspect(reader()).get_table_names(schema="mms"))
        readable = set()
        with reader().connect() as connection:
            assert connection.execute(sa.text("select current_user")).scalar() == "mms_ministry"
            for table in tables:
                mine = sa.text("select has_table_privilege(:t, 'select,insert,update,delete')")
                if connection.execute(mine, {"t": f'mms."{table}"'}).scalar():
                    readable.add(table)
            for table in set(FILES) & tables:
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    connection.execute(sa.text(f'select * from mms."{table}"'))  # noqa: S608 - of the catalogue
    assert readable <= {
        "stat_delta", "stat_day", "stat_month", "stat_fold", "stat_drift", "tenant_module",
        "module_decision",
        "module_allowance", "module_standard", "module_standard_decision", "module_health",
        "municipality", "region", "community_centre",
        "national_day_off", "platform", "commitment", "commitment_milestone",
    }, readable  # fmt: skip
    assert {"cases", "case_contact", "case_event", "outbox_letter"} <= tables
