"""Text messages: the number, the price, and a gateway as a real server answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from mms_core.config import Settings
from mms_core.errors import Invalid
from mms_core.messages.channels import Message, PermanentFailure, TemporaryFailure, channel_for
from mms_core.messages.sms import HttpGateway, Sms, mobile_number, segments

TEXT = "თქვენი იდეა მიღებულია & ნომერი = 17"
MESSAGE = Message(id="0193", to="555 12 34 56", subject="not sent", text=f"{TEXT}\n\n-- \nმერია\n")


class Gateway(BaseHTTPRequestHandler):
    """A gateway that remembers what it was asked and says what the test wants."""

    asked: list[tuple[str, str]]
    code: int

    def do_GET(self) -> None:
        self.answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def answer(self, query: str) -> None:
        self.asked.append((self.command, query))
        self.send_response(self.code)
        if self.code == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"queued 4711\n")

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def gateway() -> Iterator[type[Gateway]]:
    class Fresh(Gateway):
        asked: list[tuple[str, str]] = []  # noqa: RUF012 - one list for one test
        code = 200
        address = ""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    Fresh.address = f"http://127.0.0.1:{server.server_port}/send?key=k1&to={{to}}&text={{text}}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Fresh
    server.shutdown()
    thread.join()
    server.server_close()


def address(gateway: type[Gateway]) -> str:
    return str(getattr(gateway, "address", ""))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_georgian_text_reaches_the_gateway_whole(gateway: type[Gateway], method: str) -> None:
    template = ("POST " if method == "POST" else "") + address(gateway) + "&ref={reference}"
    delivery = Sms(HttpGateway(template)).send(MESSAGE)
    ((asked, query),) = gateway.asked
    assert asked == method
    assert parse_qs(query) == {
        "key": ["k1"],
        "to": ["+995555123456"],
        "text": [f"{TEXT}\nმერია"],
        "ref": ["0193"],
    }
    assert (delivery.answer, delivery.segments) == ("queued 4711", 1)


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (400, PermanentFailure),
        (422, PermanentFailure),
        (302, TemporaryFailure),
        (401, TemporaryFailure),
        (429, TemporaryFailure),
        (503, TemporaryFailure),
    ],
)
def test_a_refusal_is_for_good_only_when_it_blames_the_message(
    gateway: type[Gateway], code: int, failure: type[Exception]
) -> None:
    gateway.code = code
    with pytest.raises(failure, match=f"said {code}") as refusal:
        Sms(HttpGateway(address(gateway))).send(MESSAGE)
    assert "k1" not in str(refusal.value), "the gateway's key stays with us"
    assert len(gateway.asked) == 1, "no redirection is followed"


def test_a_gateway_that_is_away_is_tried_again(gateway: type[Gateway]) -> None:
    gone = HttpGateway("http://127.0.0.1:9/send?to={to}&text={text}")
    with pytest.raises(TemporaryFailure, match="does not answer"):
        Sms(gone).send(MESSAGE)


@pytest.mark.parametrize(
    "template", ["ftp://x.example/{text}", "file:///{text}", "https://x.example"]
)
def test_a_template_that_cannot_work_is_refused_at_once(template: str) -> None:
    with pytest.raises(ValueError, match="MMS_SMS_URL"):
        HttpGateway(template)


@pytest.mark.parametrize(
    "typed", ["555123456", "555 12-34-56", "+995 555 123456", "00995555123456"]
)
def test_a_number_may_be_typed_as_people_do(typed: str) -> None:
    assert mobile_number(typed) == "+995555123456"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "not a telephone number"),
        ("ზვიადი", "not a telephone number"),
        ("12345", "no such telephone number"),
        ("032 2 12 34 56", "takes no text messages"),
    ],
)
def test_a_wrong_number_is_explained(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        mobile_number(typed)
    with pytest.raises(PermanentFailure, match=words):
        channel_for("sms", Settings(demo=True)).send(
            Message(id="1", to=typed, subject="", text="x")
        )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ა" * 70, 1),
        ("ა" * 71, 2),
        ("ა" * 134, 2),
        ("ა" * 135, 3),
        ("😀" * 36, 2),
    ],
)
def test_a_text_costs_what_the_network_counts(text: str, count: int) -> None:
    assert segments(text) == count


def test_the_demo_sends_nothing_and_says_so() -> None:
    delivery = channel_for("sms", Settings(demo=True)).send(MESSAGE)
    assert (delivery.reference, delivery.answer) == ("demo:0193", "demo: not sent")
    with pytest.raises(TemporaryFailure, match="MMS_SMS_URL is not set"):
        channel_for("sms", Settings()).send(MESSAGE)
