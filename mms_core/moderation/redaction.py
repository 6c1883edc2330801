"""Hides a part: passages struck out of a text, rectangles painted over a picture.

The original is kept with the decision. Officers see it by a look that is logged, its author on the
author's page, and undoing the decision gives it back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mms_core.cases.log import Actor
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.files.intake import Limits, take
from mms_core.files.storage import Storage
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation.models import Hiding
from mms_core.moderation.rules import begin, finish, thing_of, trace
from mms_core.moderation.things import Thing, moderated, posted

MARKS = {"ka": "[დაფარულია]", "en": "[struck out]"}
MOST = 8  # rectangles on one picture


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle on a picture, its edges in percent of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Give the rectangle in px of a picture of this size."""
        across = (round(self.left * width / 100), round(self.right * width / 100))
        down = (round(self.top * height / 100), round(self.bottom * height / 100))
        return across[0], down[0], across[1], down[1]


def strike(
    thing: Thing, *, passages: str, rule: str, reason: str, actor: Actor, now: datetime
) -> Hiding:
    """Strike passages (one a line, as they stand in the text) out of a text that stays public.

    Invalid (field `passages`) for a passage that is not there; Refused where a text of this kind
    is hidden as a whole only.
    """
    found, kind = posted(thing), moderated(thing)
    if kind.rewrite is None:
        raise Refused(_("This can be hidden as a whole only."))
    text, mark = found.text, MARKS["ka" if found.language == "ka" else "en"]
    for passage in _passages(passages):
        if passage not in text:
            missing = _("“%(passage)s” does not stand in the text.", passage=passage[:60])
            raise Invalid(missing, fields={"passages": [missing]})
        text = text.replace(passage, mark)
    row = begin(thing, found, rule=rule, reason=reason, actor=actor, now=now)
    row.part, row.original = "text", found.text
    kind.rewrite(thing.tenant_id, thing.ref, text)
    finish(row, found, actor=actor, now=now)
    return row


def _passages(typed: str) -> list[str]:
    found = [line.strip() for line in typed.replace("\r\n", "\n").split("\n") if line.strip()]
    if not found:
        none = _("Copy what is to be struck out, a passage a line.")
        raise Invalid(none, fields={"passages": [none]})
    return sorted(found, key=len, reverse=True)  # a short one may stand within a long one


def read_boxes(typed: str) -> list[Box]:
    """Read rectangles, a line each: left, top, right, bottom in percent. Invalid at `boxes`."""
    lines = typed.replace(";", " ").replace(",", " ").splitlines()
    found = [_box(line) for line in lines if line.strip()]
    if not found or len(found) > MOST:
        none = _("Give one to %(count)s rectangles, each on a line of its own.", count=MOST)
        raise Invalid(none, fields={"boxes": [none]})
    return found


def _box(line: str) -> Box:
    wrong = _("“%(line)s” is no rectangle: left, top, right, bottom in percent.", line=line[:40])
    try:
        left, top, right, bottom = (float(part.rstrip("%")) for part in line.split())
    except ValueError as problem:
        raise Invalid(wrong, fields={"boxes": [wrong]}) from problem
    if not (0 <= left < right <= 100 and 0 <= top < bottom <= 100):
        raise Invalid(wrong, fields={"boxes": [wrong]})
    return Box(left=left, top=top, right=right, bottom=bottom)


def paint(
    thing: Thing,
    attachment: Any,
    *,
    boxes: Sequence[Box],
    rule: str,
    reason: str,
    actor: Actor,
    now: datetime,
    storage: Storage,
) -> Hiding:
    """Paint rectangles over an attached picture; the painted one takes its place everywhere."""
    before = Stored.of(attachment)
    if not before.is_picture:
        raise Refused(_("Only a picture can be painted over."))
    found = posted(thing)
    row = begin(thing, found, rule=rule, reason=reason, actor=actor, now=now)
    row.part, row.original = "picture", json.dumps(before.to_json())
    put(attachment, _painted(before, boxes, storage=storage, scope=str(thing.tenant_id)))
    db.session.flush()
    finish(row, found, actor=actor, now=now)
    return row


def put(attachment: Any, stored: Stored) -> None:
    """Let an attachment's row point to other bytes; its name, caption and place stay."""
    for name, value in stored.columns().items():
        if name != "name":
            setattr(attachment, name, value)


def _painted(stored: Stored, boxes: Sequence[Box], *, storage: Storage, scope: str) -> Stored:
    from PIL import Image, ImageDraw  # Pillow costs a worker 5 MB: at need

    with storage.open(stored.key) as file, Image.open(file) as opened:
        kind, picture = opened.format or "PNG", opened.convert("RGB")
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        draw.rectangle(box.pixels(*picture.size), fill=(0, 0, 0))
    target = io.BytesIO()
    picture.save(target, kind, **({"quality": 90} if kind != "PNG" else {}))
    target.seek(0)
    bounds = Limits(max_bytes=100_000_000)
    return take(target, stored.name, storage=storage, prefix=scope, limits=bounds)


def look(row: Hiding, *, actor: Actor, now: datetime) -> None:
    """Log that an officer looks at the original of what is hidden in part."""
    thing = thing_of(row)
    trace(thing, posted(thing), "looked", text="", actor=actor, now=now, rule=row.rule)
