"""Text messages: Georgian numbers, what a message costs, and a gateway that can be exchanged."""

from __future__ import annotations

import math
import re
from http.client import HTTPException
from typing import Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import phonenumbers

from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.messages.channels import Delivery, Message, PermanentFailure, TemporaryFailure
from mms_core.messages.texts import FOOTER

REGION = "GE"
TIMEOUT = 10  # seconds
FOR_GOOD = {400, 410, 422}  # answers of a gateway that blame this message, not us or the hour
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("\f^{}\\[~]|€")  # these take two places


def mobile_number(typed: str) -> str:
    """Write a mobile number as the world knows it (E.164): `555 12 34 56` is `+995555123456`.

    Raises Invalid for what is no number, and for one that takes no text messages.
    """
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException as error:
        raise Invalid(_("This is not a telephone number; an example: 555 12 34 56.")) from error
    if not phonenumbers.is_valid_number(number):
        raise Invalid(_("There is no such telephone number; an example: 555 12 34 56."))
    if phonenumbers.number_type(number) not in {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }:
        raise Invalid(_("This number takes no text messages; please give a mobile number."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def segments(text: str) -> int:
    """Count the messages a text is paid as: 160 Latin or 70 Georgian letters, fewer if several."""
    if all(letter in GSM or letter in GSM_TWICE for letter in text):
        length, single, joined = sum(2 if c in GSM_TWICE else 1 for c in text), 160, 153
    else:
        length, single, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= single else math.ceil(length / joined)


def plain(text: str) -> str:
    """Give the words of a letter as a text message says them: the hall's name right below."""
    return text.replace(FOOTER, "\n").strip()


class Gateway(Protocol):
    """What brings a text message into the telephone network."""

    def send(self, to: str, text: str, *, reference: str) -> Delivery:
        """Hand a text over to an E.164 number; raises TemporaryFailure or PermanentFailure."""


class Sms:
    """The channel of text messages."""

    name = "sms"

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def send(self, message: Message) -> Delivery:
        """Send the text with the hall's name below; a subject is for letters."""
        try:
            to = mobile_number(message.to)
        except Invalid as error:
            raise PermanentFailure(str(error.message)) from error
        return self.gateway.send(to, plain(message.text), reference=message.id)


class LogGateway:
    """The demo's gateway: the outbox shows the text, nothing goes out."""

    def send(self, to: str, text: str, *, reference: str) -> Delivery:  # noqa: ARG002 - the outbox has the number
        """Say what would have been sent."""
        return Delivery(
            reference=f"demo:{reference}", answer="demo: not sent", segments=segments(text)
        )


class HttpGateway:
    """Any gateway that takes a message by one HTTP request and answers 2xx when it has it.

    The address holds {to}, {text} and perhaps {reference}, as in
    `https://gateway.example/send?key=1&to={to}&text={text}`. With `POST ` before it,
    what follows the question mark is sent as a form.
    """

    def __init__(self, template: str) -> None:
        self.post = template.startswith("POST ")
        self.template = template.removeprefix("POST ").strip()
        if urlsplit(self.template).scheme not in {"http", "https"} or "{text}" not in self.template:
            raise ValueError("MMS_SMS_URL must be an http address that holds {to} and {text}")

    def send(self, to: str, text: str, *, reference: str) -> Delivery:
        """Send one request; raises TemporaryFailure or PermanentFailure."""
        try:
            with _opener.open(self._request(to, text, reference), timeout=TIMEOUT) as answer:
                said = _line(answer.read(500))
        except HTTPError as error:
            raise _failure(error) from error
        except (OSError, HTTPException) as error:
            raise TemporaryFailure(f"the gateway does not answer: {error}") from error
        return Delivery(reference=said[:100] or reference, answer=said, segments=segments(text))

    def _request(self, to: str, text: str, reference: str) -> Request:
        values = {"{to}": to, "{text}": text, "{reference}": reference}
        url = re.sub(
            r"\{(to|text|reference)\}", lambda m: quote(values[m[0]], safe=""), self.template
        )
        if not self.post:
            return Request(url, method="GET")  # noqa: S310 - the scheme was checked at the start
        address, _mark, form = url.partition("?")
        return Request(address, data=form.encode(), method="POST")  # noqa: S310 - as above


class _StayHere(HTTPRedirectHandler):
    """Follow no redirection: it would carry our key and a citizen's number elsewhere."""

    def redirect_request(self, *_: object) -> None:
        """Decline."""


_opener = build_opener(_StayHere)


def _failure(error: HTTPError) -> TemporaryFailure | PermanentFailure:
    """Sort an answer into for good and for now; the address, which holds our key, is not told."""
    with error:
        reason = f"the gateway said {error.code} {_line(error.read(200))}".strip()
    return PermanentFailure(reason) if error.code in FOR_GOOD else TemporaryFailure(reason)


def _line(data: bytes) -> str:
    return " ".join(data.decode("utf-8", "replace").split())
