"""The ministry's pages of commitments: write them, report on them, look at what people say."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.commitments import rules
from mms_core.commitments.models import Commitment, Milestone
from mms_core.commitments.schemas import (
    CommitmentSchema,
    MilestoneSchema,
    ReportSchema,
    loaded,
    values,
)
from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.people.current import Person, require

pages = Blueprint("commitments_ministry", __name__, url_prefix="/ministry/commitments")
LISTS = ("values", "modules", "tenants")


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    _ministry()


def _ministry() -> Person:
    return require("ministry")


@pages.get("/")
def index() -> str:
    """List the commitments, and the comments that wait."""
    return render_template(
        "commitments/ministry.html", rows=rules.listed(drafts=True), held=rules.held()
    )


@pages.post("/comments/<uuid:comment_id>")
def decide(comment_id: uuid.UUID) -> Any:
    """Show a comment or refuse it."""
    shown = request.form.get("do") == "show"
    answer = request.form.get(f"answer-{comment_id}", "")
    rules.decide(comment_id, shown=shown, by=_ministry().name, answer=answer)
    flash(_("Decided."), "success")
    return redirect(url_for("commitments_ministry.index"), 303)


@pages.get("/new")
def new() -> str:
    """Show the form of a new commitment."""
    return _form(forms.blank(CommitmentSchema, values={name: [] for name in LISTS}))


@pages.post("/new")
def create() -> Any:
    """Keep a new commitment."""
    return _keep(None)


@pages.get("/<address>")
def page(address: str) -> str:
    """Show a commitment in its form, with milestones and periods."""
    row = rules.by_slug(address, drafts=True)
    return _form(forms.blank(CommitmentSchema, values=values(row, CommitmentSchema)), row)


@pages.post("/<address>")
def change(address: str) -> Any:
    """Keep what was changed of a commitment."""
    return _keep(rules.by_slug(address, drafts=True))


def _keep(row: Commitment | None) -> Any:
    form = forms.read(CommitmentSchema, request.form)
    for name in LISTS:
        form.fields[name].value = request.form.getlist(name)
    try:
        if form.valid:
            by, now = _ministry().name, datetime.now(UTC)
            row = rules.keep(loaded(form.data), by=by, now=now, row=row)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid or row is None:
        return _form(form, row), 422
    return _back(row, _("The commitment is kept."))


def _form(form: forms.Form, row: Commitment | None = None) -> str:
    return render_template(
        "commitments/form.html",
        form=form,
        row=row,
        steps=rules.milestones(row) if row else (),
        reports=rules.reports(row) if row else (),
    )


def _back(row: Commitment, said: str) -> Any:
    flash(said, "success")
    return redirect(url_for("commitments_ministry.page", address=row.slug), 303)


@pages.get("/<address>/milestones/new")
def new_milestone(address: str) -> str:
    """Show the form of a new milestone."""
    return _part(
        rules.by_slug(address, drafts=True), forms.blank(MilestoneSchema), _("New milestone")
    )


@pages.post("/<address>/milestones/new")
def create_milestone(address: str) -> Any:
    """Keep a new milestone."""
    return _keep_milestone(rules.by_slug(address, drafts=True), None)


@pages.get("/<address>/milestones/<uuid:milestone_id>")
def milestone(address: str, milestone_id: uuid.UUID) -> str:
    """Show a milestone in its form."""
    row = rules.by_slug(address, drafts=True)
    step = rules.milestone(row, milestone_id)
    form = forms.blank(MilestoneSchema, values=values(step, MilestoneSchema))
    return _part(row, form, _("Milestone"))


@pages.post("/<address>/milestones/<uuid:milestone_id>")
def change_milestone(address: str, milestone_id: uuid.UUID) -> Any:
    """Keep what was changed of a milestone."""
    row = rules.by_slug(address, drafts=True)
    return _keep_milestone(row, rules.milestone(row, milestone_id))


def _keep_milestone(row: Commitment, step: Milestone | None) -> Any:
    form = forms.read(MilestoneSchema, request.form)
    try:
        if form.valid:
            by, now = _ministry().name, datetime.now(UTC)
            rules.keep_milestone(row, loaded(form.data), by=by, now=now, row=step)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _part(row, form, _("Milestone")), 422
    return _back(row, _("The milestone is kept."))


@pages.get("/<address>/periods/new")
def new_period(address: str) -> str:
    """Show the form that closes a reporting period."""
    return _part(
        rules.by_slug(address, drafts=True), forms.blank(ReportSchema), _("Reporting period")
    )


@pages.post("/<address>/periods/new")
def close_period(address: str) -> Any:
    """Close a reporting period."""
    row, form = rules.by_slug(address, drafts=True), forms.read(ReportSchema, request.form)
    if not form.valid:
        return _part(row, form, _("Reporting period")), 422
    rules.report(row, loaded(form.data), by=_ministry().name, now=datetime.now(UTC))
    return _back(row, _("The period is closed."))


def _part(row: Commitment, form: forms.Form, title: str) -> str:
    return render_template("commitments/part.html", row=row, form=form, title=title)
