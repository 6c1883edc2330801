"""A form that failed keeps the files that were already accepted."""

from __future__ import annotations

import io
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner
from werkzeug.datastructures import FileStorage

from mms_core.files.intake import Limits
from mms_core.files.pending import Attached, Pending, sweep
from mms_core.files.s3 import S3
from mms_core.files.storage import LocalDisk, Storage


@pytest.fixture
def storage(tmp_path: Path) -> LocalDisk:
    return LocalDisk(tmp_path)


def pending(storage: Storage, scope: str = "7", max_bytes: int = 1000) -> Pending:
    limits = Limits(max_bytes=max_bytes, max_files=2)
    return Pending(storage, secret="s", scope=scope, limits=limits)


def text(name: str, size: int = 10) -> FileStorage:
    return FileStorage(io.BytesIO(b"x" * size), filename=name)


def tokens_of(place: Pending, attached: Attached) -> list[str]:
    return [kept.token for kept in place.keep(attached)]


def files(storage: LocalDisk) -> list[str]:
    return sorted(p.name for p in storage.root.rglob("*") if p.is_file())


def test_the_good_file_of_a_failed_form_need_not_be_attached_again(storage: LocalDisk) -> None:
    place = pending(storage)
    first = place.gather([text("good.txt"), text("big.txt", 2000)])
    assert [f.name for f in first.files] == ["good.txt"]
    assert "too big" in first.problems[0]

    second = place.gather([text("small.txt")], tokens=tokens_of(place, first))
    assert [f.name for f in second.files] == ["good.txt", "small.txt"]
    assert second.problems == ()
    lasting = place.settle(second)
    assert [f.key.split("/")[0] for f in lasting] == ["7", "7"]
    assert all(storage.exists(f.key) for f in lasting)


def test_a_file_left_out_is_gone_and_makes_room(storage: LocalDisk) -> None:
    place = pending(storage)
    tokens = tokens_of(place, place.gather([text("a.txt"), text("b.txt")]))
    again = place.gather([text("c.txt")], tokens=tokens, left_out=tokens[:1])
    assert [f.name for f in again.files] == ["b.txt", "c.txt"]
    assert len(files(storage)) == 2


def test_kept_files_count_towards_the_limit(storage: LocalDisk) -> None:
    place = pending(storage)
    tokens = tokens_of(place, place.gather([text("a.txt"), text("b.txt")]))
    again = place.gather([text("c.txt")], tokens=tokens * 2)
    assert [f.name for f in again.files] == ["a.txt", "b.txt"]
    assert "At most 2 files" in again.problems[0]


def test_a_token_of_another_municipality_or_a_forged_one_opens_nothing(storage: LocalDisk) -> None:
    tokens = tokens_of(pending(storage), pending(storage).gather([text("a.txt")]))
    for place, token in [(pending(storage, "8"), tokens[0]), (pending(storage), tokens[0] + "x")]:
        found = place.gather([], tokens=[token, ""])
        assert found.files == ()
        assert found.problems == (
            "An attached file could not be recognised; please attach it again.",
        )


def test_a_token_of_the_day_before_names_the_file_that_is_gone(
    storage: LocalDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = pending(storage)
    yesterday = int(datetime.now(UTC).timestamp()) - 25 * 3600
    with monkeypatch.context() as old:
        old.setattr(TimestampSigner, "get_timestamp", lambda _: yesterday)
        tokens = tokens_of(place, place.gather([text("letter.txt")]))
    found = place.gather([], tokens=tokens)
    assert found.files == ()
    assert found.problems == (
        "“letter.txt” was kept for a day and is gone; please attach it again.",
    )


def test_when_the_store_is_away_the_form_comes_back_and_loses_nothing(storage: LocalDisk) -> None:
    tokens = tokens_of(pending(storage), pending(storage).gather([text("a.txt")]))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    away = pending(S3(endpoint=gone, bucket="b", access_key="k", secret_key="s"))
    found = away.gather([text("b.txt")], tokens=tokens)
    assert [stored.name for stored in found.files] == ["a.txt"]
    assert [problem.partition("Files cannot be saved")[0] for problem in found.problems] == [
        "",
        "b.txt: ",
    ]
    assert away.gather([], tokens=tokens, left_out=tokens).files == ()


def test_the_sweep_takes_the_old_and_leaves_the_new_and_the_settled(storage: LocalDisk) -> None:
    place = pending(storage)
    attached = place.gather([text("a.txt"), text("b.txt")])
    (settled, _) = place.settle(attached)
    old = storage.path(attached.files[0].key)
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    assert sweep(storage) == 1
    assert not old.exists()
    assert storage.exists(attached.files[1].key)
    assert storage.exists(settled.key)
    assert place.gather([], tokens=tokens_of(place, attached)).problems == (
        "“a.txt” was kept for a day and is gone; please attach it again.",
    )
