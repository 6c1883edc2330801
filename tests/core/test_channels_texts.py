"""The words of a message, in the reader's language, safe in every mail program."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, TemplateNotFound, UndefinedError
from jinja2.exceptions import SecurityError

from mms_core.messages.texts import Words, render

KA = """Subject: იდეა {{ number }} მიღებულია: {{ title }}

გამარჯობა!

პასუხს მიიღებთ {{ due | date }}-მდე.
{% if url %}
იხილეთ: {{ url }}
{% endif %}



გმადლობთ.
"""
EN = "Subject: Idea {{ number }}\n\nAn answer comes by {{ due | date }}, at {{ due | datetime }}.\n"
CONTEXT = {"number": "TSK-26-17", "title": "ხიდი", "due": "2026-12-05T22:30:00+00:00", "url": ""}


def words(language: str = "ka", **more: object) -> Words:
    sources = {"ideas/messages/received.ka.txt": KA, "ideas/messages/received.en.txt": EN}
    return render(
        DictLoader(sources),
        "received",
        module="ideas",
        language=language,
        context=CONTEXT | more,
        footer="წყალტუბოს <მერია>",
    )


def test_a_letter_speaks_georgian_and_tells_the_day_in_georgias_time() -> None:
    letter = words()
    assert letter.subject == "იდეა TSK-26-17 მიღებულია: ხიდი"
    assert letter.text == (
        "გამარჯობა!\n\n"
        "პასუხს მიიღებთ 6 დეკემბერი, 2026-მდე.\n\nგმადლობთ.\n\n-- \nწყალტუბოს <მერია>\n"
    )


def test_a_reader_of_english_gets_english_and_any_other_georgian() -> None:
    assert words("en").text.startswith(
        "An answer comes by December 6, 2026, at December 6, 2026, 02:30."
    )
    assert (words("en").language, words("hy").language) == ("en", "ka")
    assert words("hy").subject == words("ka").subject


def test_the_html_twin_holds_what_a_citizen_typed_as_text() -> None:
    letter = words(title="<script>alert(1)</script>", url="https://mms.example/i?a=1&b=<2>")
    assert "<script>" not in letter.html
    assert "წყალტუბოს &lt;მერია&gt;" in letter.html
    link = "https://mms.example/i?a=1&amp;b="
    assert f'<a href="{link}">{link}</a>&lt;2&gt;' in letter.html
    assert '<html lang="ka">' in letter.html
    assert "<p>გმადლობთ.</p>" in letter.html


def test_a_link_at_the_end_of_a_sentence_leaves_the_full_stop_outside() -> None:
    assert 'href="https://mms.example/x"' in words(url="https://mms.example/x.").html


def test_a_title_of_two_lines_stays_in_the_subject() -> None:
    assert words(title="ხიდი\nBcc: x@mail.example").subject.endswith("ხიდი Bcc: x@mail.example")


def test_a_half_filled_letter_is_never_sent() -> None:
    loader = DictLoader(
        {"m/messages/a.ka.txt": "Subject: x\n\n{{ missing }}", "m/messages/b.ka.txt": "x"}
    )
    for name, error in [("a", UndefinedError), ("b", ValueError), ("c", TemplateNotFound)]:
        with pytest.raises(error):
            render(loader, name, module="m", language="en", context={}, footer="")


@pytest.mark.parametrize(
    "code", ["{{ x.__class__.__mro__ }}", "{{ x.append(1) }}", "{{ range(9) }}"]
)
def test_a_template_can_read_and_do_nothing_else(code: str) -> None:
    loader = DictLoader({"m/messages/a.ka.txt": f"Subject: x\n\n{code}"})
    with pytest.raises((SecurityError, UndefinedError)):
        render(loader, "a", module="m", language="ka", context={"x": []}, footer="")
