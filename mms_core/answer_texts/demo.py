"""Texts for the demo: the ministry's, adopted by two halls, one of them renewed since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mms_core.answer_texts import rules
from mms_core.answer_texts.rules import Typed

MINISTRY, OFFICER = "ნ. ნიმუშაძე", "ლევან მაგალითაძე"
THANKS = Typed(
    name="მადლობა და განხილვა",
    body=(
        "გამარჯობა, {name}!\n\nგმადლობთ იდეისთვის „{title}“. {hall} მას განიხილავს და პასუხს"
        " მოგწერთ."
        " საქმის ნომერია {number}, პასუხის ვადა {due}."
    ),
)
REFUSAL = Typed(
    name="უარი თანხის არარსებობის გამო",
    body=(
        "გამარჯობა, {name}!\n\nმიმდინარე წლის ბიუჯეტში ამისთვის თანხა გათვალისწინებული არ არის."
        " იდეას მომავალი წლის ბიუჯეტის განხილვისას დავუბრუნდებით.\n\n{hall}"
    ),
)
REFUSAL_NOW = " თუ პასუხს არ ეთანხმებით, ერთი თვის ვადაში შეგიძლიათ საჩივარი შემოიტანოთ."
OWN = Typed(
    name="გამგზავრება ადგილზე",
    body=(
        "გამარჯობა, {name}!\n\nჩვენი თანამშრომელი ადგილს ორ კვირაში ნახავს და შედეგს მოგწერთ."
        "\n\n{hall}"
    ),
)


def publish(*, now: datetime) -> None:
    """Publish the ministry's texts once."""
    if not rules.shared_texts(retired=True):
        for typed in (THANKS, REFUSAL):
            rules.publish(typed, by=MINISTRY, now=now - timedelta(days=200))


def adopt(tenant: Any, *, now: datetime) -> None:
    """Let a hall adopt the ministry's texts and write one of its own."""
    for text in rules.shared_texts():
        rules.adopt(tenant.id, text, by=OFFICER, now=now - timedelta(days=150))
    rules.keep(tenant.id, OWN, by=OFFICER, now=now - timedelta(days=90))


def renew(*, now: datetime) -> None:
    """Publish the next version of one text, which those who adopted it are offered."""
    for text in rules.shared_texts():
        if text.name == REFUSAL.name and text.version == 1:
            body = REFUSAL.body.replace("\n\n{hall}", f"{REFUSAL_NOW}\n\n{{hall}}")
            typed = Typed(name=REFUSAL.name, body=body)
            rules.publish(typed, by=MINISTRY, now=now - timedelta(days=5), row=text)
