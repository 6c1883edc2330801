"""What is measured, on the floors and on the product."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count, zip_longest
from urllib.parse import quote

from benchmarks import load, pages
from benchmarks.data import BODY, HALL, MODULE, PLACES, SUBJECTS, VERBS
from benchmarks.floors import TABLES
from benchmarks.meter import Figure, Meter, Page, in_turn
from benchmarks.place import Place
from benchmarks.queries import queries_of
from benchmarks.site import Site, serving
from mms_core.app import create_app

SLUG = "zugdidi"
DESK = "desk: "  # how the names of the desk's pages begin
IDEA = {
    "title": "მოვაწყოთ განათება სკოლასთან", "body": "ბავშვები საღამოს ბნელ გზაზე გადადიან.",
    "category": "roads", "settlement": "რუხი", "name": "ნ. ნიმუშაძე", "shown": "first",
    "email": "nino@people.example", "seen": "yes",
}  # fmt: skip
CHANCE = random.Random(46)


def an_idea() -> dict[str, str]:
    """Make an idea that says what no other one says."""
    verb, subject, place = (CHANCE.choice(words) for words in (VERBS, SUBJECTS, PLACES))
    title = f"{verb} {subject} {place}"
    body = f"{IDEA['body']} {BODY}{title}, სახლი {CHANCE.randrange(10**6)}."
    return IDEA | {"title": title, "body": body}


Pages = tuple[Page, ...]


def everything(small: Place, large: Place, *, seconds: float) -> list[Figure]:
    """Measure the floors and the product on both databases, in turn page by page.

    What else the machine does at a moment then touches a page and what it is held against alike.
    """
    figures: list[Figure] = []
    _floor_tables(large)
    with ExitStack() as longest, ExitStack() as others:
        big = _product(longest, large, "large")
        few = _product(others, small, "small")
        raw, orm = (_floor(others, large, name) for name in ("raw", "orm"))
        ways = (_floor_pages(raw, large), _floor_pages(orm, large), _pages(few, small))
        for step in zip_longest(*ways, _pages(big, large), fillvalue=()):
            figures += in_turn([page for some in step for page in some], seconds=seconds)
        # Last, so that the desk is measured on the data as filled: these put thousands of cases
        # into one hall within seconds, and each is open.
        posts = (_floor_post(raw), _floor_post(orm), _submit(big))
        figures += in_turn(posts, seconds=seconds)
        others.close()  # libraries in memory are shared among all servers: now there is one
        figures += in_turn(_submit_spread(big, large), seconds=seconds)
    return figures


def _floor_tables(place: Place) -> None:
    with place.admin() as connection:
        for sql in TABLES:
            connection.execute(sql)
        connection.execute("grant usage on schema floor to mms_app")
        connection.execute("grant select, insert on floor.item to mms_app")
        connection.execute("analyze floor.item")


def _floor(stack: ExitStack, place: Place, name: str) -> Meter:
    factory, log = f"benchmarks.floors:{name}", place.folder / "floors.log"
    site = serving(factory, place.environment(), alive=f"/list/{HALL}", log=log)
    return Meter(stack.enter_context(site), name)


def _product(stack: ExitStack, place: Place, label: str) -> Meter:
    log = place.folder / f"{label}.log"
    site = serving(None, place.environment(), alive="/livez", log=log)
    return Meter(stack.enter_context(site), label)


def _floor_pages(meter: Meter, place: Place) -> Iterator[Pages]:
    """Give what a floor shows, one page at each step."""
    with place.admin() as connection:
        row = connection.execute("select id from floor.item where hall = 46 limit 1").fetchone()
    yield (meter.page("list", pages.get(f"/list/{HALL}"), queries=1),)
    item = f"/item/{HALL}/{row[0] if row else ''}"
    yield (meter.page("detail", pages.get(item), queries=1),)


def _floor_post(meter: Meter) -> Page:
    form = "/token" if meter.where == "orm" else f"/list/{HALL}"
    new = pages.posts(meter.site, form, [f"/new/{HALL}"], an_idea)
    return meter.page("submit", new, good=(303,), queries=1)


def _pages(meter: Meter, place: Place) -> Iterator[Pages]:
    """Give the product's pages, one at each step; some are measured at one database alone."""
    with place.admin() as connection:
        found = connection.execute(
            "select c.number, c.id from mms.cases c join your_idea_to_mayor.idea i"
            " on (i.tenant_id, i.case_id) = (c.tenant_id, c.id)"
            " where c.tenant_id = 46 and i.is_public order by c.opened_at desc limit 400"
        ).fetchall()
    place.keep_near(HALL, (row[1] for row in found))
    place.keep_up()
    yield from _uncached(meter, place, [str(row[0]) for row in found])
    yield from _kept(meter, str(found[0][0]))
    yield from _staff(meter, place)


def _submit(meter: Meter, what: str = "submit", halls: Sequence[str] = (SLUG,)) -> Page:
    forms = [f"/{slug}/ideas/new" for slug in halls]
    new = pages.posts(meter.site, f"/{SLUG}/ideas/new", forms, an_idea)
    return meter.page(what, new, good=(303,))


