"""A small application that shows every component, without a database: for pictures and axe."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, g, render_template, request
from jinja2 import FileSystemLoader

from mms_core import components, frame, i18n, modes, static_files
from mms_core.catalogues import compile_folder
from mms_core.contributions import NavItem
from mms_core.forms import Form, FormField
from mms_core.security_headers import policy
from mms_core.tenancy.theme import Theme

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "mms_core"
CATALOGUE = CORE / "translations" / "ka" / "LC_MESSAGES" / "ui.po"

THEMES = {
    "zugdidi": Theme(primary="#7a1f3a", accent="#b7791f", corner="sharp", band="zigzag"),
    "tskaltubo": Theme(
        primary="#0f7c86", accent="#d97706", header="light", corner="round", band="waves"
    ),
    "mestia": Theme(primary="#3b4a63", accent="#c2410c", corner="soft", band="diamonds"),
    "yellow": Theme(
        primary="#ffe600", accent="#00ff88", header="solid", corner="soft", band="steps"
    ),
}
NAMES = {
    "zugdidi": ("ზუგდიდის მუნიციპალიტეტი", "ზუგდიდი", "სამეგრელო-ზემო სვანეთის მხარე"),
    "tskaltubo": ("წყალტუბოს მუნიციპალიტეტი", "წყალტუბო", "იმერეთის მხარე"),
    "mestia": ("მესტიის მუნიციპალიტეტი", "მესტია", "სამეგრელო-ზემო სვანეთის მხარე"),
    "yellow": ("დედოფლისწყაროს მუნიციპალიტეტი", "დედოფლისწყარო", "კახეთის მხარე"),
}


WRONG = {
    "title": ["ჩაწერეთ იდეის სათაური"],
    "phone": ["ტელეფონის ნომერი უნდა შედგებოდეს 9 ციფრისგან, მაგალითად 599 12 34 56"],
    "agree": ["დაადასტურეთ, რომ ეთანხმებით წესებს"],
    "answer": ["აირჩიეთ, როგორ გიპასუხოთ მერიამ"],
}
WAYS = [("sms", "SMS-ით"), ("mail", "ელფოსტით"), ("call", "სატელეფონო ზარით")]
UNITS = [("1", "ქალაქი ზუგდიდი"), ("2", "ჭალადიდი"), ("3", "რუხი"), ("4", "ნარაზენი")]


def make_form(*, wrong: bool = False) -> Form:
    """Give a form with a field of every kind; `wrong` as it comes back refused."""
    made = [*words_and_files(), *choices_and_numbers(wrong=wrong)]
    for item in made:
        item.required = item.name not in {"seen", "photo", "topics", "mail"}
        item.errors = WRONG.get(item.name, []) if wrong else []
    return Form(fields={item.name: item for item in made})


def words_and_files() -> list[FormField]:
    """Give the fields that take words, a day and files."""
    return [
        FormField(
            name="title", label="იდეის სათაური", help="მოკლედ, ერთი წინადადებით", maxlength=120
        ),
        FormField(
            name="body",
            label="აღწერა",
            kind="textarea",
            maxlength=2000,
            help="რა პრობლემას აგვარებს და ვის დაეხმარება?",
            value="სოფელ ჭალადიდში, სკოლასთან, გზის გადასასვლელი არ არის განათებული.",
        ),
        FormField(name="unit", label="ადმინისტრაციული ერთეული", kind="select", choices=UNITS),
        FormField(name="seen", label="როდის შენიშნეთ", kind="date", required=False),
        FormField(
            name="photo",
            label="ფოტო ან დოკუმენტი",
            kind="files",
            required=False,
            help="JPG, PNG ან PDF, არაუმეტეს 5 მბ",
            accept="image/jpeg,image/png,application/pdf",
        ),
    ]


def choices_and_numbers(*, wrong: bool) -> list[FormField]:
    """Give the fields that take a choice, a number or a tick."""
    return [
        FormField(
            name="answer",
            label="როგორ გიპასუხოთ?",
            kind="radio",
            choices=WAYS,
            value="" if wrong else "sms",
        ),
        FormField(
            name="topics",
            label="რას ეხება?",
            kind="checkboxes",
            required=False,
            choices=[
                ("road", "გზები და განათება"),
                ("water", "წყალი"),
                ("school", "სკოლა და ბაღი"),
            ],
            value=["road"],
        ),
        FormField(
            name="phone", label="ტელეფონის ნომერი", kind="tel", value="5991234" if wrong else ""
        ),
        FormField(name="mail", label="ელ. ფოსტა", kind="email", required=False),
        FormField(
            name="number",
            label="პირადი ნომერი",
            kind="personal-number",
            help="11 ციფრი, პირადობის მოწმობიდან",
        ),
        FormField(name="code", label="კოდი", kind="otp", help="6 ციფრი, რომელიც SMS-ით მიიღეთ"),
        FormField(
            name="agree",
            label="ვეთანხმები მონაწილეობის წესებს",
            kind="checkbox",
            help="პასუხს მიიღებთ 10 სამუშაო დღის ვადაში.",
        ),
    ]


def make_app() -> Flask:
    """Make the application; `/<slug>/<page>` shows a page of tests/core/templates."""
    app = Flask(__name__, static_folder=None)
    app.jinja_loader = FileSystemLoader([HERE / "look_templates", CORE / "templates"])
    app.secret_key = "for the test of the look"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _speak(app)
    for room in (static_files, components, modes, frame):
        room.init_app(app)
    app.jinja_env.globals.update(csrf_token=lambda: "token", new_key=lambda: "key")
    app.add_url_rule("/<slug>/<page>", "page", _page)
    app.before_request(_enter)
    app.after_request(_strict)
    return app


def _speak(app: Flask) -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / "ka" / "LC_MESSAGES").mkdir(parents=True)
    shutil.copy(CATALOGUE, folder / "ka" / "LC_MESSAGES")
    compile_folder(folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    i18n.init_app(app, [])


def _enter() -> None:
    g.language = request.args.get("lang", "ka")
    slug = (request.view_args or {}).get("slug")
    g.tenant = _tenant(slug) if slug in THEMES else None


def _tenant(slug: str) -> SimpleNamespace:
    name, short, region = NAMES[slug]
    contacts = {"hotline": "0415 00 00 00", "email": "info@mms.example"}
    return SimpleNamespace(
        id=1,
        slug=slug,
        name=name,
        short_name=short,
        region_name=region,
        theme=THEMES[slug],
        contacts=contacts | {"website": "https://hall.example"},
        languages=("ka", "en", "az"),
    )


def _page(slug: str, page: str) -> str:
    titles = ("სერვისები", "შენი იდეა მერს", "მოქალაქეთა მიღება", "სიახლეები")
    return render_template(
        f"{page}.html",
        tenant=g.tenant,
        person=None,
        locale=i18n.locale(),
        navigation=[NavItem(title=t, url=f"/{slug}/{n}") for n, t in enumerate(titles)],
        trial=page == "styleguide",
        feedback_url=f"/page-feedback?page={request.path}",
        form=make_form(),
        wrong=make_form(wrong=True),
    )


def _strict(response: Any) -> Any:
    response.headers["Content-Security-Policy"] = policy()
    return response


if __name__ == "__main__":
    make_app().run(port=8765)
