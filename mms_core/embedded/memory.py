"""What a database folder remembers between starts, and how it is held by one starter at a time."""

import fcntl
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mms_core.embedded.process import PATIENCE, free_port
from mms_core.embedded.programs import SHARED, EmbeddedError, programs_for

SERVER = "server.json"
OURS = {"lock", SERVER, f"{SERVER}.new", "server"}
DATABASE = "mms"


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Port, password and place of a folder's server."""

    folder: Path
    home: Path
    port: int
    password: str

    @property
    def data(self) -> Path:
        """The cluster's own folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "postgresql.log"

    def url(self, database: str = DATABASE) -> str:
        """Return the administrator's URL of one database."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def at(self, port: int) -> "Memory":
        """Return the memory of the same server at a port, written down if that is new."""
        return self if port == self.port else remember(replace(self, port=port))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder alone, so that racing starters get one server."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        _same_owner(folder / "lock", folder)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise EmbeddedError(
                        f"Another process has held {folder}/lock for {PATIENCE} s. End it "
                        f"('fuser {folder}/lock' shows which) and start again."
                    ) from None
                time.sleep(0.02)
        yield


def recall(folder: Path) -> Memory | None:
    """Return what the folder remembers; None when it has never held a server."""
    try:
        known = json.loads((folder / SERVER).read_text())
        home = folder / known["home"]  # relative where it may be, so that the folder can be moved
        return Memory(
            folder=folder, home=home, port=int(known["port"]), password=str(known["password"])
        )
    except FileNotFoundError:
        return None
    except PermissionError as problem:
        raise EmbeddedError(
            f"{folder} belongs to another user. Start as that user, or choose a folder of your "
            "own with MMS_DATA=/path/to/folder."
        ) from problem
    except (ValueError, TypeError, KeyError) as problem:
        raise EmbeddedError(
            f"{folder / SERVER} is damaged. Put it back from a copy; if there is none, move "
            f"{folder} away, start anew and restore a backup. Nothing was changed."
        ) from problem


def remember(memory: Memory) -> Memory:
    """Write the memory down for the folder's owner alone, whole or not at all."""
    folder = memory.folder
    home = memory.home
    known = asdict(memory) | {
        "home": str(home.relative_to(folder) if home.is_relative_to(folder) else home)
    }
    del known["folder"]
    new = folder / f"{SERVER}.new"
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    with new.open("w") as file:
        json.dump(known, file)
        file.flush()
        os.fsync(file.fileno())
    _same_owner(new, folder)
    new.replace(folder / SERVER)
    return memory


def prepare(folder: Path) -> Memory:
    """Choose password, port and place for a new server; refuse a folder with other things in it."""
    foreign = sorted({path.name for path in folder.iterdir()} - OURS)
    if foreign or (folder / "server").exists():
        found = ", ".join(foreign[:3]) or f"data without their {SERVER}"
        raise EmbeddedError(
            f"{folder} is not a database folder of MMS: it holds {found}. Nothing was changed. "
            "Move that away, or choose another folder with MMS_DATA=/path/to/folder."
        )
    home = folder / "server"
    if not programs_for(None).servant.reaches(folder):  # root's private folders stay private
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="server-", dir=SHARED))
    new = Memory(folder=folder, home=home, port=free_port(), password=secrets.token_urlsafe(24))
    return remember(new)


def _same_owner(path: Path, folder: Path) -> None:
    """Leave what root writes readable for the person whose folder it is."""
    owner = folder.stat()
    if os.geteuid() == 0 and path.stat().st_uid != owner.st_uid:
        os.chown(path, owner.st_uid, owner.st_gid)
