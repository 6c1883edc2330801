"""What the pages of one idea share: its row, whose it is, its date and its files."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request, url_for

from mms_core import here
from mms_core.cases import keys, numbers
from mms_core.cases.deadlines import due_words
from mms_core.errors import NotFound
from mms_core.files.stored import Stored
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import acting
from plugins.your_idea_to_mayor import public, rules
from plugins.your_idea_to_mayor.models import NAME

THUMBNAIL, PICTURE = 320, 960  # px


def idea_row(number: str) -> Any:
    """Give an idea whole by its number, however it was typed; NotFound when there is none."""
    person, written = acting(), numbers.read(number) or number
    found = public.one(
        here.given().tenant.id,
        written,
        person_id=person.id if person else None,
        last=person is None,
    )
    if found is None:
        raise NotFound(_("There is no public idea with this number."))
    return found


def is_author(row: Any) -> bool:
    """Tell whether the acting person gave the idea."""
    person = acting()
    return person is not None and row.author_id == person.id


def has_key(row: Any) -> bool:
    """Tell whether the address carries the key of the idea's case."""
    key, settings = request.args.get("key", ""), current_app.extensions["mms_settings"]
    return bool(key) and keys.fits(settings, g.tenant.id, row.id, key)


def due_reason(row: Any) -> str:
    """Say how the date of the answer was counted."""
    return due_words(row, registry().case_type(NAME, rules.KIND), locale=locale())


def file_line(file: Any) -> dict[str, Any]:
    """Give a file as the list of files draws it."""
    stored = Stored.of(file)
    small = url_for("cases.file", attachment_id=file.id, thumb=THUMBNAIL)
    return {
        "name": stored.name,
        "href": url_for("cases.file", attachment_id=file.id),
        "kind": stored.kind_words,
        "player": stored.player,
        "size": stored.size_words,
        "caption": file.caption,
        "picture": url_for("cases.file", attachment_id=file.id, thumb=PICTURE),
        "thumbnail": small if stored.is_picture and stored.thumbnails else None,
    }
