"""Takes out of a PDF what acts by itself: scripts, actions at opening, programs, attached files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from mms_core.errors import Invalid
from mms_core.i18n import gettext as _

ACTING = ("/OpenAction", "/AA")  # what a viewer does without being asked
NAMED = ("/JavaScript", "/EmbeddedFiles")
UNSAFE = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE"})
MOST_PAGES = 2000


def quieted(file: BinaryIO) -> BinaryIO:
    """Give the same PDF, or one without what acts; the file is left as it is.

    Raises Invalid for one that is locked by a password or cannot be read whole.
    """
    import pypdf  # costs a worker memory: at need

    file.seek(0)
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted:
            raise Invalid(_("This PDF is locked by a password. Attach it without one."))
        if len(reader.pages) > MOST_PAGES:
            raise Invalid(_("This PDF has too many pages."))
        if not any(_found(reader.trailer["/Root"], reader.pages)):
            file.seek(0)
            return file
        writer = pypdf.PdfWriter(clone_from=reader)
        _quiet(writer.root_object, writer.pages)
        out = io.BytesIO()
        writer.write(out)
    except Invalid:
        raise
    except Exception as problem:
        raise Invalid(_("This PDF is damaged. Save it anew and attach it again.")) from problem
    out.seek(0)
    return out


def _found(root: Any, pages: Any) -> Iterator[bool]:
    """Say of each place where something can act whether it does."""
    yield from (name in root for name in ACTING)
    names, form = _at(root, "/Names"), _at(root, "/AcroForm")
    yield from (name in names for name in NAMED)
    yield "/XFA" in form
    for page in pages:
        yield "/AA" in page
        for note in _notes(page):
            yield "/AA" in note or _acts(note)


def _quiet(root: Any, pages: Any) -> None:
    for name in ACTING:
        root.pop(name, None)
    names, form = _at(root, "/Names"), _at(root, "/AcroForm")
    for name in NAMED:
        names.pop(name, None)
    form.pop("/XFA", None)
    for page in pages:
        page.pop("/AA", None)
        for note in _notes(page):
            note.pop("/AA", None)
            if _acts(note):
                note.pop("/A", None)


def _at(holder: Any, name: str) -> Any:
    found = holder.get(name)
    return found.get_object() if found is not None else {}


def _notes(page: Any) -> Iterator[Any]:
    notes = page.get("/Annots")
    for note in notes.get_object() if notes is not None else ():
        yield note.get_object()


def _acts(note: Any) -> bool:
    """Tell whether a click on a note, or on what follows it, starts more than a link."""
    action, seen = _at(note, "/A"), 0
    while action and seen < 20:
        if action.get("/S") in UNSAFE or "/JS" in action:
            return True
        following = _at(action, "/Next")
        action, seen = (following if isinstance(following, dict) else {}), seen + 1
    return seen >= 20
