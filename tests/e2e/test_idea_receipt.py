"""The receipt of an idea is half a sheet of paper: one page of A5, with number, key and code."""

from __future__ import annotations

import io

import pypdf
import pytest
from axe import violations
from visiting import Visit

pytestmark = pytest.mark.browser
A5 = (420, 595)  # points
LONG = "გავაკეთოთ საფეხმავლო ბილიკი სკოლიდან ავტოსადგურამდე, განათებით, სკამებითა და ხეებით"
BODY = "ბავშვები გზის პირას დადიან და მანქანები ახლოს უვლიან. ბილიკი ყველას დაიცავს."


def test_a_receipt_is_one_page_of_a5(visit: Visit) -> None:
    page = visit()
    page.goto("/zugdidi/ideas/new/idea")
    page.fill("[name=title]", LONG)
    page.fill("[name=body]", BODY)
    page.fill("[name=why]", "ზამთარში ბნელა და გზა ვიწროა.")
    page.fill("[name=for_whom]", "სკოლის მოსწავლეებს")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="გააგრძელეთ", exact=True).click()
    if page.url.endswith("/new/alike"):
        page.get_by_role("link", name="ჩემი სხვაა: გააგრძელეთ").click()
    page.wait_for_url("**/new/place")
    assert violations(page) == []
    page.select_option("[name=category]", "roads")
    page.locator("main").get_by_role("button", name="გააგრძელეთ", exact=True).click()
    page.fill("[name=name]", "ნინო ნიმუშაძე")
    page.fill("[name=email]", "a5@posta.example")
    page.locator("main").get_by_role("button", name="გააგრძელეთ", exact=True).click()
    page.locator("main").get_by_role("button", name="გაგზავნეთ იდეა", exact=True).click()
    page.wait_for_url("**/receipt?key=*")
    number = page.inner_text(".mms-receipt-number")
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    box = paper.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == pytest.approx(A5, abs=2)
    words = "".join(paper.pages[0].extract_text().split())
    assert number in words
