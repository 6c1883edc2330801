"""What the module contributes, one line each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import Blueprint, g, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.clock import policies
from mms_core.contributions import (
    STAFF,
    CaseType,
    Check,
    Impact,
    Indicator,
    Module,
    NavItem,
    Reason,
    State,
    Step,
)
from mms_core.db import db
from mms_core.guard import require_open_door
from mms_core.hookspecs import hookimpl
from mms_core.modules import registry

NAME = "street_lamps"


class RefusalFields(ma.Schema):
    """What is asked with a refusal."""

    cost = ma.fields.Decimal(metadata={"label": "Cost", "inputmode": "decimal"})
    owner = ma.fields.String(required=True, metadata={"label": "Owner of the pole"})
    until = ma.fields.Date(metadata={"label": "Looked at again on"})


LAMP = CaseType(
    name="lamp",
    title="Dark lamp",
    states=(
        State(name="dark", title="Dark", tone="wait"),
        State(name="lit", title="Lit", tone="good", open=False),
    ),
    steps=(
        Step(name="report", title="Report", source=(), target="dark", by=("citizen",)),
        Step(
            name="answer",
            title="Answer",
            source=("dark",),
            target="lit",
            by=STAFF,
            text="required",
            answers=True,
        ),
        Step(
            name="refuse",
            title="Refuse",
            source=("dark",),
            target="lit",
            by=STAFF,
            text="required",
            answers=True,
            fields=RefusalFields,
            reasons=(Reason(name="not_ours", title="Not our pole"),),
        ),
        Step(name="reopen", title="Reopen", source=("lit",), target="dark", by=STAFF),
    ),
    deadline=policies()["application_without_third_parties"],
)


class LampSettings(ma.Schema):
    """What a hall can set."""

    answer_days = ma.fields.Integer(
        load_default=10,
        validate=ma.validate.Range(1, 60),
        metadata={"label": "Days to answer", "help": "Working days."},
    )
    electrician = ma.fields.String(
        load_default="", metadata={"label": "Electrician", "touches_cases": True}
    )


def _pages() -> Blueprint:
    pages = Blueprint(NAME, __name__)

    @pages.get("/")
    def index() -> str:
        lamps = select(Case.title).where(Case.tenant_id == g.tenant.id, Case.module == NAME)
        return f"lamps: {', '.join(db.session.execute(lamps).scalars())}"

    @pages.post("/new")
    def new() -> Response:
        require_open_door(NAME)
        typed = request.form
        new_case = NewCase(
            title=typed["title"],
            body=typed["body"],
            contact=Contact(name=typed["name"], email=typed["email"], phone=typed["phone"]),
        )
        open_case(
            registry(), LAMP, module=NAME, tenant=g.tenant, new=new_case, now=datetime.now(UTC)
        )
        return redirect(url_for(f"{NAME}.index"), 303)

    return pages


@hookimpl
def mms_module() -> Module:
    return Module(name=NAME, path="lamps", title="Street lamps", summary="Say which lamp is dark.")


@hookimpl
def mms_blueprints() -> list[Blueprint]:
    return [_pages()]


@hookimpl
def mms_case_types() -> list[CaseType]:
    return [LAMP]


@hookimpl
def mms_settings() -> type[ma.Schema]:
    return LampSettings


@hookimpl
def mms_indicators() -> list[Indicator]:
    return [Indicator(name="answered", title="Lamps lit", measure="answered", of="opened")]


@hookimpl
def mms_navigation(tenant: Any) -> list[NavItem]:
    return [NavItem(title="Street lamps", url=url_for(f"{NAME}.index"))]


@hookimpl
def mms_readiness(tenant: Any) -> list[Check]:
    return [Check(name="pole", title="Poles are numbered", done=False, remedy="Number them.")]


@hookimpl
def mms_impact(tenant: Any) -> list[Impact]:
    waiting = select(func.count()).where(
        Case.tenant_id == tenant.id, Case.module == NAME, Case.is_open
    )
    count = db.session.execute(waiting).scalar_one()
    return [Impact(name="dark", title="Dark lamps", count=count)]
