"""What carries a message to a person: one interface for e-mail, text messages and what comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from mms_core.config import Settings


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A PDF file that goes with an e-mail."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message ready to go; `id` is the outbox row's and stays the same at every try."""

    id: str
    to: str  # an e-mail address or a telephone number
    subject: str
    text: str
    html: str = ""
    language: str = "ka"
    sender_name: str = ""  # the hall's name in the reader's language
    reply_to: str = ""
    list_name: str = ""  # what the message is one of, in ASCII: "tskaltubo.ideas"
    paper: Paper | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What a channel says of a message that it has handed over."""

    reference: str  # how the next hop knows the message: Message-ID, the gateway's number
    answer: str = field(default="")  # what the next hop said, for the case's page
    segments: int = 1  # text messages that it took


class DeliveryError(Exception):
    """A message that did not go; `reason` is for the operator and holds no password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryFailure(DeliveryError):  # noqa: N818 - the word of the SMTP standard
    """It may go later: the server is away, busy, or set up wrongly on our side."""


class PermanentFailure(DeliveryError):  # noqa: N818 - the word of the SMTP standard
    """It will never go: there is no such address, or the recipient's server refuses it."""


class Channel(Protocol):
    """A way to a person."""

    name: str

    def send(self, message: Message) -> Delivery:
        """Hand a message over; raises TemporaryFailure or PermanentFailure."""


def channel_for(name: str, settings: Settings) -> Channel:
    """Give the channel `email` or `sms` as the installation is set; KeyError for another name.

    Without a server set, demo mode keeps e-mails in a folder that /demo/mail shows;
    outside demo mode every try fails for now, so that nothing is lost or pretended.
    """
    makers = {"email": _email, "sms": _sms}
    return makers[name](settings)


class NotSetUp:
    """A channel whose server the administrator has not named yet: messages wait."""

    def __init__(self, name: str, setting: str) -> None:
        self.name = name
        self.setting = setting

    def send(self, message: Message) -> Delivery:
        """Keep the message waiting."""
        raise TemporaryFailure(f"{self.setting} is not set; message {message.id} waits")


def _email(settings: Settings) -> Channel:
    from mms_core.messages.demo_mail import Folder
    from mms_core.messages.smtp import Smtp

    if settings.smtp_url:
        return Smtp(settings.smtp_url, sender=settings.mail_from)
    if settings.demo:
        return Folder(settings.data_dir / "mail", sender=settings.mail_from)
    return NotSetUp("email", "MMS_SMTP_URL")


def _sms(settings: Settings) -> Channel:
    from mms_core.messages.sms import HttpGateway, LogGateway, Sms

    if settings.sms_url:
        return Sms(HttpGateway(settings.sms_url))
    if settings.demo:
        return Sms(LogGateway())
    return NotSetUp("sms", "MMS_SMS_URL")
