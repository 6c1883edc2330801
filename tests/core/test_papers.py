"""Papers are set from data: tagged for screen readers, in Georgian, text never as markup."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader

from mms_core.papers import to_pdf

TYPED = 'Hello #panic("x") $x$ */ <b>მეორე'


def test_a_paper_says_what_was_typed_and_in_which_language(tmp_path: Path) -> None:
    template = tmp_path / "paper.typ"
    template.write_text(
        '= #data.title\n#terms-of((("ნომერი", data.number), ("x", "")))\n'
        '#rows-of(("წელი", "თანხა"), ((2026, "7 ₾"),))\n#said(data.text)\n'
    )
    data = {"title": "განცხადება", "number": "ZUG-2026-000001-6", "text": f"{TYPED}\nbis"}
    made = to_pdf(template, data=data, language="ka", title="ქაღალდი")
    paper = PdfReader(io.BytesIO(made))
    words = paper.pages[0].extract_text()
    for expected in ("განცხადება", "ZUG-2026-000001-6", "7 ₾", TYPED, "bis"):
        assert expected in words
    catalogue = paper.trailer["/Root"]
    assert catalogue["/Lang"] == "ka"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert paper.metadata is not None
    assert paper.metadata.title == "ქაღალდი"
