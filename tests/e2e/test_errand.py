"""One errand as people see it: given, answered, read, switched off and on, seen from above."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from pictures import photo
from playwright.sync_api import FilePayload, Page, expect
from running import Site, words_of
from visiting import DESK, Visit, sign_in

pytestmark = pytest.mark.browser
HALL = "/tskaltubo/"
TITLE = "სკოლის გზის განათება სოფელ მაღლაკში"
BODY = "საღამოობით ბავშვები ბნელ გზაზე დადიან. საჭიროა ორი ლამპიონი და გადასასვლელი."
ANSWER = "გმადლობთ. ორ ლამპიონს დავდგამთ პირველ ივნისამდე, გადასასვლელს კი შემოდგომაზე."
NUMBER = re.compile(r"TSK-\d{4}-\d{6}-[\dX]")
OFF = "/tskaltubo/desk/modules/your_idea_to_mayor/"


def test_the_whole_errand(site: Site, visit: Visit) -> None:
    """A newcomer's way through the product; each step is something that a person sees."""
    phone = visit(javascript=False)
    find_the_hall(phone)
    number = give_an_idea(phone)
    receipt = site.letter("nino@posta.example", about=number)
    assert "მადლობას გიხდით" in words_of(receipt)

    office = visit(size=DESK)
    answer_it(office, number)
    answer = site.letter("nino@posta.example", about="შეთანხმებულია")
    assert ANSWER in " ".join(words_of(answer).split())

    read_the_answer(phone, answer, number)
    switch_off_and_on(office, phone, number)
    look_from_the_ministry(visit(size=DESK))


def find_the_hall(phone: Page) -> None:
    """Type on a Latin keyboard what one thinks in Georgian."""
    phone.goto("/")
    phone.get_by_role("searchbox").fill("wyaltubo")
    phone.get_by_role("searchbox").press("Enter")
    phone.get_by_role("link", name="წყალტუბოს მუნიციპალიტეტი").first.click()
    expect(phone).to_have_url(re.compile(f"{HALL}$"))


def give_an_idea(phone: Page) -> str:
    """Give it with a picture and without an account; gives the number on the receipt."""
    phone.locator("main").get_by_role("link", name="შენი იდეა მერს").first.click()
    with phone.expect_navigation():
        phone.get_by_role("link", name="შესთავაზეთ იდეა").first.click()
    phone.goto(f"{HALL}ideas/new")  # the whole form on one page
    phone.get_by_label("თქვენი იდეა ერთი წინადადებით").fill(TITLE)
    phone.get_by_role("textbox", name="რა უნდა გაკეთდეს?").fill(BODY)
    phone.get_by_label("რას ეხება?").select_option("lighting")
    phone.get_by_label("ქალაქი, სოფელი ან ქუჩა").fill("მაღლაკი")
    picture = FilePayload(name="გზა.jpg", mimeType="image/jpeg", buffer=photo())
    phone.get_by_label("ფოტოები ან დოკუმენტები").set_input_files([picture])
    phone.get_by_role("textbox", name="სახელი და გვარი").fill("ნინო ნიმუშაძე")
    phone.get_by_label("ელ. ფოსტა").fill("nino@posta.example")
    phone.get_by_role("button", name="გაგზავნეთ იდეა").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "გმადლობთ, თქვენი იდეა რეგისტრირებულია"
    )
    words = phone.locator("main").inner_text()
    assert re.search(r"მერია გიპასუხებთ არაუგვიანეს\s+\d+ \w+,? 20\d\d", words), words
    assert "სამუშაო დღე" in words, "the date explains itself"
    found = NUMBER.search(words)
    assert found, words
    return found[0]


