"""Checks a TOML file against a schema and says on which line each mistake stands."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields

Keys = tuple[str | int, ...]
_WHERE = re.compile(r" \(at (?:line (\d+)|end of document).*\)$")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A mistake in a file: where it is, what it is, and what to do."""

    file: Path
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.message} {self.remedy}".strip()


def checked(path: Path, schema: Schema) -> tuple[dict[str, Any], list[Problem]]:
    """Read a file by its schema: what it says, and what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
        return schema.load(tomllib.loads(text)), []
    except FileNotFoundError:
        return {}, [_problem(path, 1, "The file is missing.", "Restore it.")]
    except UnicodeDecodeError:
        return {}, [_problem(path, 1, "The file is not UTF-8.", "Save it as UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        return {}, [_syntax(path, text, error)]
    except ValidationError as error:
        return {}, list(_mistakes(path, text, schema, error))


def line_of(text: str, path: Keys) -> int:
    """Find the line, from 1, where a key stands; of its table where the key is missing."""
    lines, table, best = text.splitlines(), "", 1
    wanted = [str(part) for part in path]
    for number, line in enumerate(lines, start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        if header:
            table = header[1].strip()
            best = number if [table] == wanted[:1] else best
        key = re.match(r'\s*"?([\w-]+)"?\s*=', line)
        if key and not header and [*filter(None, [table]), key[1]] == wanted[: 1 + bool(table)]:
            return number + _row(lines[number - 1 :], path[1 + bool(table) :])
    return best


def _row(lines: list[str], rest: Keys) -> int:
    """Count the lines from the start of a list to its row, one row being one inline table."""
    if not rest or not isinstance(rest[0], int):
        return 0
    starts = [step for step, line in enumerate(lines) if line.lstrip().startswith(("{", '"'))]
    return starts[rest[0]] if rest[0] < len(starts) else 0


def _problem(path: Path, line: int, message: str, remedy: str) -> Problem:
    return Problem(file=path, line=line, message=message, remedy=remedy)


def _syntax(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    found = _WHERE.search(str(error))
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    message = _WHERE.sub("", str(error)) + "."
    return _problem(path, line, message, "Texts stand in quotes, one key on a line.")


def _mistakes(path: Path, text: str, schema: Schema, error: ValidationError) -> Iterator[Problem]:
    for keys, message in _leaves(error.messages):
        name = ".".join(str(key) for key in keys)
        if message == "Unknown field.":
            yield _problem(path, line_of(text, keys), f"{name} is not known.", _near(schema, keys))
        else:
            said = "is missing." if message.startswith("Missing data") else _lower(message)
            yield _problem(path, line_of(text, keys), f"{name} {said}", _remedy(schema, keys))


def _lower(message: str) -> str:
    """Let marshmallow's own messages read on after the name of the key."""
    return f"is wrong: {message}" if message[:1].isupper() else message


def _leaves(messages: object, keys: Keys = ()) -> Iterator[tuple[Keys, str]]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _leaves(below, keys if key == "_schema" else (*keys, key))
    elif isinstance(messages, list):
        yield from ((keys, str(message)) for message in messages)


def _field_at(schema: Schema, keys: Keys) -> tuple[Schema, fields.Field[Any] | None]:
    """Follow the keys into nested schemas; gives the last schema and, where known, the field."""
    current, found = schema, None
    for key in keys:
        if isinstance(key, int):
            continue
        found = current.fields.get(key)
        inner = found.inner if isinstance(found, fields.List) else found
        if isinstance(inner, fields.Nested) and key != keys[-1]:
            current = inner.schema
    return current, found


def _remedy(schema: Schema, keys: Keys) -> str:
    found = _field_at(schema, keys)[1]
    return str(found.metadata.get("remedy", "")) if found is not None else ""


def _near(schema: Schema, keys: Keys) -> str:
    known = list(_field_at(schema, keys)[0].fields)
    near = difflib.get_close_matches(str(keys[-1]), known, n=1)
    return f"Did you mean {near[0]}?" if near else "Known here: " + ", ".join(known) + "."
