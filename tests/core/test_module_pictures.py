"""A module's pictures stand on the operator's page, and what is wrong with one is named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from mms_core.authoring import check
from mms_core.modules import discover
from mms_core.switching.readme import LARGEST, PNG
from mms_core.testing import make_person, page, sign_in

MODULE, DESK = "your_idea_to_mayor", "/tskaltubo/desk/modules/your_idea_to_mayor/"


def test_the_operator_sees_what_a_module_looks_like(app: Flask) -> None:
    make_person(app, "operator", ("operator", 39))
    operator = sign_in(app, "operator")
    shown = page(operator.get(DESK))
    found = re.findall(
        r'<img src="([^"]+/pictures/[^"]+)" alt="" width="\d+" [^>]*><figcaption>([^<]+)<', shown
    )
    assert len(found) == 2
    assert all(re.search("[ა-ჰ]", alt) for _address, alt in found)
    picture = operator.get(found[0][0])
    assert (picture.status_code, picture.content_type) == (200, "image/png")
    assert operator.get(f"{DESK}pictures/plugin.py").status_code == 404
    assert app.test_client().get(found[0][0]).status_code == 303


def test_what_is_wrong_with_a_picture_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    module = discover().loaded[MODULE]
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "big.png").write_bytes(PNG + b"x" * LARGEST)
    (folder / "odd.png").write_bytes(b"GIF89a")
    pictures = tuple((name, "") for name in ("gone.png", "big.png", "odd.png", "list.gif"))
    changed = replace(module, folder=tmp_path, module=replace(module.module, pictures=pictures))
    registry = SimpleNamespace(loaded={MODULE: changed}, quarantined={})
    monkeypatch.setattr(check, "discover", lambda: registry)
    said = "\n".join(check.check_module(MODULE))
    for words in ("gone.png is not there", "big.png has more than 200 kB", "odd.png is damaged",
                  "list.gif is no PNG", "list.gif has no words"):  # fmt: skip
        assert words in said, words
    monkeypatch.undo()


@pytest.mark.parametrize("name", ["your_idea_to_mayor", "citizen_feedback", "citizen_reception"])
def test_our_pictures_are_in_order(name: str) -> None:
    assert [line for line in check.check_module(name) if "picture" in line] == []