def answer_it(office: Page, number: str) -> None:
    """Sign in as the operator, open the idea in the inbox and answer it on the same page."""
    sign_in(office, "operator")
    expect(office).to_have_url(re.compile("/tskaltubo/desk/$"))
    office.get_by_role("row", name=TITLE).get_by_role("link", name=number, exact=True).click()
    expect(office.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(office.get_by_text(BODY)).to_be_visible()
    expect(office.get_by_role("link", name="გზა.jpg")).to_be_visible()
    office.get_by_label("პასუხი: იდეა შეთანხმებულია").check()
    office.locator("#field-text_step").fill(ANSWER)
    office.get_by_role("button", name="ნაბიჯის შესრულება").click()
    expect(office.get_by_text("მანამდე არაფერი სრულდება")).to_be_visible()
    office.get_by_role("button", name="ახლავე შესრულება").click()
    for _time in range(30):  # the worker takes it beside the page
        office.wait_for_timeout(500)
        office.reload()
        if office.get_by_text("შეთანხმებული", exact=True).count():
            break
    expect(office.get_by_text("შეთანხმებული", exact=True).first).to_be_visible()
    expect(office.get_by_text(ANSWER).first).to_be_visible()


def read_the_answer(phone: Page, letter: EmailMessage, number: str) -> None:
    """Follow the letter's link: the answer stands above everything that was written before."""
    link = re.search(r"https?://\S+", words_of(letter))
    assert link, words_of(letter)
    phone.goto(link[0])
    headings = phone.locator("main h2").all_inner_texts()
    assert headings[0] == "მერიის პასუხი", headings
    expect(phone.get_by_text(ANSWER).first).to_be_visible()
    phone.goto(f"{HALL}ideas/{number}")
    expect(phone.get_by_text(ANSWER).first).to_be_visible()
    expect(phone.get_by_role("link", name="გზა.jpg")).to_be_visible()


def switch_off_and_on(office: Page, phone: Page, number: str) -> None:
    """Switch the module off: its pages and its place in the menu go; on again: all is there."""
    pages = (f"{HALL}ideas/", f"{HALL}ideas/new", f"{HALL}ideas/{number}")
    office.goto(f"{OFF}off")
    expect(office.get_by_text("ეს ეხება იმას, რასაც ადამიანები ელოდებიან")).to_be_visible()
    decide(office, "ახლავე გამოირთოს")
    assert [status(phone, page) for page in pages] == [404, 404, 404]
    phone.goto(HALL)
    assert phone.locator(f"a[href='{HALL}ideas/']").count() == 0

    office.goto(OFF)
    decide(office, "ჩართულია")
    assert [status(phone, page) for page in pages] == [200, 200, 200]
    phone.goto(f"{HALL}ideas/{number}")
    expect(phone.get_by_text(ANSWER).first).to_be_visible()
    phone.goto(HALL)
    assert phone.locator(f"a[href='{HALL}ideas/']").count() > 0


def decide(office: Page, words: str) -> None:
    """Fill the form of a decision and record it."""
    office.locator("main").get_by_label(words).check()
    office.get_by_label("სამართლებრივი აქტის ნომერი").fill("12-4")
    with office.expect_navigation():
        office.get_by_role("button", name="გადაწყვეტილების ჩაწერა").click()


def status(page: Page, path: str) -> int:
    """Open a page and say how the site answered."""
    answer = page.goto(path)
    assert answer is not None
    return answer.status


def look_from_the_ministry(office: Page) -> None:
    """See which hall uses the module and that the answer came in time."""
    sign_in(office, "ministry")
    expect(office).to_have_url(re.compile("/ministry/$"))
    figures = office.get_by_role("row", name=re.compile(r"^წყალტუბო \d "))
    expect(figures, "modules on, rates and shares of answers").to_be_visible()
    climbed = re.compile("^წყალტუბო (მოქმედებს|გამოიყენეს|პასუხობს|აქვეყნებს)")
    expect(office.get_by_role("row", name=climbed).first).to_be_visible()
    figures.get_by_role("link", name="წყალტუბო").click()
    expect(office.get_by_text("12-4").first).to_be_visible()  # the legal act of the last decision


def test_by_keyboard_alone(site: Site, visit: Visit) -> None:
    """Give an idea without touching a mouse: every stop is in order and can be seen."""
    page = visit(size=DESK)
    page.goto("/zugdidi/ideas/new")
    page.keyboard.press("Tab")
    assert focused(page) == "a.mms-skip"
    assert page.locator(".mms-skip").evaluate("e => e.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#"))
    to(page, "title").type(TITLE)
    to(page, "body").type(BODY)
    to(page, "category").press("ArrowDown")
    to(page, "settlement").type("ზუგდიდი")
    to(page, "name").type("ნინო ნიმუშაძე")
    to(page, "email").type("keyboard@posta.example")
    to(page, "shown").press("ArrowDown")
    while page.evaluate("document.activeElement.type") != "submit":
        step(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt?*")
    assert TITLE in words_of(site.letter("keyboard@posta.example"))


class Keys:
    """What is pressed while a field has the focus."""

    def __init__(self, page: Page) -> None:
        self.type: Callable[[str], None] = page.keyboard.insert_text
        self.press: Callable[[str], None] = page.keyboard.press


def to(page: Page, name: str) -> Keys:
    """Go on to a field by Tab alone."""
    for _stop in range(8):
        step(page)
        if page.evaluate("document.activeElement.name") == name:
            return Keys(page)
    raise AssertionError(f"Tab does not lead to {name}; it is at {focused(page)}")


def step(page: Page) -> None:
    """Press Tab once; the place that it leads to shows that it is there."""
    page.keyboard.press("Tab")
    seen = page.evaluate(
        """() => { const e = document.activeElement, s = getComputedStyle(e);
          return e === document.body || s.outlineStyle !== "none" || s.boxShadow !== "none"; }"""
    )
    assert seen, f"nobody sees the focus at {focused(page)}"


def focused(page: Page) -> str:
    """Name the element that has the focus."""
    return str(
        page.evaluate(
            "(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''))"
            "(document.activeElement)"
        )
    )
