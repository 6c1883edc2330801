"""A database of 51 halls that receive: 40 officials each, 18 months of which much is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.place import Place
from mms_core import db as database
from mms_core.app import create_app
from mms_core.db import NATION
from mms_core.migrate import migrate
from mms_core.modules import discover
from mms_core.switching.rules import Decision, configure, switch
from mms_core.tenancy import rules as tenancy
from mms_core.testing import fresh_database

MODULE = "citizen_reception"
LARGE, SMALL = "zugdidi", "tskaltubo"  # the hall with 40 who receive, and the one with one
AHEAD, BEHIND = 365, 183  # days

KINDS = """insert into citizen_reception.visit_kind
    (tenant_id, id, name, name_en, minutes, capacity, rank, active)
    values (%(hall)s, gen_random_uuid(), 'მიღება', 'Reception', 30, 1, 0, true),
           (%(hall)s, gen_random_uuid(), 'ჯგუფური მიღება', 'For several', 30, 5, 1, true)"""
OFFICIALS = """insert into citizen_reception.official
    (tenant_id, id, name, name_en, post, duty, place, email, phone, rank, active, by_hall)
    select %(hall)s, gen_random_uuid(), 'ნიმუშაძე ' || n, '', 'specialist', '', 'მერია', '', '',
           n, true, false from generate_series(1, %(people)s) n"""
HOURS = """insert into citizen_reception.hours
    (tenant_id, id, official_id, weekday, opens, closes, break_from, break_to, kind_id, way, place)
    select %(hall)s, gen_random_uuid(), o.id, weekday, '10:00', '18:00', '13:00', '14:00', null,
           'place', ''
    from citizen_reception.official o, generate_series(1, 5) weekday
    where o.tenant_id = %(hall)s"""
# One evening of each for many together: 18:00 to 20:00, for the second kind alone.
GROUPS = """insert into citizen_reception.hours
    (tenant_id, id, official_id, weekday, opens, closes, kind_id, way, place)
    select o.tenant_id, gen_random_uuid(), o.id, weekday, '18:00', '20:00', k.id, 'place', ''
    from citizen_reception.official o
    join citizen_reception.visit_kind k on k.tenant_id = o.tenant_id and k.capacity = 5,
         generate_series(1, 5) weekday where o.tenant_id = %(hall)s"""
SEATS = """insert into citizen_reception.seat (tenant_id, official_id, at, no, holder, held_until)
    select o.tenant_id, o.id, t.at + part * interval '10 minutes', 1, gen_random_uuid(), null
    from citizen_reception.official o
    cross join generate_series(%(since)s::date, %(until)s::date, '1 day') day
    cross join generate_series(0, 15) half
    cross join lateral (select (day + interval '10 hours' + half * interval '30 minutes')
                        at time zone 'Asia/Tbilisi' as at) t
    cross join generate_series(0, 2) part
    where o.tenant_id = %(hall)s and half not in (6, 7) and extract(isodow from day) < 6
      and abs(hashtext(o.id::text || t.at)) %% 100 < %(busy)s"""


class ReceptionPlace(Place):
    """The database with halls that receive; filled once and kept for the next run."""

    def ready(self) -> None:
        """Fill it, unless an earlier run has done so; times are those of the day of filling."""
        stamp = self.folder / f"{self.name}.filled"
        today = datetime.now(UTC).date().isoformat()
        if stamp.exists() and stamp.read_text() == today:
            migrate(self.settings, discover(), say=lambda _line: None)
            return
        print("filling 51 halls", flush=True)
        fresh_database(self.base, self.name)
        migrate(self.settings, discover(), say=lambda _line: None)
        halls = _switch_on(create_app(self.settings))
        with self.admin() as connection:
            for hall in halls:
                _fill(connection, hall)
            connection.execute("analyze")
        stamp.write_text(today)


def _switch_on(app: Any) -> list[Any]:
    registry = app.extensions["mms_modules"]
    with app.app_context():
        database.bind(NATION)
        tenancy.sync_default()
        database.commit()
        database.bind(NATION)
        halls = [hall for hall in tenancy.all_tenants() if not hall.merged]
        for hall in halls:
            database.bind(hall.id)
            decision = Decision(state="on", decided_by="benchmark")
            switch(registry, hall.id, module=MODULE, decision=decision)
            settings = {"booking_ahead": AHEAD, "booking_cutoff": 0, "booking_cap": 20}
            configure(registry, hall.id, module=MODULE, settings=settings, decided_by="benchmark")
            database.commit()
        return halls


def _fill(connection: psycopg.Connection[Any], hall: Any) -> None:
    """Give a hall those who receive; in the two that are measured half of the times are taken."""
    today = datetime.now(UTC).date().toordinal()
    values = {
        "hall": hall.id,
        "people": 1 if hall.slug == SMALL else 40,
        "busy": 50 if hall.slug in {SMALL, LARGE} else 5,
        "since": datetime.fromordinal(today - BEHIND).date(),
        "until": datetime.fromordinal(today + AHEAD).date(),
    }
    for sql in (KINDS, OFFICIALS, HOURS, GROUPS, SEATS):
        connection.execute(sql, values)
