"""Makes a fresh clone ready to run: environment, packages, assets, translations.

`python3 tools/setup.py [run|test]` needs nothing but Python's standard library. Each step leaves a
stamp of what it was made from, so that a second start does nothing and needs no network, and a
start that was cut short goes on where it stopped.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from progress import Progress, StepFailed

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMPS = VENV / "stamps"
ASSETS = (ROOT / "mms_core/static/vendor", ROOT / "mms_core/static/fonts")
OLDEST = (3, 11)
ROOM = 1500 * 2**20  # bytes: packages, what npm needs for a moment, and the first data


def main() -> int:
    """Make everything ready; say what to do when that cannot be."""
    goal = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < OLDEST:
        print(f"MMS needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    os.chdir(ROOT)
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two at once: the second finds all done
            prepare(goal)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    except StepFailed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"\nSet-up cannot go on: {problem}. Put that right and start again.", file=sys.stderr)
        return 1
    return 0


def prepare(goal: str) -> None:
    """Do what has not been done yet for `run` or `test`."""
    progress = Progress(ROOT / "var" / "setup.log")
    if not sound(PYTHON):
        check_room()
        progress.step("Python environment", [sys.executable, __file__, "--environment"])
    install(progress, goal)
    editable(progress)
    assets(progress)
    translations(progress)


def sound(python: Path) -> bool:
    """Say whether the environment's Python runs here and is this one's version."""
    if not python.exists():
        return False
    question = f"import sys; print(sys.version_info[:2] == {sys.version_info[:2]!r})"
    answer = subprocess.run(  # noqa: S603 - our own interpreter
        [str(python), "-c", question], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() == "True"


def check_room() -> None:
    """Refuse to begin what the disk cannot hold."""
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        raise StepFailed(
            f"The disk that holds {ROOT} has {free // 2**20} MB free; the first start needs "
            f"{ROOM // 2**20} MB. Make room and run the same command again."
        )


def install(progress: Progress, goal: str) -> None:
    """Install the pinned packages of a goal, each checked against its hash."""
    pins = ROOT / "requirements" / f"{goal}.txt"
    stamp = Stamp(goal, pins)
    if stamp.holds():
        return
    fast = [str(UV), "pip", "install", "-p", str(PYTHON), "--require-hashes", "-r", str(pins)]
    slow = [*pip(), "install", "--require-hashes", "--retries=1", "-r", str(pins)]
    title = f"Packages for '{goal}' ({count(pins)})"
    try:
        if not UV.exists():
            tool = ROOT / "requirements" / "setup.txt"
            progress.step(
                "Installer", [*pip(), "install", "--require-hashes", "--retries=1", "-r", str(tool)]
            )
        progress.step(title, fast)
    except StepFailed:  # no uv for this machine, or a mirror that only pip's settings know
        progress.step(f"{title}, by pip", slow)
    stamp.put()


def count(pins: Path) -> int:
    """Count the packages of a file of pins."""
    return sum("==" in line for line in pins.read_text().splitlines())


def editable(progress: Progress) -> None:
    """Make `mms` a command of the environment and register the tests' plugin."""
    stamp = Stamp("editable", ROOT / "setup.cfg", ROOT / "pyproject.toml")
    if not stamp.holds():
        tool = [str(UV), "pip"] if UV.exists() else pip()
        where = ["-p", str(PYTHON)] if UV.exists() else []
        arguments = ["install", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)]
        progress.step("The command mms", [*tool, *arguments, *where])
        stamp.put()


def assets(progress: Progress) -> None:
    """Build styles, scripts and fonts when they are missing or what they are made of changed."""
    script = ROOT / "tools" / "assets.py"
    own = sorted(ROOT.glob("mms_core/static/[cj]s*/*"))
    packages = sorted(ROOT.glob("package*.json"))
    made_by = [ROOT / "tools" / "paper_fonts.py", ROOT / "tools" / "icons.txt"]
    stamp = Stamp("assets", script, *made_by, *packages, *own)
    if stamp.holds() and all(folder.exists() for folder in ASSETS):
        return
    install(progress, "build")
    progress.step("Styles, scripts and fonts", [str(PYTHON), str(script)])
    stamp.put()


def translations(progress: Progress) -> None:
    """Compile the catalogues when one of them changed."""
    sources = [*ROOT.glob("mms_core/**/*.po"), *ROOT.glob("plugins/**/*.po")]
    stamp = Stamp("translations", *sorted(sources))
    made = any(ROOT.glob("mms_core/translations/*/LC_MESSAGES/*.mo"))
    if not (stamp.holds() and made):
        script = str(ROOT / "tools" / "translations.py")
        progress.step("Translations", [str(PYTHON), script, "compile"])
        stamp.put()


class Stamp:
    """Remembers from which sources a step's result was made."""

    def __init__(self, name: str, *sources: Path) -> None:
        self.file = STAMPS / name
        whole = hashlib.sha256()
        for source in sources:
            whole.update(str(source.relative_to(ROOT)).encode() + source.read_bytes())
        self.digest = whole.hexdigest()

    def holds(self) -> bool:
        """Say whether the step was done with the same sources."""
        return self.file.exists() and self.file.read_text() == self.digest

    def put(self) -> None:
        """Write down that the step is done."""
        STAMPS.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.digest)


def make_environment() -> None:
    """Make the environment without pip in it: pip is only borrowed, which saves six seconds."""
    venv.create(VENV, clear=True, symlinks=True, with_pip=False)


def pip() -> list[str]:
    """Return a command that runs some pip for the environment.

    A bare Debian has Python without pip and without the part of venv that brings one.
    """
    wheel = bundled_pip() or downloaded_pip()
    if wheel:
        return [str(PYTHON), str(wheel / "pip"), "--disable-pip-version-check"]
    probe = [sys.executable, "-m", "pip", "--version"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:  # noqa: S603
        return [*probe[:3], "--python", str(PYTHON), "--disable-pip-version-check"]
    raise StepFailed(
        "This Python has no pip and no way to make one. Install it with\n"
        "    sudo apt-get install python3-venv\nand run the same command again."
    )


def bundled_pip() -> Path | None:
    """Return the wheel of pip that comes with Python, or with the system beside it."""
    folders = [
        VENV / "pip",
        Path(sysconfig.get_path("stdlib")) / "ensurepip" / "_bundled",
        Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/usr/share/python-wheels"),
    ]
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def downloaded_pip() -> Path | None:
    """Take pip's wheel out of Debian's package, which needs no rights and installs nothing."""
    apt, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if not (apt and unpack):
        return None
    with tempfile.TemporaryDirectory() as folder:
        ask = [apt, "download", "-q", "python3-pip-whl"]
        got = subprocess.run(ask, cwd=folder, capture_output=True, check=False)  # noqa: S603
        if got.returncode and os.geteuid() == 0:  # a new machine has no lists yet
            subprocess.run([apt, "update", "-q"], capture_output=True, check=False)  # noqa: S603
            subprocess.run(ask, cwd=folder, capture_output=True, check=False)  # noqa: S603
        for package in Path(folder).glob("*.deb"):
            subprocess.run([unpack, "-x", str(package), folder], check=True)  # noqa: S603
        for wheel in Path(folder).glob("usr/share/python-wheels/pip-*.whl"):
            (VENV / "pip").mkdir(exist_ok=True)
            return Path(shutil.copy(wheel, VENV / "pip"))
    return None


if __name__ == "__main__":
    if sys.argv[1:] == ["--environment"]:
        make_environment()
        sys.exit(0)
    sys.exit(main())
