"""Sets papers in type: PDF/UA files that a screen reader can read, Georgian in its own letters.

A paper is a Typst template (`*.typ`) that finds what it says in `data` and its words translated in
it; the core's prelude gives it page, font and the look of headings, tables and terms. The compiler
is a library of 80 MB, so it is loaded by the process that sets a paper and by no other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PRELUDE = HERE / "templates" / "paper" / "prelude.typ"
FONTS = HERE / "static" / "fonts" / "paper"


def to_pdf(template: Path, *, data: Mapping[str, Any], language: str, title: str) -> bytes:
    """Set a paper and give the bytes of a tagged PDF (PDF/UA-1, A4).

    `data` is anything that JSON can hold; the template reads it as `data`. `language` is the
    language of the words in it ("ka", "en", ...), `title` the document's own name. Text is always
    data and never markup, so that a citizen's `#` or `$` stays what was typed.
    """
    import typst

    inputs = {
        "data": json.dumps(data, ensure_ascii=False, default=str),
        "language": language,
        "title": title,
    }
    letters = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    compiler = typst.Compiler(
        PRELUDE.read_bytes() + template.read_bytes(),
        root=template.parent,
        font_paths=letters,
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )
    now = datetime.now(UTC).replace(microsecond=0)  # the library takes whole seconds
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=now)
    if not isinstance(made, bytes):
        raise TypeError("A paper is one file.")
    return made


def font_file(*, bold: bool = False) -> Path:
    """Give the font file of drawn pictures: Latin, Georgian, Cyrillic and Armenian letters."""
    return FONTS / f"paper-{700 if bold else 400}.ttf"
