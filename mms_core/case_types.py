"""The kinds of cases that modules contribute: states and steps as a table to read aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from mms_core.clock import Policy
from mms_core.i18n import lazy_gettext as _

if TYPE_CHECKING:
    from marshmallow import Schema

    from mms_core.cases.imports import Imports

Text = Any  # a lazy translation or a plain string; both become words with str()
Tone = Literal["neutral", "info", "wait", "good", "bad"]
Role = Literal["citizen", "operator", "head", "mayor", "clerk", "system"]
STAFF: tuple[Role, ...] = ("operator", "head", "mayor")
# The core's own steps and states of every table, each taken by a verb of its own.
FORWARD, FORWARDED = "forward", "forwarded"
APPLY, APPLIED = "register_application", "became_application"
APPLICATION = "application"  # the core's own kind of case in every module
# What a hall says with each refusal (General Administrative Code).
COMPLAINT = _(
    "If you do not agree, you can file an administrative complaint with the city hall, addressed to"
    " the mayor, within one month from the day on which you learnt of this. Write who you are and"
    " where you live, what you challenge, what you ask for and why, and list what you attach."
)


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a case can stand; `open` states keep the answer clock in mind."""

    name: str
    title: Text
    tone: Tone = "neutral"
    open: bool = True
    public: bool = True
    remedy: Text = ""  # how somebody complains who does not agree; said beside the answer


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a step was taken, as one of a few that can be counted; `name` is kept in the log."""

    name: str
    title: Text


@dataclass(frozen=True, kw_only=True)
class Step:
    """A way from one state to another: who may take it and what it tells the citizen."""

    name: str
    title: Text
    source: tuple[str, ...]  # names of states; empty for the step that opens a case
    target: str
    by: tuple[Role, ...]
    told: Text = ""  # the line of the citizen's timeline
    message: str | None = None  # template in templates/<module>/messages/
    text: Literal["none", "optional", "required"] = "none"
    answers: bool = False  # the step is the hall's answer to the citizen
    withdraws: bool = False  # the author takes the case back before the hall began: nothing is owed
    level: int = 0  # identity level that a citizen needs
    eligibility: tuple[str, ...] = ()
    primary: bool = False
    fields: type[Schema] | None = None  # what else is asked: cost, term; drawn and kept by the core
    reasons: tuple[Reason, ...] = ()  # where some are given, one must be chosen
    topics: tuple[str, ...] = ()  # for cases of these topics alone; empty: of all
    # Closes it here, for it goes on elsewhere; only `cases.forwarding` or `applying` takes it.
    forwards: bool = False

    def suits(self, topic: str) -> bool:
        """Tell whether the step is one for cases of this topic."""
        return not self.topics or topic in self.topics


@dataclass(frozen=True, kw_only=True)
class StepTaken:
    """What `on_step` and `mms_case_moved` learn of a step."""

    name: str
    source: str | None
    target: str
    actor: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)  # the step's fields as loaded, `reason`


@dataclass(frozen=True, kw_only=True)
class CaseType:
    """A state machine as a table to read aloud, with its answer clock."""

    name: str
    title: Text
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    deadline: Policy
    terms: Mapping[str, Policy] = field(default_factory=dict, hash=False)  # a topic's own, by law
    days_setting: str | None = None  # the module's setting that overrides the policy's days
    must_answer: bool = True  # no way to a closed state without an answer
    on_step: Callable[[Any, StepTaken], None] | None = None  # duty inside the transaction
    on_merged: Callable[[Any, Any], None] | None = None  # (case, the one that leads it now)
    on_split: Callable[[Any, Any], None] | None = None  # (case, the one that had led it)
    compared: bool = False  # cases that ask for the same are found (mms_core.cases.similar)
    own_endpoint: str | None = None  # endpoint with `number`, where the author changes the case
    intake_endpoint: str | None = None  # form by which a clerk of a centre files for a citizen
    public_endpoint: str | None = None  # endpoint with `number`, where the public reads the case
    shown: Callable[[Any], bool] | None = None  # whether the public reads it; by its state if None
    detail_template: str | None = None  # the module's part of the desk's page of a case
    details: Callable[[Any], Mapping[str, Any]] | None = None  # what that template is given
    topics: Callable[[Any], Mapping[str, str]] | None = None  # a hall's topics, key to words
    # A case forwarded to another municipality: what goes along, read in the old hall, and the
    # module's own row of the new case, written in the new one.
    carry: Callable[[Any], Mapping[str, Any]] | None = None
    take_over: Callable[[Any, Mapping[str, Any]], None] | None = None
    imports: Imports | None = None  # records of a platform that this one replaces
    letters: str | None = None  # whose `messages/` the steps' letters are; None: the module's

    def __post_init__(self) -> None:
        """Give every kind of case its ways on: to another body, and to an application.

        General Administrative Code, art. 80 and 78. A table that has the state or the step already
        is left as it is.
        """
        if not self.must_answer:
            return
        waiting = self._waiting()
        for state, step in ON_ITS_WAY:
            known = self._has(state.name) or self.step(step.name)
            if known or (self.name, step.name) == (APPLICATION, APPLY):
                continue
            object.__setattr__(self, "states", (*self.states, state))
            object.__setattr__(self, "steps", (*self.steps, replace(step, source=waiting)))

    def _waiting(self) -> tuple[str, ...]:
        """Name the open states that a case can be in before it has an answer."""
        reached = {step.target for step in self.steps if not step.source}
        for _round in self.states:
            ways = (step for step in self.steps if not step.answers)
            reached |= {step.target for step in ways if reached & {*step.source}}
        return tuple(state.name for state in self.states if state.open and state.name in reached)

    def state(self, name: str) -> State:
        """Find a state by its name; KeyError when the table has none."""
        return next(s for s in self.states if s.name == name) if self._has(name) else _missing(name)

    def step(self, name: str) -> Step | None:
        """Find a step by its name, or None."""
        return next((s for s in self.steps if s.name == name), None)

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """Give the steps that leave a state."""
        return tuple(s for s in self.steps if state in s.source)

    def _has(self, name: str) -> bool:
        return any(s.name == name for s in self.states)


def _missing(name: str) -> State:
    raise KeyError(name)


# What every table gets from the core; where a case can be left is added when the table is made.
ON_ITS_WAY = (
    (
        State(name=FORWARDED, title=_("Forwarded to another body"), open=False),
        Step(
            name=FORWARD,
            title=_("Forward to another body"),
            source=(),
            target=FORWARDED,
            by=STAFF,
            told=_("The city hall forwarded the case to the body that is competent."),
            text="required",
            answers=True,
            forwards=True,
        ),
    ),
    (
        State(name=APPLIED, title=_("Registered as an application"), open=False, public=False),
        Step(
            name=APPLY,
            title=_("Register as an application"),
            source=(),
            target=APPLIED,
            by=STAFF,
            told=_("The city hall registered this as an application, which has its own number."),
            text="required",
            answers=True,
            forwards=True,
        ),
    ),
)
