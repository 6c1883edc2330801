"""E-mail by SMTP, with headers by which a retry, a robot and a mail program know what it is."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from mms_core.messages.channels import Delivery, Message, PermanentFailure, TemporaryFailure

TIMEOUT = 10  # seconds for each answer of the server
OURS_TO_MEND = {530, 534, 535, 538}  # the server does not know us: not the recipient's fault
PERMANENT = 500


@dataclass(frozen=True, kw_only=True)
class Server:
    """A mail server as smtp://user:password@host:port or smtps:// names it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "offered"  # "always" from the first byte, "offered" by STARTTLS, "off" by ?tls=off

    @classmethod
    def of(cls, url: str) -> Server:
        """Read the address; ValueError with what is wrong, without the password."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError(
                "MMS_SMTP_URL must look like smtp://user:password@host:port or smtps://"
            )
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if secure else 587 if parts.username else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls="always" if secure else parse_qs(parts.query).get("tls", ["offered"])[0],
        )


class Smtp:
    """The e-mail channel."""

    name = "email"

    def __init__(self, url: str, *, sender: str) -> None:
        self.server = Server.of(url)
        self.sender = sender

    def send(self, message: Message) -> Delivery:
        """Hand an e-mail over; a second try of the same message has the same Message-ID."""
        letter = compose(message, sender=self.sender)
        with _explained(), _connected(self.server) as link:
            link.send_message(letter)
        return Delivery(reference=letter["Message-ID"], answer=f"accepted by {self.server.host}")

    def check(self) -> None:
        """Prove that the server answers and knows us, for `mms doctor`; raises TemporaryFailure."""
        with _explained(), _connected(self.server) as link:
            link.noop()


def compose(message: Message, *, sender: str) -> EmailMessage:
    """Write the letter: UTF-8, plain text first, the same as simple HTML beside it."""
    letter = EmailMessage(policy=policy.SMTP)
    domain = sender.rpartition("@")[2]
    try:
        letter["From"] = Address(display_name=_line(message.sender_name), addr_spec=sender)
        letter["To"] = Address(addr_spec=_deliverable(message.to))
        if message.reply_to:
            letter["Reply-To"] = Address(addr_spec=_deliverable(message.reply_to))
    except (ValueError, IndexError, MessageError) as error:
        raise PermanentFailure("this is not an e-mail address") from error
    letter["Subject"] = _line(message.subject)
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', message.id)}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no robot answers a robot
    letter["X-Auto-Response-Suppress"] = "All"
    if message.list_name:
        letter["List-Id"] = f"<{message.list_name}.{domain}>"  # RFC 2919: programs sort by it
    letter.set_content(message.text, charset="utf-8", cte="base64")
    if message.html:
        letter.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
    if (paper := message.paper) is not None:
        letter.add_attachment(
            paper.data, maintype="application", subtype="pdf", filename=paper.name
        )
    letter["Content-Language"] = message.language  # last, for set_content clears such headers
    return letter


def _line(text: str) -> str:
    return " ".join(text.split())


def _deliverable(address: str) -> str:
    """Write the domain as servers know it: Georgian domains in their ASCII form."""
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain:
        raise ValueError("no address")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    """Open a connection, encrypted when the server offers it, and sign in if we have a user."""
    link: smtplib.SMTP
    if server.tls == "always":
        context = ssl.create_default_context()
        link = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        link = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        link.ehlo_or_helo_if_needed()
        if server.tls == "offered" and link.has_extn("starttls"):
            link.starttls(context=ssl.create_default_context())
        if server.user:
            _sign_in(link, server)
        yield link
        with suppress(smtplib.SMTPException, OSError):
            link.quit()  # the letter is taken already
    finally:
        link.close()


def _sign_in(link: smtplib.SMTP, server: Server) -> None:
    """Send the password, but never in the clear over a network."""
    encrypted = isinstance(link.sock, ssl.SSLSocket)
    if not encrypted and not _same_machine(link):
        raise TemporaryFailure(f"{server.host} offers no encryption; the password was not sent")
    link.login(server.user, server.password)


def _same_machine(link: smtplib.SMTP) -> bool:
    return link.sock is not None and ipaddress.ip_address(link.sock.getpeername()[0]).is_loopback


@contextmanager
def _explained() -> Iterator[None]:
    """Sort the ways in which a server says no into for now and for good."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _failure(code, text) from error
    except smtplib.SMTPNotSupportedError as error:
        raise PermanentFailure(f"the mail server cannot write to this address: {error}") from error
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryFailure(f"the mail server does not answer: {error}") from error


def _failure(code: int, text: bytes | str) -> TemporaryFailure | PermanentFailure:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reason = f"the mail server said {code} {_line(words)}"
    final = code >= PERMANENT and code not in OURS_TO_MEND
    return PermanentFailure(reason) if final else TemporaryFailure(reason)
