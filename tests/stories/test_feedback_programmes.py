"""The hall publishes its programmes by budget year, and everybody reads and takes them along."""

from __future__ import annotations

import io

import pytest
from feedback_kit import SLUG, TITLE, YEAR, hall, person, programme, rate, table, turn, vouchers
from flask import Flask
from flask.testing import FlaskClient

from mms_core.testing import page
from plugins.citizen_feedback import programmes
from plugins.citizen_feedback.tables import HEADINGS

BASE = f"/{SLUG}/feedback"
FORM = {
    "year": str(YEAR), "kind": "health", "title": "მედიკამენტების თანადაფინანსება",
    "budget": "12 500,50", "starts_on": f"{YEAR}-01-01", "ends_on": f"{YEAR}-12-31",
}  # fmt: skip


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    turn(app, "on", act_number="№ 31", act_date=f"{YEAR - 1}-12-18")
    return person(app, "operator", role="operator")


def test_a_programme_is_entered_published_found_and_printed(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    made = operator.post(f"{BASE}/desk/programmes/new", data=FORM)
    assert made.status_code == 303, page(made)
    code = made.location.rpartition("/")[2]
    assert code == f"{YEAR}-01", "the budget year counts, not the year of the act"
    assert client.get(f"{BASE}/programmes/{code}").status_code == 404, "a draft is the hall's"
    operator.post(made.location, data={"do": "publish"})
    assert "500,50" in page(client.get(f"{BASE}/programmes/{code}"))
    for query in ("მედიკამენტ", "medikament", "12345"):
        listed = page(client.get(f"{BASE}/?q={query}"))
        assert (FORM["title"] in listed) == (query != "12345"), query


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"title": ""}, "title"),
        ({"budget": "ბევრი"}, "budget"),
        ({"kind": "x"}, "kind"),
        ({"ends_on": f"{YEAR - 1}-01-01"}, "ends_on"),
        ({"starts_on": f"{YEAR - 1}-12-01"}, "starts_on"),
        ({"year": "1999"}, "year"),
    ],
)
def test_a_mistake_is_named(operator: FlaskClient, changes: dict[str, str], name: str) -> None:
    refused = operator.post(f"{BASE}/desk/programmes/new", data=FORM | changes)
    assert refused.status_code == 422
    assert f'href="#field-{name}"' in page(refused)


def test_what_is_exported_is_imported_and_bad_lines_are_told(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    code = programme(app)
    exported = client.get(f"{BASE}/programmes.csv").get_data(as_text=True)
    assert TITLE in exported
    head = ";".join(HEADINGS)
    lines = (
        f"{code};{YEAR};სოციალური;ახალი სახელი;;;;;;7000;{YEAR}-01-01;{YEAR}-12-31",
        f";{YEAR};health;ახალი\u00a0პროგრამა;;;;;;;01.02.{YEAR};30.11.{YEAR}",
        f";{YEAR};health;;;;;;;;{YEAR}-01-01;{YEAR}-12-31",
        f"{YEAR}-99;{YEAR};health;სხვა;;;;;;;{YEAR}-01-01;{YEAR}-12-31",
    )
    told = page(operator.post(f"{BASE}/desk/import", data=table("\n".join((head, *lines)))))
    assert "სტრიქონი 4:" in told
    assert "სტრიქონი 5:" in told
    with hall(app) as tenant:
        titles = [row.title for row in programmes.of_year(tenant.id, YEAR, drafts=True)]
    assert titles == ["ახალი სახელი", "ახალი პროგრამა"]
    sheet = client.get(f"{BASE}/programmes.xlsx").data
    again = operator.post(f"{BASE}/desk/import", data={"file": (io.BytesIO(sheet), "p.xlsx")})
    assert "1" in page(again)
    assert operator.post(f"{BASE}/desk/import", data=table("a;b\n1;2")).status_code == 422


def test_a_year_is_copied_once_as_drafts_without_budgets(app: Flask, operator: FlaskClient) -> None:
    programme(app)
    for _time in range(2):
        operator.post(f"{BASE}/desk/copy", data={"year": YEAR})
    with hall(app) as tenant:
        (row,) = programmes.of_year(tenant.id, YEAR + 1, drafts=True)
        assert (row.state, row.budget, row.starts_on.year) == ("draft", None, YEAR + 1)


def test_a_rated_programme_is_withdrawn_and_not_deleted(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    code = programme(app)
    rate(client, *vouchers(app, code))
    at = f"{BASE}/desk/programmes/{code}"
    assert operator.post(at, data={"do": "delete"}).status_code == 409
    assert operator.post(at, data={"do": "withdraw"}).status_code == 303
    assert client.get(f"{BASE}/programmes/{code}").status_code == 404
    unrated = programme(app, title="სხვა")
    assert (
        operator.post(f"{BASE}/desk/programmes/{unrated}", data={"do": "delete"}).status_code == 303
    )


def test_a_sheet_of_vouchers_is_printed_again_with_the_same_codes(
    app: Flask, operator: FlaskClient
) -> None:
    code = programme(app)
    form = {"count": "3", "expires_on": f"{YEAR}-12-31"}
    made = operator.post(f"{BASE}/desk/programmes/{code}/vouchers", data=form)
    sheet = page(operator.get(made.location))
    assert sheet.count("mms-qr") == 3
    assert sheet.count("TSK-") == page(operator.get(made.location)).count("TSK-") == 3
    pdf = operator.get(f"{made.location}.pdf")
    assert pdf.data.startswith(b"%PDF")
    late = form | {"expires_on": f"{YEAR + 1}-12-31"}
    assert operator.post(f"{BASE}/desk/programmes/{code}/vouchers", data=late).status_code == 422


def test_the_hall_shows_its_own_rule(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    shown = page(client.get(f"{BASE}/rule"))
    assert "№ 31" in shown
    assert "მინიმუმ ორი პრობლემის" in shown
    turn(app, "on", rule_text="მუხლი 1. ჩვენი წესი.")
    changed = page(client.get(f"{BASE}/rule"))
    assert "ჩვენი წესი" in changed
    assert "№ 31" not in changed


def test_the_budget_year_is_the_programmes_whatever_the_year_of_the_act(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    turn(app, "on", act_number="№ 31", act_date=f"{YEAR - 2}-12-18")
    code = programme(app)
    programme(app, year=YEAR + 1, title="შემდეგი წლის პროგრამა")
    assert str(YEAR - 2) in page(client.get(f"{BASE}/rule"))
    catalogue = page(client.get(BASE + "/"))
    assert TITLE in catalogue, "this year's, although the next year's are published"
    assert f"?year={YEAR - 2}" not in catalogue, "the act's year is no budget year"
    assert f"{YEAR} საბიუჯეტო წელი" in page(client.get(f"{BASE}/programmes/{code}"))
    (voucher,) = vouchers(app, code)
    assert rate(client, voucher).status_code == 303, "used in the budget year, so it is rated"
    planned = page(operator.get(f"{BASE}/desk/reports"))
    assert f"{YEAR}-1" in planned
    assert f"{YEAR - 2}-1" not in planned
