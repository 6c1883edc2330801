"""An answer as one act: the step, its files, its promise and the letter, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from mms_core.answer_texts.placeholders import MEANT, fill, words_of
from mms_core.cases.asked import StepAsked
from mms_core.cases.correspondence import LONGEST, attach
from mms_core.cases.letters import letter_words
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.reading import contact
from mms_core.cases.rules import check_step, take_step, type_of
from mms_core.contributions import Step
from mms_core.errors import Invalid
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.promises import rules as promises
from mms_core.promises.words import sentence

TRANSCRIPT = 40  # characters below which a text cannot be the words of a recording


@dataclass(frozen=True, kw_only=True)
class PromiseAsked:
    """A promise that an answer carries."""

    text: str
    due_on: date | None
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "text": self.text,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "unit": self.unit,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PromiseAsked:
        """Read plain data."""
        due = date.fromisoformat(data["due_on"]) if data.get("due_on") else None
        return cls(text=data["text"], due_on=due, unit=data.get("unit", ""))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an officer gives with a step; `data` as `StepAsked.data` has it."""

    step: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    promise: PromiseAsked | None = None
    files: tuple[Stored, ...] = ()
    files_public: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give plain data, as a held answer is kept."""
        return {
            "step": self.step,
            "text": self.text,
            "data": dict(self.data),
            "promise": self.promise.to_json() if self.promise else None,
            "files": [stored.to_json() for stored in self.files],
            "files_public": self.files_public,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """Read plain data."""
        return cls(
            step=data["step"],
            text=data["text"],
            data=data["data"],
            promise=PromiseAsked.from_json(data["promise"]) if data["promise"] else None,
            files=tuple(Stored.from_json(one) for one in data["files"]),
            files_public=data["files_public"],
        )

    def asked(self, case: Case, *, actor: Actor, version: int | None) -> StepAsked:
        """Give the step that is asked for; the letter says the promise below the text."""
        promise = self.promise
        below = ""
        if promise and promise.due_on and promise.text.strip():
            below = sentence(promise.text, promise.due_on, language=case.language)
        return StepAsked(
            name=self.step,
            actor=actor,
            version=version,
            text=self.text,
            data=self.data,
            postscript=below,
        )


def check(
    registry: Registry,
    case: Case,
    answer: Answer,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> Step:
    """Check that an answer can be given, and name all that is wrong with it; writes nothing."""
    case_type, wrong = type_of(registry, case), _too_long(answer.text)
    step = case_type.step(answer.step)
    try:
        answer = filled(case, answer)
        check_step(case_type, case, answer.asked(case, actor=actor, version=version))
    except Invalid as problem:
        wrong |= problem.fields
    if answer.promise and step is not None:
        wrong |= _promise_problems(answer.promise, step, now=now)
    if wrong or step is None:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return step


def check_transcript(answer: Answer, files: Sequence[Stored]) -> None:
    """Ask for the words of a recording: who cannot hear or play it reads the answer in the text.

    EN 301 549 and WCAG 1.2.1; a text that says what is said needs no captions beside it.
    """
    if any(one.player for one in files) and len(answer.text.strip()) < TRANSCRIPT:
        wanted = _("Write in the text what is said in the recording: not everybody can play it.")
        raise Invalid(wanted, fields={"text": [wanted]})


def _too_long(text: str) -> dict[str, list[Any]]:
    if len(text) <= LONGEST:
        return {}
    return {"text": [_("The text is too long: at most %(count)s characters.", count=LONGEST)]}


def _promise_problems(asked: PromiseAsked, step: Step, *, now: datetime) -> dict[str, list[Any]]:
    if not step.answers:
        only = _("Only an answer can carry a promise: choose another step or empty the promise.")
        return {"promise_text": [only]}
    try:
        promises.check(text=asked.text, due_on=asked.due_on, now=now)
    except Invalid as problem:
        return problem.fields
    return {}


def give(
    registry: Registry,
    case: Case,
    answer: Answer,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> Case:
    """Take the step with everything that belongs to it; raises what `check` does.

    The case was read for update.
    """
    check(registry, case, answer, actor=actor, version=version, now=now)
    answer = filled(case, answer)
    asked = answer.asked(case, actor=actor, version=version)
    take_step(registry, case, asked=asked, now=now)
    if answer.files:
        attach(case, answer.files, actor=actor, now=now, public=answer.files_public)
    if answer.promise:
        made = answer.promise
        promises.promise(
            case, text=made.text, due_on=made.due_on, unit=made.unit, actor=actor, now=now
        )
    return case


def letter_of(case: Case, step: Step, answer: Answer, *, actor: Actor) -> dict[str, Any]:
    """Give the context of the letter that this answer will send, for its preview."""
    return letter_words(filled(case, answer).asked(case, actor=actor, version=None), step)


def filled(case: Case, answer: Answer) -> Answer:
    """Put the case's words in place of placeholders; Invalid (field `text`) for an unknown one."""
    if MEANT.search(answer.text) is None:
        return answer
    return replace(answer, text=fill(answer.text, facts(case)))


def facts(case: Case) -> dict[str, str]:
    """Give what the placeholders of a text stand for in this case."""
    author = contact(case)
    return words_of(case, public_name=author.public_name if author else "")
