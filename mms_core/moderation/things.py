"""Things that people post, whatever module they belong to: named alike, found by their module."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import current_app

from mms_core.contributions import Moderated, Posted
from mms_core.errors import NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A text or a picture: the module that has it, what kind it is, and its number there."""

    tenant_id: int
    module: str
    kind: str
    ref: uuid.UUID


def moderated(thing: Thing) -> Moderated:
    """Give what the thing's module says of its kind; NotFound when the module is gone."""
    found = _kinds().get((thing.module, thing.kind))
    if found is None:
        raise NotFound(_("There is no such text."))
    return found


def posted(thing: Thing) -> Posted:
    """Find the thing itself by its module; NotFound when there is none."""
    found = moderated(thing).find(thing.tenant_id, thing.ref)
    if found is None:
        raise NotFound(_("There is no such text."))
    return found


def _kinds() -> dict[tuple[str, str], Moderated]:
    from mms_core.moderation.pictures import FILES, ROOM  # which hides by the verbs above

    modules: Registry = current_app.extensions["mms_modules"]
    found = {(name, m.kind): m for name, one in modules.loaded.items() for m in one.moderated}
    return found | {(ROOM, FILES.kind): FILES}
