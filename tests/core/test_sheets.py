"""Tables come in from people's spreadsheets and go out to them without harm."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from flask import Flask

from mms_core.errors import Invalid
from mms_core.sheets import Row, read_rows, write_csv, write_xlsx

COLUMNS = {"name": ("Name", "დასახელება"), "budget": ("Budget", "ბიუჯეტი")}
ROWS = [("სოფლის გზა", 7000), ("=cmd()", None), ("ა" * 40_000, 1)]


def read(content: bytes) -> list[Row]:
    return list(read_rows(io.BytesIO(content), columns=COLUMNS))


@pytest.mark.parametrize(
    "content",
    [
        "Name,Budget\nსოფლის გზა,7000\n",
        "\ufeffდასახელება;ბიუჯეტი;სხვა\r\n\r\n სოფლის\u00a0გზა ;7000;x\r\n",
        "budget\tNAME \n7000\tსოფლის გზა",
    ],
)
def test_what_spreadsheets_do_to_a_table_is_forgiven(content: str) -> None:
    (row,) = read(content.encode())
    assert row.values == {"name": "სოფლის გზა", "budget": "7000"}
    assert row.line == (3 if "\r" in content else 2)


def test_what_is_written_is_read_again_and_runs_nowhere() -> None:
    sheet = io.BytesIO()
    write_xlsx(("Name", "Budget"), ROWS, to=sheet)
    written = b"".join(write_csv(("Name", "Budget"), ROWS))
    for content in (sheet.getvalue(), written):
        rows = read(content)
        assert [row.values["budget"] for row in rows] == ["7000", "", "1"]
        assert rows[1].values["name"] == "'=cmd()"


def test_a_moment_is_written_in_tbilisi_time() -> None:
    written = b"".join(write_csv(("At",), [(datetime(2026, 3, 1, 22, 30, tzinfo=UTC),)]))
    assert "2026-03-02 02:30" in written.decode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"Name\nx\n", "Budget"),
        (b"PK\x03\x04 broken", "no table"),
        ("Name;Budget\nგზა;1".encode("utf-16"), ""),
        (b"Name,Budget\n\xff\xfe\xfa,1\n", "no table"),
    ],
)
def test_what_is_no_table_is_told_at_the_field(app: Flask, content: bytes, says: str) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as told:
        read(content)
    assert says in str(told.value.fields["file"][0])


def test_a_column_may_be_left_out_where_it_is_optional() -> None:
    rows = read_rows(io.BytesIO(b"Name\nx\n"), columns=COLUMNS, optional={"budget"})
    assert [row.values for row in rows] == [{"name": "x", "budget": ""}]
    with pytest.raises(Invalid):
        read(b"Name\nx\n")
