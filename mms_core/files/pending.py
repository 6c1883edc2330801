"""Accepted files of a form that otherwise failed: kept a day, so that nobody attaches them twice.

A browser never refills a file field. So the form carries a signed token for each
kept file, lists the file's name, and offers to leave it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from mms_core.files.intake import Limits, Received, Upload, discard, receive
from mms_core.files.storage import Storage, StorageDown, new_key
from mms_core.files.stored import Stored
from mms_core.i18n import gettext as _

PREFIX = "pending"
KEPT = timedelta(hours=24)
GRACE = timedelta(hours=1)  # a token that was just valid must still find its file


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A line of the form's list: the file and the token that its hidden field carries."""

    token: str
    stored: Stored


@dataclass(frozen=True, kw_only=True)
class Attached:
    """All files of a form so far, and a sentence for each that was not taken."""

    files: tuple[Stored, ...] = ()
    problems: tuple[str, ...] = ()


class Pending:
    """The pending files of one place: tokens of one scope (a municipality) hold in no other."""

    def __init__(self, storage: Storage, *, secret: str, scope: str, limits: Limits) -> None:
        self.storage = storage
        self.scope = scope
        self.limits = limits
        self._secret = secret

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer:  # most forms bring no file
        return URLSafeTimedSerializer(self._secret, salt=f"mms.pending.{self.scope}")

    def gather(
        self, uploads: Sequence[Upload], *, tokens: Sequence[str] = (), left_out: Sequence[str] = ()
    ) -> Attached:
        """Take the form's new files in and add those kept before, except the ones left out.

        `tokens` and `left_out` are the form's fields `kept_file` and `leave_out`. A file
        that is no longer kept becomes a problem, and so does a store that is down.
        """
        before = self._read(tokens, left_out=left_out)
        new = receive(
            uploads,
            storage=self.storage,
            prefix=f"{PREFIX}/{self.scope}",
            limits=self.limits,
            already=len(before.accepted),
        )
        return Attached(
            files=before.accepted + new.accepted, problems=before.problems + new.problems
        )

    def keep(self, attached: Attached) -> tuple[Kept, ...]:
        """Make the tokens that a form drawn again carries."""
        return tuple(
            Kept(token=str(self._signer.dumps(stored.to_json())), stored=stored)
            for stored in attached.files
        )

    def settle(self, attached: Attached) -> tuple[Stored, ...]:
        """Keep the files for good, under new keys; the pending copies fall to the sweep.

        When the transaction fails afterwards the pending copies are still there.
        """
        return tuple(self._settled(stored) for stored in attached.files)

    def _settled(self, stored: Stored) -> Stored:
        suffix = stored.key[stored.key.rindex(".") :]
        lasting = replace(stored, key=new_key(self.scope, suffix))
        for edge in stored.thumbnails:
            self.storage.copy(stored.thumbnail_key(edge), lasting.thumbnail_key(edge))
        self.storage.copy(stored.key, lasting.key)
        return lasting

    def _read(self, tokens: Sequence[str], *, left_out: Sequence[str]) -> Received:
        accepted: list[Stored] = []
        problems: list[str] = []
        for token in dict.fromkeys(tokens):
            stored = self._opened(token, problems)
            if stored is None:
                continue
            if token in left_out:
                self._drop(stored)
            elif self._is_kept(stored, problems):
                accepted.append(stored)
        return Received(
            accepted=tuple(accepted[: self.limits.max_files]),
            problems=tuple(dict.fromkeys(problems)),
        )

    def _drop(self, stored: Stored) -> None:
        with suppress(StorageDown):  # then the sweep takes it tomorrow
            discard(stored, storage=self.storage)

    def _is_kept(self, stored: Stored, problems: list[str]) -> bool:
        try:
            if self.storage.exists(stored.key):
                return True
        except StorageDown as error:
            problems.append(str(error.message))
            return True  # it cannot be seen now; the form keeps its token
        problems.append(_expired(stored.name))
        return False

    def _opened(self, token: str, problems: list[str]) -> Stored | None:
        try:
            data = self._signer.loads(token, max_age=int(KEPT.total_seconds()))
            return Stored.from_json(data)
        except SignatureExpired as error:
            problems.append(_expired(str(self._signer.load_payload(error.payload or b"")["name"])))
        except BadData:
            problems.append(_("An attached file could not be recognised; please attach it again."))
        return None


def sweep(storage: Storage, *, now: datetime | None = None) -> int:
    """Remove what was pending too long, and say how many keys it were; the worker calls it."""
    limit = (now or datetime.now(UTC)) - KEPT - GRACE
    old = list(storage.older(PREFIX, than=limit))
    for key in old:
        storage.delete(key)
    return len(old)


def _expired(name: str) -> str:
    text: str = _("“%(name)s” was kept for a day and is gone; please attach it again.", name=name)
    return text
