"""Forms of pages are read as the standard library reads them, only sooner."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask, request

from mms_core import form_data
from mms_core.form_data import pairs

PIECES = (
    *"%=&+a1Fg_.;?-", "%E1%83%90", "%3D", "%26", "%3d", "%0D%0A", "%0A", "%FF", "%20", "%00", "%5F",
    "%25", "%2", "%g1", "\n", "%\n", "\r", " ", "\t", "é", "ა", "=\n",
)  # fmt: skip


def usual(sent: str) -> list[tuple[str, str]]:
    return parse_qsl(sent, keep_blank_values=True, errors="werkzeug.url_quote")


def test_whatever_is_sent_is_read_as_the_standard_library_does() -> None:
    chance = random.Random(46)
    for _each in range(20_000):
        sent = "".join(chance.choices(PIECES, k=chance.randrange(12)))
        assert pairs(sent) == usual(sent), sent


def test_what_a_browser_sends_comes_as_it_was_typed() -> None:
    chance = random.Random(46)
    signs = [*map(chr, (*range(0x10D0, 0x10FB), *range(32, 127), 0x1F600, 0x20AC)), "\r\n", "\0"]
    for _each in range(500):
        typed = {name: "".join(chance.choices(signs, k=80)) for name in ("title", "body", "იდეა")}
        assert pairs(urlencode(typed)) == list(typed.items())


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("a=100%25+%E1%83%90", "100% ა"),
        ("a=100%", "100%"),
        ("a=%zz%41", "%zzA"),
        ("a=%FF", "%FF"),
        ("a", ""),
        ("a=b=c&a=d", "b=c"),
        ("a==41%zz", "=41%zz"),
    ],
)
def test_a_page_reads_its_form(app: Flask, sent: str, said: str) -> None:
    kind = "application/x-www-form-urlencoded"
    with app.test_request_context("/", method="POST", data=sent, content_type=kind):
        assert request.form["a"] == said


def test_a_page_reads_its_form_in_this_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_data, "pairs", lambda sent: [("a", f"read of {sent}")])
    with app.test_request_context("/", method="POST", data={"a": "1"}):
        assert request.form["a"] == "read of a=1"
