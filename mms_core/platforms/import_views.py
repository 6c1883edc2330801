"""The hall's pages on which a platform's records are brought in: file, columns, look, progress."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.people.current import require
from mms_core.platforms import importing, rules
from mms_core.platforms.blueprint import pages
from mms_core.platforms.bringing import LARGEST
from mms_core.platforms.mapping import NEEDED
from mms_core.platforms.models import DRAFT, RUNNING, Platform, PlatformImport

SHOWN = 200  # bad lines on one page


@pages.get("/<uuid:platform_id>/bring")
def bring_page(platform_id: uuid.UUID) -> str:
    """Show the form that takes the platform's file."""
    row = rules.find(g.tenant.id, platform_id)
    importing.target_of(row)
    return render_template("platforms/bring.html", row=row, problem="")


@pages.post("/<uuid:platform_id>/bring")
def bring(platform_id: uuid.UUID) -> Any:
    """Read the file and lead to its columns; nothing is taken over yet."""
    person = require("operator", "head", "mayor")
    row, file = rules.find(g.tenant.id, platform_id), request.files.get("file")
    try:
        content = file.stream.read(LARGEST + 1) if file and file.filename else b""
        _check_size(content)
        made = importing.bring(
            row,
            content,
            name=str(file.filename) if file else "",
            by=person.name,
            language=locale(),
            now=datetime.now(UTC),
        )
    except Invalid as problem:
        words = str(problem.message)
        return render_template("platforms/bring.html", row=row, problem=words), 422
    return _to(made)


def _check_size(content: bytes) -> None:
    if not content:
        raise Invalid(_("Choose a file."))
    if len(content) > LARGEST:
        raise Invalid(_("The file is too big; it may have at most 8 MB."))


def _to(made: PlatformImport) -> Any:
    address = url_for("platforms.import_page", platform_id=made.platform_id, import_id=made.id)
    return redirect(address, 303)


@pages.get("/<uuid:platform_id>/imports/<uuid:import_id>")
def import_page(platform_id: uuid.UUID, import_id: uuid.UUID) -> str:
    """Show which column is what and what the file would bring, or how far the work is."""
    row, made = rules.find(g.tenant.id, platform_id), importing.find(g.tenant.id, import_id)
    return _look(row, made) if made.state == DRAFT else _progress(row, made)


@pages.post("/<uuid:platform_id>/imports/<uuid:import_id>")
def choose(platform_id: uuid.UUID, import_id: uuid.UUID) -> Any:
    """Keep the columns; show what they would bring, or begin to take it over."""
    row = rules.find(g.tenant.id, platform_id)
    made = importing.find(g.tenant.id, import_id, lock=True)
    chosen = {name: request.form.get(name, "") for name in importing.target_of(row).fields()}
    published = request.form.get("published") in {"on", "true"}
    try:
        importing.choose(made, chosen, published=published)
    except Invalid as problem:
        return _look(row, made, wrong=problem.fields), 422
    if request.form.get("do") == "start":
        importing.start(made)
        flash(_("The records are being taken over."), "info")
    return _to(made)


def _look(row: Platform, made: PlatformImport, *, wrong: Any = None) -> str:
    target = importing.target_of(row)
    missing = [name for name in NEEDED if name not in made.mapping]
    look = None if missing else importing.look(made, row, now=datetime.now(UTC))
    return render_template(
        "platforms/look.html",
        row=row,
        made=made,
        fields=target.fields(),
        columns=[(name, name) for name in made.columns],
        columns_lang=_language(made.columns),
        needed=NEEDED,
        wrong=wrong or {},
        look=look,
        shown=SHOWN,
        topics=target.topics,
    )


def _language(columns: list[str]) -> str:
    """Tell in which language a file names its columns, by their letters."""
    return "ka" if any("ა" <= sign <= "ჰ" for name in columns for sign in name) else "en"


def _progress(row: Platform, made: PlatformImport) -> str:
    return render_template(
        "platforms/progress.html",
        row=row,
        made=made,
        running=made.state == RUNNING,
        problems=importing.problems_of(made),
    )
