"""Templates: a row's own names come first, compiled ones are kept, a full disk stops no page."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from jinja2 import (
    DictLoader,
    Environment,
    pass_context,
    pass_environment,
    pass_eval_context,
)
from jinja2.bccache import FileSystemBytecodeCache
from markupsafe import Markup

from mms_core import templating
from mms_core.i18n import init_app


def made(folder: Path) -> Flask:
    app = Flask(__name__)
    app.secret_key = "a test"
    templating.set_up(app, folder)
    app.jinja_env.loader = DictLoader({"answer.html": "{{ 6 * 7 }}"})
    init_app(app, [])
    return app


def test_a_name_of_a_row_is_read_and_what_is_missing_is_nothing(tmp_path: Path) -> None:
    with made(tmp_path).test_request_context():
        row = {"title": "<b>", "items": "three"}
        said = render_template_string(
            "{{ row.title }}|{{ row.none }}|{{ row.items() | length }}", row=row
        )
        assert said == "&lt;b&gt;||2"


def test_a_message_is_filled_and_escaped_as_jinja_does(tmp_path: Path) -> None:
    with made(tmp_path).test_request_context():
        for _again in range(2):
            said = render_template_string("{{ _('100%% of %(what)s', what='<i>') }} {{ _('5%%') }}")
            assert said == "100% of &lt;i&gt; 5%"
            with pytest.raises(KeyError):
                render_template_string("{{ _('of %(what)s') }}")
        mail = made(tmp_path).jinja_env.overlay(autoescape=False)
        assert mail.from_string("{{ _('of %(what)s', what='<i>') }}").render() == "of <i>"


OWN_WORDS = """{% macro said(_) %}{{ _("a") }}{% endmacro %}{{ said(shout) }} {{ _("b") }}
{% for _ in [shout] %}{{ _("c") }}{% endfor %} {% set more = [_("<d>"), _("e") ~ "&"] -%}
{{ more[0] }}
{{ more[1] }}{% set _ = shout %} {{ _("f") }} {{ _("g", "h") if _ is not defined else _("<i>") }}"""


def test_a_template_may_have_a_name_of_its_own_for_what_says_messages(tmp_path: Path) -> None:
    with made(tmp_path).test_request_context():
        said = render_template_string(OWN_WORDS, shout=lambda word: f"{word}!".upper())
        assert said == "A! b\nC! <d>\ne&amp; F! &lt;I&gt;!"


def test_what_all_templates_have_reaches_one_that_is_loaded_already(tmp_path: Path) -> None:
    app = made(tmp_path)
    app.jinja_env.loader = DictLoader({"late.html": "{{ late }}"})
    with app.test_request_context():
        assert not render_template("late.html")
        app.jinja_env.globals["late"] = "here"
        assert render_template("late.html") == "here"
        assert render_template("late.html", late="mine") == "mine"
        assert render_template("late.html") == "here"


EVERYTHING = (Path(__file__).parent.parent / "data/everything.html").read_text(encoding="utf-8")


class Callable:
    """Something that is no function and says what it is in HTML."""

    def __call__(self) -> str:
        return "<called>"

    def __html__(self) -> str:
        return "<em>"


def shown_by(environment: Environment) -> str:
    """Render everything that a template can show or call."""
    return environment.from_string(EVERYTHING).render(
        typed="<a> & 'b'",
        marked=Markup("<u>u</u>"),
        own=type("Own", (Markup,), {})("<s>"),
        plain=lambda word, more: word + more,
        of_context=pass_context(lambda context, name: context[name]),
        of_page=pass_eval_context(lambda page: f"<{page.autoescape}>"),
        of_place=pass_environment(lambda place: f"<{place.autoescape}>"),
        called=Callable(),
        rows=[{"name": "<1>", "of": [{"name": "2", "of": []}]}, {"name": "3", "of": []}],
    )


def test_a_page_is_written_as_jinja_writes_it(tmp_path: Path) -> None:
    part = DictLoader({"part.html": "{% for i in 'xy' %}{{ i }}, {{ typed }}{% endfor %}"})
    plain = Environment(autoescape=True, loader=part)
    ours = made(tmp_path).jinja_env.overlay(
        autoescape=True, trim_blocks=False, lstrip_blocks=False, loader=part
    )
    assert shown_by(ours) == shown_by(plain)
    assert "&lt;a&gt; &amp;" in shown_by(ours)


def test_a_compiled_template_is_kept_for_the_next_start(tmp_path: Path) -> None:
    for _start in range(2):
        with made(tmp_path).test_request_context():
            assert render_template("answer.html") == "42"
        assert len(list(tmp_path.glob("templates-*/*"))) == 1


def test_a_full_disk_stops_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemBytecodeCache, "dump_bytecode", full)
    with made(tmp_path).test_request_context():
        assert render_template("answer.html") == "42"
    (tmp_path / "a file").write_text("")
    with made(tmp_path / "a file").test_request_context():
        assert render_template("answer.html") == "42"


def test_a_message_about_many_is_counted_filled_and_escaped(tmp_path: Path) -> None:
    words = "{{ ngettext('%(num)s of %(who)s', '%(num)s from %(who)s', n, who='<i>') }}"
    with made(tmp_path).test_request_context():
        for _again in range(2):
            assert render_template_string(words, n=1) == "1 of &lt;i&gt;"
            assert render_template_string(words, n=2) == "2 from &lt;i&gt;"
            plain = "{{ ngettext('%(num)s vote', '%(num)s votes', n) }}"
            assert [render_template_string(plain, n=n) for n in (1, 2, 1.0, True)] == [
                "1 vote", "2 votes", "1.0 vote", "True vote",
            ]  # fmt: skip


def test_a_message_in_a_letter_of_plain_text_is_not_escaped(tmp_path: Path) -> None:
    app = made(tmp_path)
    loader = DictLoader({"letter.txt": "{{ ngettext('%(num)s of %(who)s', '', 1, who='A & B') }}"})
    app.jinja_env.loader = loader
    with app.test_request_context():
        assert render_template("letter.txt") == "1 of A & B"
