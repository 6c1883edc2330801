"""Fills a database with cases of a realistic skew, streamed by COPY with progress."""

from __future__ import annotations

import json
import random
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import psycopg

from mms_core.cases.search import index
from mms_core.cases.similar import keys_of_text
from mms_core.tenancy.rules import Tenant

MODULE = "your_idea_to_mayor"
BATCH = 10_000
FORM = "3"  # of what is filled: a database of another form is filled anew
HALL = 46  # the municipality whose pages are asked
SUBJECTS = (
    *("გზა", "განათება", "სკვერი", "წყალი", "ნაგავი", "ავტობუსი", "სკოლა", "სტადიონი", "ხიდი"),
    *("საბავშვო ბაღი", "ბიბლიოთეკა", "ბაზარი", "პარკი", "ტროტუარი", "სანიაღვრე არხი"),
)
VERBS = ("მოვაწყოთ", "შევაკეთოთ", "განვაახლოთ", "გავაფართოოთ", "დავამატოთ", "გავწმინდოთ")
PLACES = ("სკოლასთან", "ცენტრში", "სოფლის შესასვლელთან", "მდინარესთან", "სადგურთან", "ბაღთან")
CHANNELS = (*("web",) * 9, "letter")
SETTLEMENTS = ("", "", "რუხი", "ახალაბასთუმანი", "ნარაზენი", "კოკი", "ჭითაწყარი", "ჯუმი", "ოდიში")
UNITS = 8  # of a hall
FIRST_NAMES = ("ნინო", "გიორგი", "მარიამ", "ლუკა", "ანა", "დავით", "თამარ", "ლაშა", "ნათია", "ეკა")
LAST_NAMES = tuple(
    f"{root}{end}"
    for root in ("ნიმუშ", "საცდელ", "მაგალით", "მოგონილ", "ვინმე")
    for end in ("აძე", "იშვილი", "ელი", "ავა", "უა", "იანი")
)
BODY = "გთხოვთ, განიხილოთ ეს წინადადება: ის ბევრ მცხოვრებს დაეხმარება ყოველდღიურ ცხოვრებაში. "
CASES = """copy mms.cases (tenant_id, id, number, module, kind, state, is_open, title, body,
    language, channel, topic, place, unit, assignee_id, assignee_name, opened_at,
    updated_at, answered_at, closed_at, due_on, due_reason,
    answer, version, head, search) from stdin"""
IDEAS = f"""copy {MODULE}.idea (tenant_id, case_id, category, settlement, state, is_public,
    published_at, opened_at, answered, supports, residents) from stdin"""
CONTACTS = "copy mms.case_contact (tenant_id, case_id, name, email, phone, public_name) from stdin"
EVENTS = """copy mms.case_event (tenant_id, case_id, seq, at, kind, step, before, after, actor_role,
    actor_name, public, text, data, previous, hash) from stdin"""
STEMS = "copy mms.case_key (tenant_id, stem, case_id) from stdin"
INDEXES = """select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace::regnamespace::text = any(%s) and not i.indisunique
      and t.relname in ('cases', 'idea', 'case_contact', 'case_event')"""
# Not what is empty: PostgreSQL vacuums no table to which nothing was written, and takes one that
# was for empty until it looks again, so that posts would walk over all posts of the last minute.
FILLED = """select format('%I.%I', schemaname, relname) from pg_stat_user_tables
    where pg_relation_size(relid) > 0"""


@dataclass(kw_only=True)
class Rows:
    """A batch of rows for each table."""

    cases: list[tuple[Any, ...]] = field(default_factory=list)
    ideas: list[tuple[Any, ...]] = field(default_factory=list)
    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)


class Generator:
    """Makes cases: a few halls have most of them, most are answered, some late."""

    def __init__(self, categories: list[str], people: list[uuid.UUID]) -> None:
        self.chance = random.Random(7)
        self.now = datetime.now(UTC)
        self.running = count(1)
        self.categories = categories
        self.people = people
        self.lexemes: dict[tuple[int, str], str] = {}

    def moments(self, cases: int) -> list[datetime]:
        """Give when cases were opened, the first one first: ever more of them in two years."""
        ages = sorted((self.chance.random() ** 1.5 for _case in range(cases)), reverse=True)
        return [self.now - timedelta(days=2 * 365 * age) for age in ages]

    def key(self, opened: datetime) -> uuid.UUID:
        """Make a key as `uuid7` would have made it then: keys sort as cases were opened."""
        head = int(opened.timestamp() * 1000) << 16 | 0x7000 | self.chance.getrandbits(12)
        return uuid.UUID(int=head << 64 | 1 << 63 | self.chance.getrandbits(62))

    def case(self, rows: Rows, tenant: Tenant, opened: datetime) -> None:
        """Add one case with its idea, contact and events."""
        chance, number = self.chance, next(self.running)
        case_id = self.key(opened)
        is_open = chance.random() < 0.08
        answered = None if is_open else opened + timedelta(days=chance.triangular(1, 40, 8))
        state = "received" if is_open else chance.choice(("accepted", "rejected", "done"))
        title = f"{chance.choice(VERBS)} {chance.choice(SUBJECTS)} {chance.choice(PLACES)}"
        due = (opened + timedelta(days=30)).date()
        own = (tenant.id, case_id)
        told = f"{tenant.case_prefix}-{opened.year}-{number:07d}-1"
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
        places = [str(place["ka"]) for place in tenant.settlements] or SETTLEMENTS
        topic, place = chance.choice(self.categories), chance.choice(places)
        unit = uuid.UUID(int=tenant.id * 100 + chance.randrange(UNITS))
        officer = chance.choice(self.people) if chance.random() < 0.5 else None
        rows.cases.append((
            *own, told, MODULE, "idea", state, is_open, title, BODY * chance.randint(1, 4), "ka",
            chance.choice(CHANNELS), topic, place, str(unit), officer, "ო." if officer else "",
            opened, answered or opened, answered, answered, due,
            json.dumps({"policy": "idea", "days": 10, "from": opened.isoformat()}),
            "" if is_open else BODY, 1 if is_open else 2, "-",
            self.search(tenant.id, title, told, name),
        ))  # fmt: skip
        supports = int(200 * chance.random() ** 4)
        rows.ideas.append((*own, topic, place, state, True, opened, opened,
                           answered is not None, supports, supports))  # fmt: skip
        rows.contacts.append((*own, name, f"c{number}@people.example", "", "ნ."))
        rows.events.append((*own, 1, opened, "step", "send", "", "received", "citizen", "", True,
                            "", "{}", "", "-"))  # fmt: skip
        if answered:
            rows.events.append((*own, 2, answered, "step", "answer", "received", state,
                                "operator", "ო.", True, BODY, "{}", "-", "-"))  # fmt: skip

    def search(self, tenant_id: int, title: str, number: str, name: str) -> str:
        """Give the search words as PostgreSQL writes a tsvector; those of a title are kept."""
        known = self.lexemes.get((tenant_id, title))
        if known is None:
            known = self.lexemes[tenant_id, title] = index(tenant_id, title)
        return f"{known} {index(tenant_id, '', number=number, name=name)}"


