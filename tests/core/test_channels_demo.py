"""In a demo nobody gets a letter, and everybody can read what would have been sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from mms_core.config import Settings
from mms_core.errors import NotFound
from mms_core.messages import demo_mail
from mms_core.messages.channels import Message, TemporaryFailure, channel_for

MESSAGE = Message(
    id="1",
    to="citizen@mail.example",
    subject="თქვენი იდეა მიღებულია",
    text="გმადლობთ!\n\nიხილეთ: http://mms.example/my/\nმერია <3\n",
    sender_name="წყალტუბოს მერია",
)


def addresses(*, demo: bool, folder: Path) -> list[str]:
    app = Flask(__name__)
    app.extensions["mms_settings"] = Settings(demo=demo, data_dir=folder)
    demo_mail.init_app(app)
    return [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/demo")]


def test_a_letter_of_the_demo_can_be_read_and_its_link_followed(tmp_path: Path) -> None:
    channel = channel_for("email", Settings(demo=True, data_dir=tmp_path))
    assert channel.send(MESSAGE).answer == "demo: not sent, see /demo/mail"
    (letter,) = demo_mail.letters(tmp_path / "mail")
    assert (letter.to, letter.subject) == (MESSAGE.to, MESSAGE.subject)
    assert letter.sender == "წყალტუბოს მერია <mms@mms.example>"
    assert [str(part) for part in letter.paragraphs] == [
        "გმადლობთ!",
        'იხილეთ: <a href="http://mms.example/my/">http://mms.example/my/</a><br>\nმერია &lt;3',
    ]
    assert demo_mail.letter(tmp_path / "mail", letter.name) == letter


def test_the_newest_letter_comes_first_and_a_half_written_one_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    channel_for("email", Settings(demo=True, data_dir=tmp_path)).send(MESSAGE)
    (path,) = folder.iterdir()
    path.rename(folder / "20200101000000-00000000.eml")
    channel_for("email", Settings(demo=True, data_dir=tmp_path)).send(MESSAGE)
    (folder / "20990101000000-00000000.draft").write_bytes(b"half")
    names = [letter.name for letter in demo_mail.letters(folder)]
    assert names[-1] == "20200101000000-00000000"
    assert len(names) == 2
    assert demo_mail.letters(tmp_path / "none") == []


@pytest.mark.parametrize("name", ["../secrets", "x", "20200101000000-00000000"])
def test_only_letters_of_the_folder_are_shown(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.eml").write_bytes(b"not ours")
    with pytest.raises(NotFound):
        demo_mail.letter(tmp_path, name)


def test_a_folder_that_cannot_be_written_keeps_the_letter_waiting(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(TemporaryFailure, match="folder of letters"):
        channel_for("email", Settings(demo=True, data_dir=tmp_path)).send(MESSAGE)


def test_only_a_demo_has_the_page(tmp_path: Path) -> None:
    assert addresses(demo=True, folder=tmp_path) == ["/demo/mail", "/demo/mail/<name>"]
    assert addresses(demo=False, folder=tmp_path) == []


def test_the_pages_speak_georgian_and_hold_the_letter(app: Flask) -> None:
    client = app.test_client()
    settings: Settings = app.extensions["mms_settings"]
    channel_for("email", settings).send(MESSAGE)
    listed = client.get("/demo/mail").get_data(as_text=True)
    assert "სადემონსტრაციო ვერსიის წერილები" in listed
    assert MESSAGE.subject in listed
    (letter,) = demo_mail.letters(settings.data_dir / "mail", limit=1)
    shown = client.get(f"/demo/mail/{letter.name}").get_data(as_text=True)
    assert '<a href="http://mms.example/my/">http://mms.example/my/</a>' in shown
    assert "citizen@mail.example" in shown
    assert client.get("/demo/mail/nothing").status_code == 404
