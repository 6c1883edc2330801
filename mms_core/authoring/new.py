"""Makes a new module from the skeleton, ready to install and to be changed."""

from __future__ import annotations

import re
from pathlib import Path

SKELETON = Path(__file__).parent / "skeleton"
NAME = re.compile(r"[a-z][a-z0-9_]{2,40}\Z")


def new_module(name: str, into: Path, *, title: str, title_ka: str, path: str = "") -> Path:
    """Write a package for a module outside the tree and give its folder.

    Raises ValueError for a name that is no lower-case identifier or a folder that exists.
    """
    if not NAME.match(name):
        raise ValueError("A module's name is lower-case letters, digits and underscores.")
    folder = into / name.replace("_", "-")
    if folder.exists():
        raise ValueError(f"{folder} exists already.")
    dashed = name.replace("_", "-")
    words = {"name": name, "dashed": dashed, "title": title, "title_ka": title_ka}
    words["path"] = path or dashed
    for source in sorted(SKELETON.rglob("*.txt")):
        target = folder / _placed(source.relative_to(SKELETON), name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(source.read_text(encoding="utf-8"), words), encoding="utf-8")
    return folder


def _placed(part: Path, name: str) -> Path:
    """Give a skeleton file's place: the package takes the module's name, `.txt` goes."""
    names = [name if item == "package" else item.replace("@name@", name) for item in part.parts]
    names[-1] = names[-1].removesuffix(".txt")
    return Path(*names)


def _filled(text: str, words: dict[str, str]) -> str:
    for key, value in words.items():
        text = text.replace(f"@{key}@", value)
    return text
