"""One law for both storages: local disk, and S3 as a real server speaks it."""

from __future__ import annotations

import io
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from mms_core.config import Settings
from mms_core.errors import NotFound
from mms_core.files.s3 import S3
from mms_core.files.storage import LocalDisk, Storage, StorageDown, checked, new_key, storage_for

BUCKET = "mms-test"
KEYS = ("testing", "testing")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert server.poll() is None, "the S3 server stopped while starting"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the S3 server did not start within two minutes")


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "disk":
        return storage_for(Settings(data_dir=tmp_path))
    endpoint = request.getfixturevalue("s3_server")
    boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=KEYS[0],
        aws_secret_access_key=KEYS[1],
    ).create_bucket(Bucket=BUCKET)
    settings = Settings(
        data_dir=tmp_path,
        s3_endpoint=endpoint,
        s3_bucket=BUCKET,
        s3_access_key=KEYS[0],
        s3_secret_key=KEYS[1],
    )
    return storage_for(settings)


def keep(storage: Storage, data: bytes, *, prefix: str = "7") -> str:
    key = new_key(prefix, ".txt")
    storage.put(key, io.BytesIO(data), content_type="text/plain")
    return key


def test_what_is_put_comes_back(storage: Storage) -> None:
    key = keep(storage, "ხიდი დანგრეულია".encode())
    assert storage.exists(key)
    assert storage.size(key) == len("ხიდი დანგრეულია".encode())
    with storage.open(key) as file:
        assert file.read().decode() == "ხიდი დანგრეულია"


def test_a_reader_can_seek_as_in_any_file(storage: Storage) -> None:
    data = bytes(range(256)) * 1000
    with storage.open(keep(storage, data)) as file:
        assert file.seek(0, io.SEEK_END) == len(data)
        assert file.read(1) == b""
        file.seek(200_000)
        assert file.read(100) == data[200_000:200_100]
        file.seek(5)
        assert file.read(3) == data[5:8]
        assert file.tell() == 8


def test_a_deleted_file_is_not_found_and_deleting_twice_is_no_error(storage: Storage) -> None:
    key = keep(storage, b"x")
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)
    for look in (storage.open, storage.size):
        with pytest.raises(NotFound, match="no longer here"):
            look(key)


def test_a_copy_lives_on_when_the_first_is_deleted(storage: Storage) -> None:
    first, second = keep(storage, b"bridge"), new_key("8", ".txt")
    storage.copy(first, second)
    storage.copy(first, second)
    storage.delete(first)
    with storage.open(second) as file:
        assert file.read() == b"bridge"
    with pytest.raises(NotFound):
        storage.copy(first, new_key("8"))


def test_only_old_files_of_the_prefix_are_listed(storage: Storage) -> None:
    prefix = f"pending/{new_key('t')[2:]}"
    old = keep(storage, b"x", prefix=prefix)
    keep(storage, b"x", prefix="other")
    soon, before = (datetime.now(UTC) + timedelta(minutes=sign) for sign in (5, -5))
    assert list(storage.older(prefix, than=soon)) == [old]
    assert list(storage.older(prefix, than=before)) == []


def test_the_check_of_a_working_storage_is_silent(storage: Storage) -> None:
    storage.check()


@pytest.mark.parametrize(
    "key",
    [
        "../etc/passwd",
        "7/../8/x",
        "/7/x",
        "7",
        "7//x",
        "7/.hidden",
        "7/x\n",
        "7/ხ",
        "7/" + "x" * 300,
    ],
)
def test_a_key_cannot_leave_its_folder(key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        checked(key)


def test_files_on_disk_are_readable_by_the_application_alone(tmp_path: Path) -> None:
    storage = LocalDisk(tmp_path / "files")
    path = storage.path(keep(storage, b"x"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.parent.name == path.name[:2]
    assert [p.name for p in path.parent.iterdir()] == [path.name], "no draft is left over"


def test_a_full_or_broken_disk_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    storage = LocalDisk(tmp_path / "files")
    with pytest.raises(StorageDown, match="Nothing is lost"):
        keep(storage, b"x")
    with pytest.raises(StorageDown):
        storage.check()


def test_a_half_written_file_never_shows(tmp_path: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(28, os.strerror(28))

    storage = LocalDisk(tmp_path)
    key = new_key("7", ".txt")
    with pytest.raises(StorageDown):
        storage.put(key, Breaking(), content_type="text/plain")
    assert not storage.exists(key)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_store_that_is_away_is_said_in_words() -> None:
    away = S3(
        endpoint=f"http://127.0.0.1:{free_port()}",
        bucket=BUCKET,
        access_key=KEYS[0],
        secret_key=KEYS[1],
    )
    with pytest.raises(StorageDown, match="try again in a few minutes"):
        away.put(new_key("7"), io.BytesIO(b"x"), content_type="text/plain")
