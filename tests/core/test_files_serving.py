"""A kept file is shown or saved, and can do nothing else in the reader's browser."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from mms_core.config import Settings
from mms_core.files import views
from mms_core.files.intake import Limits, take
from mms_core.files.stored import Stored

TEXT = "ხიდი დანგრეულია. " * 1000


def fetch(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Read an answer to its end and close the file, as a server does."""
    return client.get(path, headers=headers, buffered=True)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask(__name__)
    settings = Settings(data_dir=tmp_path, secret_key="k", max_file_mb=1, max_files=2)
    app.extensions["mms_settings"] = settings
    views.init_app(app)

    @app.get("/<name>")
    def show(name: str) -> Response:
        return views.send(
            app.config[name],
            download="save" in request.args,
            thumbnail=request.args.get("edge", type=int),
            public="public" in request.args,
        )

    with app.app_context():
        app.config["text"] = keep("წერილი.txt", TEXT.encode())
        app.config["pdf"] = keep('a "plan".pdf', paper())
        app.config["photo"] = keep("ხიდი.png", png())
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def keep(name: str, data: bytes) -> Stored:
    return take(io.BytesIO(data), name, storage=views.storage(), prefix="7", limits=views.limits())


def paper() -> bytes:
    import pypdf

    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(out)
    return out.getvalue()


def png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1000, 500), "red").save(target, "PNG")
    return target.getvalue()


def test_the_installations_limits_are_read(app: Flask) -> None:
    with app.app_context():
        assert views.limits() == Limits(max_bytes=1_000_000, max_files=2)
        assert views.pending(7).scope == "7"


@pytest.mark.parametrize("name", ["text", "pdf", "photo"])
def test_a_file_can_do_nothing_in_the_browser(client: FlaskClient, name: str) -> None:
    headers = fetch(client, f"/{name}").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Type"] in {"text/plain; charset=utf-8", "application/pdf", "image/png"}


def test_a_georgian_name_arrives_whole(client: FlaskClient) -> None:
    shown = fetch(client, "/text").headers["Content-Disposition"]
    assert shown.startswith("inline; filename=\"file.txt\"; filename*=UTF-8''")
    assert unquote(shown.rsplit("'", 1)[1]) == "წერილი.txt"
    assert fetch(client, "/text?save").headers["Content-Disposition"].startswith("attachment;")


def test_a_pdf_is_saved_for_no_browser_shows_it_in_a_sandbox(client: FlaskClient) -> None:
    value = fetch(client, "/pdf").headers["Content-Disposition"]
    assert value == "attachment; filename=\"a -plan-.pdf\"; filename*=UTF-8''a%20-plan-.pdf"


def test_a_thumbnail_is_small_and_webp(client: FlaskClient) -> None:
    answer = fetch(client, "/photo?edge=320")
    with Image.open(io.BytesIO(answer.data)) as small:
        assert (small.format, small.size) == ("WEBP", (320, 160))
    assert answer.content_type == "image/webp"
    assert unquote(answer.headers["Content-Disposition"]).endswith("ხიდი.webp")
    assert fetch(client, "/text?edge=320").data.decode() == TEXT, "a text has none: itself comes"


def test_what_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    etags = {fetch(client, f"/photo{q}").headers["ETag"] for q in ("", "?edge=320", "?edge=960")}
    assert len(etags) == 3
    again = fetch(
        client, "/text", headers={"If-None-Match": fetch(client, "/text").headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_only_what_all_may_see_is_kept_by_strangers_caches(client: FlaskClient) -> None:
    private, public = fetch(client, "/photo").headers, fetch(client, "/photo?public").headers
    assert set(private["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert set(public["Cache-Control"].split(", ")) == {"public", "max-age=3600"}


def test_a_broken_download_goes_on_where_it_stopped(client: FlaskClient) -> None:
    whole = TEXT.encode()
    part = fetch(client, "/text", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    tail = fetch(client, "/text", headers={"Range": "bytes=-50"})
    assert tail.data == whole[-50:]
    changed = fetch(client, "/text", headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (changed.status_code, changed.data) == (200, whole)
    beyond = fetch(client, "/text", headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    head = client.head("/text")
    assert (head.content_length, head.data) == (len(whole), b"")
