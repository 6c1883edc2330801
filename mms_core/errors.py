"""The few exceptions of the house, each with a message a person can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Answerable(Exception):  # noqa: N818 - the four read as what happened, not as a fault
    """An outcome that one handler turns into a page or a JSON problem (RFC 9457)."""

    status = 500
    slug = "error"

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message


class Refused(Answerable):
    """The rules do not allow the step now: the state has moved, the form is stale."""

    status = 409
    slug = "refused"


class NotAllowed(Answerable):
    """This person may not do this here."""

    status = 403
    slug = "not-allowed"


class NotFound(Answerable):
    """There is no such thing, or this person may not know that there is."""

    status = 404
    slug = "not-found"


class Invalid(Answerable):
    """What was typed does not hold; `fields` maps a field's name to its error texts."""

    status = 422
    slug = "invalid"

    def __init__(
        self, message: object = "", *, fields: Mapping[str, Sequence[object]] | None = None
    ) -> None:
        super().__init__(message)
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}
