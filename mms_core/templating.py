"""Jinja as this house uses it: rows are dictionaries, and what was compiled once is kept."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

METHODS = frozenset(dir(dict))


class Templates(Environment):
    """Reads `row.title` of a dictionary directly; Jinja looks for an attribute first and fails."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give an attribute or, of a dictionary, what it has under that name."""
        if type(obj) is dict and attribute in obj and attribute not in METHODS:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Compiled(FileSystemBytecodeCache):
    """Keeps compiled templates in a folder; one that cannot be written is compiled next time."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a compiled template, as far as there is room on the disk."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_in(folder: Path) -> Path:
    """Name the place of compiled templates in a folder of data."""
    return folder / f"templates-{jinja2.__version__}-{sys.implementation.cache_tag}"


def set_up(app: Flask, folder: Path) -> None:
    """Use these templates, and keep compiled ones in `folder` for the next start.

    A template is compiled anew when its text changes. Where nothing can be written, nothing is
    kept.
    """
    app.jinja_environment = Templates
    place = compiled_in(folder)
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.jinja_options = {**app.jinja_options, "bytecode_cache": Compiled(str(place))}
