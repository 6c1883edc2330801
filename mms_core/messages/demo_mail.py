"""The demo's letters: kept in a folder instead of sent, and read at /demo/mail."""

from __future__ import annotations

import email
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from pathlib import Path

from flask import Blueprint, Flask, render_template
from markupsafe import Markup

from mms_core.config import Settings
from mms_core.errors import NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.channels import Delivery, Message, TemporaryFailure
from mms_core.messages.smtp import compose
from mms_core.messages.texts import paragraphs

NAME = re.compile(r"[0-9]{14}-[0-9a-f]{8}")
SHOWN = 200  # letters on the page, newest first


class Folder:
    """The e-mail channel of the demo: writes what would be sent as .eml files."""

    name = "email"

    def __init__(self, folder: Path, *, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, message: Message) -> Delivery:
        """Write the letter whole, under a name that sorts by time."""
        letter = compose(message, sender=self.sender)
        name = f"{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        draft = self.folder / f"{name}.draft"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_bytes(letter.as_bytes())
            draft.rename(self.folder / f"{name}.eml")
        except OSError as error:
            raise TemporaryFailure(f"the demo's folder of letters: {error.strerror}") from error
        return Delivery(reference=letter["Message-ID"], answer="demo: not sent, see /demo/mail")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A kept letter as the page shows it."""

    name: str
    to: str
    sender: str
    subject: str
    sent_at: datetime
    text: str

    @property
    def paragraphs(self) -> list[Markup]:
        """Give the text as the page shows it, with links that can be followed."""
        return paragraphs(self.text)


def letters(folder: Path, *, limit: int = SHOWN) -> list[Letter]:
    """Give the newest letters of the folder."""
    found = sorted(folder.glob("*.eml"), reverse=True) if folder.is_dir() else []
    return [_letter(path) for path in found[:limit]]


def letter(folder: Path, name: str) -> Letter:
    """Give one letter; raises NotFound."""
    path = folder / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("There is no such letter."))
    return _letter(path)


def init_app(app: Flask) -> None:
    """Add the pages /demo/mail and /demo/mail/<name>; only a demo has them."""
    settings: Settings = app.extensions["mms_settings"]
    if not settings.demo:
        return
    folder = settings.data_dir / "mail"
    pages = Blueprint("demo_mail", __name__, url_prefix="/demo/mail")

    @pages.get("")
    def index() -> str:
        return render_template(
            "messages/demo_mail.html", letters=letters(folder), sent=bool(settings.smtp_url)
        )

    @pages.get("/<name>")
    def show(name: str) -> str:
        return render_template("messages/demo_letter.html", letter=letter(folder, name))

    app.register_blueprint(pages)


def _letter(path: Path) -> Letter:
    parsed = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    body = parsed.get_body(("plain",))
    return Letter(
        name=path.stem,
        to=str(parsed["To"]),
        sender=str(parsed["From"]),
        subject=str(parsed["Subject"]),
        sent_at=parsed["Date"].datetime,
        text=str(body.get_content()).replace("\r\n", "\n") if body else "",
    )
