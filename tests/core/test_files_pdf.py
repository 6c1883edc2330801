"""A PDF keeps its pages and loses what acts by itself."""

from __future__ import annotations

import io

import pypdf
import pytest
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from mms_core.errors import Invalid
from mms_core.files.pdf import quieted


def paper(*, pages: int = 2) -> pypdf.PdfWriter:
    writer = pypdf.PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    return writer


def script() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )


def written(writer: pypdf.PdfWriter) -> io.BytesIO:
    out = io.BytesIO()
    writer.write(out)
    return out


def acting(how: str) -> io.BytesIO:
    writer = paper()
    if how == "at opening":
        writer.root_object[NameObject("/OpenAction")] = script()
    elif how == "in the list of names":
        named = [TextStringObject("x"), script()]
        tree = DictionaryObject({NameObject("/Names"): ArrayObject(named)})
        names = DictionaryObject({NameObject("/JavaScript"): tree})
        writer.root_object[NameObject("/Names")] = names
    elif how == "on a page":
        opened = DictionaryObject({NameObject("/O"): script()})
        writer.pages[0][NameObject("/AA")] = opened
    elif how == "on a click":
        writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://posta.example/"))
        note = writer.pages[0]["/Annots"][0].get_object()
        note[NameObject("/A")] = script()
    else:
        writer.add_attachment("run.exe", b"MZ")
    return written(writer)


@pytest.mark.parametrize(
    "how", ["at opening", "in the list of names", "on a page", "on a click", "an attached program"]
)
def test_what_acts_is_taken_out_and_the_pages_stay(how: str) -> None:
    clean = quieted(acting(how)).read()
    assert len(pypdf.PdfReader(io.BytesIO(clean)).pages) == 2
    for word in (b"app.alert", b"/JavaScript", b"run.exe"):
        assert word not in clean, (how, word)


def test_a_quiet_paper_is_kept_to_the_byte_with_its_links() -> None:
    writer = paper()
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://posta.example/"))
    file = written(writer)
    assert quieted(file).read() == file.getvalue()


def test_a_locked_or_broken_paper_is_refused_with_words() -> None:
    locked = paper()
    locked.encrypt("secret")
    for file in (written(locked), io.BytesIO(b"%PDF-1.7\nbroken")):
        with pytest.raises(Invalid):
            quieted(file)