def fill(
    connection: psycopg.Connection[Any], tenants: list[Tenant], *, cases: int, categories: list[str]
) -> None:
    """Write `cases` cases of all municipalities, then the counters that they would have left."""
    people = [row[0] for row in connection.execute("select id from mms.account").fetchall()]
    made = Generator(categories, people)
    weights = [max(tenant.population, 1000) ** 1.3 for tenant in tenants]
    started = time.monotonic()
    later = _without_indexes(connection)
    moments = made.moments(cases)
    for done in range(0, cases, BATCH):
        rows, opened = Rows(), moments[done : done + BATCH]
        halls = made.chance.choices(tenants, weights, k=len(opened))
        for tenant, moment in zip(halls, opened, strict=True):
            made.case(rows, tenant, moment)
        _copy(connection, rows)
        if done % 100_000 == 0:
            passed = time.monotonic() - started
            print(f"  {done:>9,} of {cases:,} cases after {passed:,.0f} s", flush=True)
    print("  writing the indexes and the counters", flush=True)
    for sql in (*later, *AFTER):
        connection.execute(sql)
    _keep_stems(connection)
    connection.commit()
    connection.autocommit = True
    filled = ", ".join(str(row[0]) for row in connection.execute(FILLED))
    connection.execute(f"vacuum analyze {filled}")
    with suppress(psycopg.errors.InsufficientPrivilege):  # then it is written while we measure
        connection.execute("checkpoint")


def _without_indexes(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop the indexes that no constraint needs, and say how to write them anew in one go."""
    found = connection.execute(INDEXES, (["mms", MODULE],)).fetchall()
    for name, _definition in found:
        connection.execute(f"drop index {name}")
    connection.commit()
    return ["set local maintenance_work_mem = '512MB'", *(str(row[1]) for row in found)]


def _copy(connection: psycopg.Connection[Any], rows: Rows) -> None:
    parts: list[tuple[str, list[tuple[Any, ...]]]] = [
        (CASES, rows.cases),
        (IDEAS, rows.ideas),
        (CONTACTS, rows.contacts),
        (EVENTS, rows.events),
    ]
    for sql, items in parts:
        # The rows are right by construction: no key is looked up, no trigger runs.
        connection.execute("set local session_replication_role = replica")
        with connection.cursor().copy(sql) as copy:
            for item in items:
                copy.write_row(item)
    connection.commit()


def _keep_stems(connection: psycopg.Connection[Any]) -> None:
    """Keep the ideas of the hall that is asked under their stems, as each new one is kept."""
    known: dict[tuple[str, str], list[int]] = {}
    found = connection.execute(
        "select id, title, body from mms.cases where tenant_id = %s", (HALL,)
    ).fetchall()
    with connection.cursor().copy(STEMS) as copy:
        for case_id, title, body in found:
            if (title, body) not in known:
                known[title, body] = keys_of_text(title, body, module=MODULE)
            for stem in known[title, body]:
                copy.write_row((HALL, stem, case_id))


def _months(measure: str, column: str, where: str, amount: str = "count(*)") -> str:
    month = f"date_trunc('month', {column} at time zone 'Asia/Tbilisi')::date"
    if column == "due_on":
        month = "date_trunc('month', due_on)::date"
    return f"""insert into mms.stat_month (tenant_id, month, module, measure, n)
        select tenant_id, {month}, module, '{measure}', {amount} from mms.cases
        where {where} group by 1, 2, 3"""


AFTER = (
    """insert into mms.unit (tenant_id, id, name_ka) select distinct tenant_id, unit::uuid,
        'სამსახური ' || right(unit, 2) from mms.cases""",
    _months("opened", "opened_at", "true"),
    _months("answered", "answered_at", "answered_at is not null"),
    _months("answered_in_time", "answered_at", "answered_at::date <= due_on"),
    _months("answer_days", "answered_at", "answered_at is not null",
            "sum(answered_at::date - opened_at::date)"),
    _months("due", "due_on", "answered_at is null"),
    f"""insert into mms.tenant_module (tenant_id, module, state, settings, version)
        select id, '{MODULE}', 'on', '{{}}', 1 from mms.municipality on conflict do nothing""",
)  # fmt: skip
