"""Parts of the national page that are kept say what the page says when all is drawn anew."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.monitoring import books, drawn
from mms_core.monitoring.counters import count
from mms_core.monitoring.fold import fold_all
from mms_core.opendata.views import KEPT
from mms_core.switching.rules import Decision, switch
from mms_core.testing import page

MODULE, HALLS = "your_idea_to_mayor", (46, 39)
MOMENT = re.compile(r"\d\d:\d\d(:\d\d)?")


def looked(app: Flask, *, forget: bool) -> str:
    """Read the page, drawn from what is kept, or with all that was kept forgotten."""
    if forget:
        for key in (drawn.KEY, books.KEY, books.MADE):
            app.extensions.pop(key, None)
        app.extensions[KEPT].parts.clear()
    return MOMENT.sub("", page(app.test_client().get("/figures/")))


def opened(app: Flask, hall: int, many: int) -> None:
    with app.app_context():
        database.bind(hall)
        today = local_day(datetime.now(UTC))
        count(hall, MODULE, {today: {"opened": many, "answered": many, "wait.03": many}})
        database.commit()


def test_a_kept_line_is_never_staler_than_the_page(app: Flask) -> None:
    seen = [looked(app, forget=False)]
    for step in ("post", "more", "fold", "on", "another"):
        if step == "fold":
            fold_all(app)
        elif step == "on":
            with app.app_context():
                database.bind(HALLS[0])
                on = Decision(state="on", decided_by="ტ")
                switch(app.extensions["mms_modules"], HALLS[0], module=MODULE, decision=on)
                database.commit()
        else:
            opened(app, HALLS[step == "another"], 900)
        kept = looked(app, forget=False)
        assert kept == looked(app, forget=True), step
        seen.append(kept)
    assert len(set(seen)) >= 5, "each step but the fold is seen"
