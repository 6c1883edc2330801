"""A resident gives an idea on a phone, a question at a time: with JavaScript, and without."""

from __future__ import annotations

from axe import no_sideways_scroll, violations
from playwright.sync_api import Page, expect
from visiting import Visit

TITLE = "გავამწვანოთ ავტოსადგურის მოედანი"
BODY = "მოედანი მზეზეა, ზაფხულში ავტობუსს ჩრდილში ვერ ველოდებით. ათი ცაცხვი საკმარისია."
START = "/zugdidi/ideas/new/idea"


def forward(page: Page, words: str = "გააგრძელეთ") -> None:
    """Press the way on, pass what is there already, and look at the page that comes."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=words, exact=True).click()
    if page.url.endswith("/new/alike"):
        with page.expect_navigation():
            page.get_by_role("link", name="ჩემი სხვაა: გააგრძელეთ").click()
    assert no_sideways_scroll(page) == [], page.url


def rest_of_the_way(page: Page, *, checked: bool = True) -> str:
    """Go from the place to the receipt; gives the number. axe-core itself needs scripts."""
    page.select_option("[name=category]", "greenery")
    page.fill("[name=settlement]", "ზუგდიდი")
    forward(page)
    page.fill("[name=name]", "ნინო ნიმუშაძე")
    page.fill("[name=email]", "step@posta.example")
    forward(page)
    assert TITLE in page.inner_text("article")
    assert not checked or violations(page) == []
    forward(page, "გაგზავნეთ იდეა")
    assert "/receipt?key=" in page.url
    assert not checked or violations(page) == []
    return page.inner_text(".mms-receipt-number")


def test_on_a_phone_the_phone_helps(visit: Visit) -> None:
    page = visit()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 42.508765, "longitude": 41.867891})
    page.goto(START)
    page.fill("[name=title]", "გარე განათება სკოლისკენ მიმავალ გზაზე")
    page.wait_for_selector("[data-alike] a", timeout=15_000)
    page.fill("[name=title]", TITLE)
    page.fill("[name=body]", BODY)
    page.reload()  # the tab was lost before anything was sent
    assert page.input_value("[name=body]") == BODY
    forward(page)
    page.get_by_role("button", name="დაამატეთ, სადაც ახლა ვარ").click()
    expect(page.locator("[name=lat]")).to_have_value("42.509")
    assert "42.509, 41.868" in page.inner_text("[data-located]"), "rounded to some 100 m"
    number = rest_of_the_way(page)
    assert number.startswith("ZUG-")
    kept = page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('mms-typed'))")
    assert kept == [], "what was sent is forgotten by the phone"


def test_without_javascript_nothing_is_missing(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto(START)
    page.fill("[name=title]", TITLE)
    forward(page)
    assert page.locator("#error-summary").is_visible(), "each mistake is said above the form"
    page.fill("[name=body]", BODY)
    forward(page)
    assert rest_of_the_way(page, checked=False).startswith("ZUG-")
