"""A real SMTP server for tests: it keeps letters, and refuses when it is told to."""

from __future__ import annotations

import socket
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mailbox:
    """What the server has taken, and what it says next instead of taking."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, list[str]] = {"RCPT": [], "DATA": []}

    # aiosmtpd looks for these two names, and gives server, session and envelope first.
    async def handle_RCPT(self, *asked: Any) -> str:  # noqa: N802
        envelope, address = asked[2], asked[3]
        if self.answers["RCPT"]:
            return self.answers["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *asked: Any) -> str:  # noqa: N802
        if self.answers["DATA"]:
            return self.answers["DATA"].pop(0)
        content = asked[2].original_content or b""
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(mailbox: Mailbox, context: ssl.SSLContext | None = None, *, port: int = 0) -> Controller:
    server = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port or free_port(),
        ssl_context=context,
        authenticator=authenticate,
        auth_require_tls=False,  # aiosmtpd means STARTTLS; ours is encrypted from the first byte
    )
    server.start()
    return server


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    good = (data.login, data.password) == (b"mms", b"p@ss/word")
    return AuthResult(success=good, handled=False)
