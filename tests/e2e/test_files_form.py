"""A citizen attaches files in a real browser: what is too big is refused, the rest is kept."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe import sound
from flask import Flask, render_template_string, request
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.files import views
from mms_core.messages.channels import Message, channel_for

pytestmark = pytest.mark.browser
Made = Callable[[str, bytes], Path]
FORM = """{% extends "layout.html" %}{% block title %}იდეა{% endblock %}
{% block content %}<h1>იდეა</h1>
<ul id="stored">{% for s in stored %}<li>{{ s.name }}</li>{% endfor %}</ul>
{% call ui.form(multipart=true) %}{{ ui.field("title", "სათაური", value=title) }}
{{ ui.attachments("ფაილის მიმაგრება", kept=kept, errors=errors, limits=limits) }}
{{ ui.button("გააგზავნეთ") }}{% endcall %}{% endblock %}"""


def take_form() -> str | tuple[str, int]:
    """Stand for any module's form: a title that must be given, and files."""
    box = views.pending(7)
    title = request.form.get("title", "")
    attached = box.gather(
        request.files.getlist("files"),
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    good = bool(title) and not attached.problems
    page = render_template_string(
        FORM,
        title=title,
        errors=attached.problems,
        kept=() if good else box.keep(attached),
        stored=box.settle(attached) if good else (),
        limits=views.limits(),
    )
    return page if good else (page, 422)


@pytest.fixture(scope="module")
def site(settings: Settings) -> Flask:
    app = create_app(replace(settings))
    app.add_url_rule("/try", view_func=take_form, methods=["GET", "POST"])
    return app


@pytest.fixture(scope="module")
def address(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, locale="ka", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def file(tmp_path: Path) -> Made:
    """Give a maker of files on the disk, whose bytes need not go through the test's own wire."""

    def make(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return make


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(target, "JPEG")
    return target.getvalue()


def send(page: Page, *files: Path, title: str = "") -> None:
    page.get_by_label("სათაური").fill(title)
    page.get_by_label("ფაილის მიმაგრება").set_input_files(files)
    page.get_by_role("button", name="გააგზავნეთ").click()


def test_a_20_mb_picture_is_refused_at_the_field_and_the_good_one_is_kept(
    phone: Page, address: str, file: Made
) -> None:
    phone.goto(f"{address}/try")
    big = file("დიდი.jpg", photo() + bytes(20_000_000))
    send(phone, file("ხიდი.jpg", photo()), big, title="ახალი ხიდი")
    expect(phone.get_by_text("ფაილი ძალიან დიდია: მისი ზომაა 20 მბ")).to_be_visible()
    expect(phone.get_by_label("სათაური")).to_have_value("ახალი ხიდი")
    expect(phone.get_by_label("ამოღება: ხიდი.jpg")).to_be_visible()

    send(phone, title="ახალი ხიდი")
    expect(phone.locator("#stored li")).to_have_text(["ხიდი.jpg"])


def test_a_kept_file_can_be_left_out_and_another_takes_its_place(
    phone: Page, address: str, file: Made
) -> None:
    phone.goto(f"{address}/try")
    send(phone, file("a.jpg", photo()))
    phone.get_by_label("ამოღება: a.jpg").check()
    send(phone, file("b.jpg", photo()), title="x")
    expect(phone.locator("#stored li")).to_have_text(["b.jpg"])


def test_the_form_with_kept_files_reads_well_on_a_phone(
    browser: Browser, address: str, file: Made
) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 800}, locale="ka").new_page()
    page.goto(f"{address}/try")
    send(page, file("ძალიან გრძელი სახელი ჩვენი სოფლის ხიდისა და გზის შესახებ.jpg", photo()))
    expect(page.get_by_label("ამოღება: ძალიან გრძელი სახელი")).to_be_visible()
    assert sound(page) == []
    page.context.close()


def test_the_demos_letters_read_well_on_a_phone(
    browser: Browser, address: str, settings: Settings
) -> None:
    letter = Message(
        id="1", to="citizen@mail.example", subject="თქვენი იდეა მიღებულია", text="გმადლობთ!\n"
    )
    channel_for("email", settings).send(letter)
    page = browser.new_context(viewport={"width": 360, "height": 800}, locale="ka").new_page()
    page.goto(f"{address}/demo/mail")
    assert sound(page) == []
    page.get_by_role("link", name=letter.subject).first.click()
    expect(page.get_by_text("გმადლობთ!")).to_be_visible()
    assert sound(page) == []
    page.context.close()
