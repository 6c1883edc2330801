"""The pages of citizens' feedback: the hall that shows them, and what their addresses name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import select

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from plugins.citizen_feedback import lists, programmes, proofs
from plugins.citizen_feedback.list_models import UseList
from plugins.citizen_feedback.models import VoucherBatch
from plugins.citizen_feedback.report_models import Choice

if TYPE_CHECKING:
    from running import Site

MODULE, HALL = "citizen_feedback", "tskaltubo"
PREFIX = f"{MODULE}."
OWNERS = (
    (r"^/<slug>/feedback/desk/", "operator"),
    (r"^/<slug>/feedback/needs/new", "citizen"),
    (r"^/<slug>/feedback/needs/intake", "clerk"),
)
NO_PAGES = {
    f"{MODULE}.programmes_csv": "a file",
    f"{MODULE}.programmes_xlsx": "a file",
    f"{MODULE}.desk_sheet_pdf": "a file",
    f"{MODULE}.report_pdf": "a file",
    f"{MODULE}.report_xlsx": "a file",
    f"{MODULE}.picture": "a picture",
}


def fill(app: Flask) -> None:
    """Switch the module on and fill it with the demo's year."""
    with app.app_context():
        _bind()
        modules, hall = app.extensions["mms_modules"], tenancy.by_slug(HALL)
        assert hall is not None
        switch(modules, hall.id, module=MODULE, decision=Decision(state="on", decided_by="ნ. ნ."))
        modules.ask_all("mms_demo", [MODULE], tenant=hall, clock=datetime.now(UTC))
        used = programmes.by_code(hall.id, f"{local_day(datetime.now(UTC)).year}-01", drafts=True)
        table = BytesIO("პირადი ნომერი\n01001012345\n123\n".encode())
        brought = {"name": "ბენეფიციარები.csv", "by": "ნ. ნ.", "language": "ka"}
        lists.bring(used, table, now=datetime.now(UTC), **brought)
        db.session().info.pop("after_commit", None)  # the past moves nobody today
        database.commit()


def _bind() -> None:
    database.bind(NATION)
    hall = tenancy.by_slug(HALL)
    assert hall is not None
    database.bind(hall.id)


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the module's addresses."""
    with site.app.app_context():
        _bind()
        newest = select(VoucherBatch).where(~VoucherBatch.attested)
        batch = db.session.scalars(newest.order_by(VoucherBatch.created_at.desc())).first()
        assert batch is not None
        year = local_day(datetime.now(UTC)).year
        return {
            "slug": HALL,
            "programme": f"{year}-01",
            "token": proofs.codes(batch)[0],
            "to_spend": proofs.codes(batch)[1],  # for a story; the law of pages needs its own
            "batch": batch.id,
            "number": db.session.scalars(select(Case.number).where(Case.module == MODULE)).first(),
            "problem": f"p{year}-01",
            "report": f"{year - 1}-1",
            "year": year + 1,
            "list_id": db.session.scalars(select(UseList.id)).first(),
            "choice": db.session.scalars(select(Choice.id)).first(),
        }


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name pages that look otherwise to somebody else, as (who, path)."""
    yield "mayor", f"/{HALL}/feedback/desk/reports"
    yield "mayor", f"/{HALL}/feedback/desk/budget/{found['year']}"
    yield "operator", f"/{HALL}/feedback/desk/needs?like={found['number']}"
    yield "operator", f"/{HALL}/desk/{found['number']}"
    yield "citizen", f"/{HALL}/feedback/programmes/{found['programme']}/rate"
    yield "stranger", f"/{HALL}/feedback/?q=xxxx"
    yield "clerk", f"/{HALL}/feedback/desk/attest"
