"""E-mail as a real server takes it, refuses it, or is not there to take it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from mail_server import Mailbox, free_port, start

from mms_core.config import Settings
from mms_core.messages.channels import (
    Message,
    NotSetUp,
    PermanentFailure,
    TemporaryFailure,
    channel_for,
)
from mms_core.messages.demo_mail import Folder
from mms_core.messages.smtp import Server, Smtp, compose

SENDER = "mms@mms.example"
MESSAGE = Message(
    id="0193-letter",
    to="citizen@mail.example",
    subject="თქვენი იდეა მიღებულია",
    text="გმადლობთ!\nპასუხს მიიღებთ 5 დეკემბრამდე.\n",
    html="<p>გმადლობთ!</p>",
    sender_name="წყალტუბოს მერია",
    reply_to="info@tskaltubo.example",
    list_name="tskaltubo.ideas",
)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def url(mailbox: Mailbox) -> Iterator[str]:
    server = start(mailbox)
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


def channel(url: str) -> Smtp:
    return Smtp(url, sender=SENDER)


def test_a_georgian_letter_arrives_whole(mailbox: Mailbox, url: str) -> None:
    delivery = channel(url).send(MESSAGE)
    (letter,) = mailbox.letters
    assert letter["Subject"] == "თქვენი იდეა მიღებულია"
    assert letter["From"].addresses[0].display_name == "წყალტუბოს მერია"
    assert letter["From"].addresses[0].addr_spec == SENDER
    assert letter["Reply-To"] == "info@tskaltubo.example"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == MESSAGE.text.splitlines()
    assert html.get_content().strip() == MESSAGE.html
    assert letter["Message-ID"] == delivery.reference == "<0193-letter@mms.example>"


def test_robots_and_mail_programs_know_what_it_is(mailbox: Mailbox, url: str) -> None:
    channel(url).send(MESSAGE)
    (letter,) = mailbox.letters
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Id"] == "<tskaltubo.ideas.mms.example>"
    assert letter["Content-Language"] == "ka"


def test_a_line_break_in_a_subject_adds_no_header(mailbox: Mailbox, url: str) -> None:
    tricky = Message(id="1", to="a@mail.example", subject="x\r\nBcc: b@mail.example", text="x")
    channel(url).send(tricky)
    assert mailbox.letters[0]["Bcc"] is None
    assert mailbox.letters[0]["Subject"] == "x Bcc: b@mail.example"


def test_an_unknown_recipient_is_refused_for_good(mailbox: Mailbox, url: str) -> None:
    mailbox.answers["RCPT"] = ["550 5.1.1 no such mailbox"]
    with pytest.raises(PermanentFailure, match=r"said 550 5\.1\.1 no such mailbox"):
        channel(url).send(MESSAGE)


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_busy_server_is_tried_again_and_the_retry_is_known_as_one(
    mailbox: Mailbox, url: str, moment: str
) -> None:
    mailbox.answers[moment] = ["451 4.3.0 try again later"]
    with pytest.raises(TemporaryFailure, match="said 451"):
        channel(url).send(MESSAGE)
    again = channel(url).send(MESSAGE)
    assert [letter["Message-ID"] for letter in mailbox.letters] == [again.reference]
    assert compose(MESSAGE, sender=SENDER)["Message-ID"] == again.reference


def test_a_letter_refused_as_a_whole_is_refused_for_good(mailbox: Mailbox, url: str) -> None:
    mailbox.answers["DATA"] = ["554 5.7.1 looks like spam"]
    with pytest.raises(PermanentFailure, match="spam"):
        channel(url).send(MESSAGE)


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(TemporaryFailure, match="does not answer"):
        channel(f"smtp://127.0.0.1:{free_port()}").send(MESSAGE)
    with pytest.raises(TemporaryFailure, match="does not answer"):
        channel(f"smtp://127.0.0.1:{free_port()}").check()


@pytest.mark.parametrize(
    "address", ["", "no address", "a@b@c", "@mail.example", "a b@mail.example"]
)
def test_what_is_no_address_never_goes(url: str, address: str) -> None:
    with pytest.raises(PermanentFailure):
        channel(url).send(Message(id="1", to=address, subject="x", text="x"))


def test_a_georgian_domain_is_written_as_servers_know_it() -> None:
    letter = compose(Message(id="1", to="info@მერია.გე", subject="x", text="x"), sender=SENDER)
    assert letter["To"].startswith("info@xn--")


@pytest.fixture
def guarded(mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that speaks TLS from the first byte and wants a password."""
    certificate(tmp_path / "cert.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem")
    server = start(mailbox, context)
    yield int(server.port)
    server.stop()


def certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))


def test_a_letter_goes_encrypted_and_signed_in(mailbox: Mailbox, guarded: int) -> None:
    channel(f"smtps://mms:p%40ss%2Fword@127.0.0.1:{guarded}").send(MESSAGE)
    assert len(mailbox.letters) == 1


def test_our_own_wrong_password_does_not_lose_the_letter(guarded: int) -> None:
    with pytest.raises(TemporaryFailure, match="said 535") as refusal:
        channel(f"smtps://mms:wrong-secret@127.0.0.1:{guarded}").send(MESSAGE)
    assert "wrong-secret" not in str(refusal.value)


def test_a_stranger_with_another_certificate_gets_nothing(
    guarded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(TemporaryFailure, match="CERTIFICATE_VERIFY_FAILED"):
        channel(f"smtps://127.0.0.1:{guarded}").send(MESSAGE)


def test_the_servers_address_is_read_with_its_usual_ports() -> None:
    assert Server.of("smtp://relay.example").port == 25
    assert Server.of("smtp://u:p@relay.example").port == 587
    assert Server.of("smtps://relay.example").port == 465
    assert Server.of("smtp://relay.example?tls=off").tls == "off"
    with pytest.raises(ValueError, match="must look like"):
        Server.of("http://relay.example")


def test_the_installation_decides_the_channel(tmp_path: Path) -> None:
    real = channel_for("email", Settings(smtp_url="smtp://relay.example"))
    demo = channel_for("email", Settings(demo=True, data_dir=tmp_path))
    bare = channel_for("email", Settings())
    assert (type(real), type(demo), type(bare)) == (Smtp, Folder, NotSetUp)
    with pytest.raises(TemporaryFailure, match="MMS_SMTP_URL is not set"):
        bare.send(MESSAGE)
