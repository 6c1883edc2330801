"""What the browser gets: cut fonts, joined styles, hashed names that may be kept for a year."""

from __future__ import annotations

import gzip
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont

from mms_core import static_files
from mms_core.tenancy.theme import NATIONAL

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "tools" / "assets.py"


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ASSETS)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["assets"] = module
    sys.path.insert(0, str(ASSETS.parent))  # where its own parts lie
    spec.loader.exec_module(module)
    assert module.main([]) == 0
    return module


@pytest.fixture
def client(assets: ModuleType) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    static_files.init_app(app)
    return app.test_client()


def test_a_second_build_does_nothing(
    assets: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (assets.VENDOR / "manifest.json").stat().st_mtime_ns
    assert assets.main([]) == 0
    assert capsys.readouterr().out == ""
    assert (assets.VENDOR / "manifest.json").stat().st_mtime_ns == before


def test_without_npm_the_message_says_what_to_install(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets.shutil, "which", lambda _name: None)
    monkeypatch.setattr(assets.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(assets.AssetsError, match=r"requirements/build\.txt"):
        assets.npm_command()


def test_without_a_network_the_message_says_so(
    assets: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "MODULES", tmp_path / "node_modules")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    assert assets.main(["--force"]) == 1
    assert "Is there a network?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("face", "letters"),
    [
        ("ka", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"),
        ("latin", "AZaz09 „“–«»№"[:-1]),
        ("az", "əƏğĞİşŞ₾"),
        ("latin-more", "çÇöÖüÜı€"),
        ("ru", "АЯаяёЁ"),
        ("hy", "ԱՖաֆև"),
        ("numero", "№"),
    ],
)
def test_each_cut_has_its_letters_and_two_weights(
    assets: ModuleType, face: str, letters: str
) -> None:
    font = TTFont(static_files.STATIC / static_files._manifest()[f"{face}.woff2"])  # noqa: SLF001 - the built file
    known = font.getBestCmap()
    assert [letter for letter in letters if ord(letter) not in known] == []
    assert [(axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [(400, 700)]


def test_our_styles_hold_no_capitals_no_slant_no_foreign_address() -> None:
    css = "".join(path.read_text("utf-8") for path in sorted(static_files.STATIC.glob("css/*.css")))
    assert "uppercase" not in css
    assert "capitalize" not in css
    assert "italic" not in css
    assert not re.search(r"url\(|@import|https?://", css.replace('[href^="http"]', ""))


def test_no_file_names_a_registry() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(
            r'"resolved"|registry\s*=|https?://(?!opencollective|github\.com)', text
        )


def test_a_hashed_file_may_be_kept_for_a_year_and_comes_compressed(client: FlaskClient) -> None:
    with client.application.test_request_context():
        url = static_files.asset("mms.css")
    plain = client.get(url)
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = client.get(url, headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Encoding"] == encoding
        assert unpack(answer.data) == plain.data
        assert answer.headers["Cache-Control"] == static_files.FOR_A_YEAR
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"].startswith("text/css")
        assert len(answer.data) < len(plain.data) / 4
    again = client.get(url, headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


def test_pages_work_bare_before_the_first_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "STATIC", tmp_path)
    for kept in (static_files._manifest, static_files._icons):  # noqa: SLF001 - what is kept
        monkeypatch.setattr(static_files, kept.__name__, kept.__wrapped__)
    assert static_files.asset("mms.css") == "/static/mms.css"
    assert static_files.icon_drawing("search") == ""


@pytest.mark.parametrize(
    "path", ["../app.py", "vendor/stamp", "nothing.css", "css", "theme/x.css", "%2e%2e/app.py"]
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_theme_has_an_address_of_its_own(client: FlaskClient) -> None:
    with client.application.test_request_context():
        answer = client.get(static_files.theme_url(NATIONAL))
    assert answer.headers["Cache-Control"] == static_files.FOR_A_YEAR
    assert "--mms-primary:#1d4b5c" in answer.text
