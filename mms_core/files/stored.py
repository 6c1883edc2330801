"""The record of a kept file, as forms, rows and pages pass it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from mms_core.files import recordings
from mms_core.files.kinds import WORDS
from mms_core.files.names import size_words


class Row(Protocol):
    """A row of an attachments' table."""

    key: Any
    name: Any
    content_type: Any
    size: Any
    sha256: Any
    width: Any
    height: Any
    thumbnails: Any


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A file as it is kept; `size` (in bytes) and `sha256` are those of the kept bytes."""

    key: str
    name: str
    content_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    thumbnails: tuple[int, ...] = ()  # edges in px, smallest first

    @property
    def is_picture(self) -> bool:
        """Say whether the file can be shown as a picture."""
        return self.content_type.startswith("image/")

    @property
    def player(self) -> str:
        """Name the element that plays the file: video or audio; nothing for what is read."""
        played = recordings.is_recording(self.content_type)
        return self.content_type.partition("/")[0] if played else ""

    @property
    def kind_words(self) -> str:
        """Give the type as a page calls it: `PDF`."""
        return WORDS.get(self.content_type) or recordings.WORDS.get(self.content_type, "")

    @property
    def size_words(self) -> str:
        """Give the size in the page's language: `340 KB`."""
        return size_words(self.size)

    def thumbnail_key(self, edge: int) -> str:
        """Give the key of the thumbnail that suits an edge best; ValueError without thumbnails."""
        if not self.thumbnails:
            raise ValueError("the file has no thumbnails")
        best = next((e for e in self.thumbnails if e >= edge), self.thumbnails[-1])
        return f"{self.key}.{best}.webp"

    def to_json(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self) | {"thumbnails": list(self.thumbnails)}

    def columns(self) -> dict[str, Any]:
        """Give the columns of an attachment's row; there `thumbnails` maps edges to keys."""
        return asdict(self) | {
            "thumbnails": {str(e): self.thumbnail_key(e) for e in self.thumbnails}
        }

    @classmethod
    def of(cls, row: Row) -> Stored:
        """Read the record from an attachment's row."""
        return cls(
            key=row.key,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            width=row.width,
            height=row.height,
            thumbnails=tuple(sorted(int(edge) for edge in row.thumbnails)),
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stored:
        """Read the record from plain data."""
        return cls(**{**data, "thumbnails": tuple(data["thumbnails"])})