def _uncached(meter: Meter, place: Place, numbers: list[str]) -> Iterator[Pages]:
    """Ask with a query string that nobody asked before: what was kept cannot answer."""
    ideas = f"/{SLUG}/ideas/"
    sent = queries_of(place.settings, [ideas, f"{ideas}{numbers[0]}"])
    tried = count()

    def asking(*paths: str) -> load.Request:
        head = "Host: 127.0.0.1\r\nAccept: text/html\r\n\r\n"

        def ask(_client: int, _number: int) -> bytes:
            now = next(tried)
            return f"GET {paths[now % len(paths)]}?v={now} HTTP/1.1\r\n{head}".encode()

        return ask

    yield (meter.page("list", asking(ideas), queries=sent[0]),)
    each = asking(*(f"{ideas}{number}" for number in numbers))
    yield (meter.page("detail", each, queries=sent[1]),)


def _kept(meter: Meter, number: str) -> Iterator[Pages]:
    ideas = f"/{SLUG}/ideas/"
    yield (meter.page("list again", pages.get(ideas)),)
    yield (meter.page("detail again", pages.get(f"{ideas}{number}")),)
    asked = pages.get(ideas, extra=f"If-None-Match: {_etag(meter.site, ideas)}\r\n")
    yield (meter.page("list not modified", asked, good=(304,)),)


def _etag(site: Site, path: str) -> str:
    site.get(path)
    return site.tag(path)


def _staff(meter: Meter, place: Place) -> Iterator[Pages]:
    operator = _signed_in(meter.site, "operator")
    ministry = _signed_in(meter.site, "ministry")
    desk = f"/{SLUG}/desk/"
    sent = queries_of(place.settings, [desk], person="operator@mms.example")
    yield (meter.page("desk inbox", pages.get(desk, cookie=operator), queries=sent[0]),)
    yield from _desk(meter, place, operator)
    place.keep_up()
    sent = queries_of(place.settings, ["/ministry/"], person="ministry@mms.example")
    yield (
        meter.page("static page", pages.get("/accessibility")),
        meter.page("ministry", pages.get("/ministry/", cookie=ministry), queries=sent[0]),
    )


def _desk(meter: Meter, place: Place, operator: str) -> Iterator[Pages]:
    """Give my day, the inbox with each of its filters, and each way to search."""
    asked = desk_pages()
    paths = [f"/{SLUG}/desk/{path}" for path in asked.values()]
    sent = queries_of(place.settings, paths, person="operator@mms.example")
    for name, path, queries in zip(asked, paths, sent, strict=True):
        yield (meter.page(f"{DESK}{name}", pages.get(path, cookie=operator), queries=queries),)


def desk_pages() -> dict[str, str]:
    """Name the desk's pages that are measured, with their addresses."""
    unit = uuid.UUID(int=HALL * 100 + 3)
    topic = f"module={MODULE}&topic={MODULE}:roads"
    return {
        "my day": "day/",
        "day, hall": "day/?whose=hall",
        "open": "?due=any",
        "overdue": "?due=overdue",
        "closed": "?state=closed",
        "all, oldest": "?state=all&sort=old",
        "open, newest": "?due=any&sort=new",
        "module": f"?module={MODULE}&state=all",
        "one state": f"?module={MODULE}&state=rejected",
        "mine": "?whose=mine",
        "unit": f"?unit={unit}",
        "unit, closed": f"?unit={unit}&state=closed",
        "topic": f"?{topic}&state=all",
        "place": f"?place={quote('რუხი')}&state=all",
        "letter, closed": "?channel=letter&state=closed",
        "mixed": f"?unit={unit}&whose=mine&place={quote('კოკი')}&due=any",
        "search word": f"?q={quote('განათება')}",
        "search words": "?q=ganateba+skolastan",
        "search digits": "?q=000",  # a page of them in either database
        "search inside": f"?q={quote('ნათებ')}",
    }


def _signed_in(site: Site, word: str) -> str:
    import http.client

    page, cookie = site.get("/sign-in")
    token = pages.TOKEN.search(page)
    fields = {
        "email": f"{word}@mms.example",
        "password": "demo",
        "csrf_token": token[1] if token else "",
    }
    wire = pages.post("/sign-in", fields, cookie=cookie)
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    head, _, body = wire.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    connection.request("POST", "/sign-in", body, headers)
    answer = connection.getresponse()
    if answer.status not in {302, 303}:
        raise SystemExit(f"{word} could not sign in: {answer.status}")
    return "; ".join(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or [])


def _submit_spread(meter: Meter, place: Place) -> Pages:
    from mms_core.tenancy import rules as tenancy

    app = create_app(place.settings)
    with app.app_context():
        from mms_core.db import NATION, bind

        bind(NATION)
        slugs = [tenant.slug for tenant in tenancy.all_tenants() if not tenant.merged]
    return _submit(meter, "submit, one hall"), _submit(meter, "submit spread", slugs)
