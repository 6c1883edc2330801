"""The very letters that a step will send, by every channel, before it is taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.letters import channel_of
from mms_core.cases.models import Case
from mms_core.messages.channels import Message
from mms_core.messages.models import OutboxLetter
from mms_core.messages.ready import ready

HIDDEN = "·" * 10
CHANNELS = ("email", "sms")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter before it is sent; `used` says whether this citizen gets it by this channel."""

    channel: str
    used: bool
    message: Message
    parts: int
    shortened: bool


def previews(
    case: Case, template: str, *, context: dict[str, Any], module: str | None = None
) -> list[Preview]:
    """Write the letter by each channel with the code that sends it; the used channel first.

    `module` is whose template it is, where it is not the case's own. The citizen's key is hidden:
    with it an officer could write in the citizen's name.
    """
    way, _recipient = channel_of(reading.contact(case))
    own = module or case.module
    found = [
        _preview(case, template, context, module=own, channel=c, used=c == way) for c in CHANNELS
    ]
    return sorted(found, key=lambda one: not one.used)


def _preview(
    case: Case, template: str, context: dict[str, Any], *, module: str, channel: str, used: bool
) -> Preview:
    letter = OutboxLetter(
        tenant_id=case.tenant_id,
        case_id=case.id,
        channel=channel,
        recipient="",
        module=module,
        template=template,
        language=case.language,
        context=context,
    )
    made = ready(letter, case)
    key = key_of(current_app.extensions["mms_settings"], case.tenant_id, case.id)
    shown = replace(made.message, text=made.message.text.replace(key, HIDDEN), html="")
    return Preview(
        channel=channel, used=used, message=shown, parts=made.parts, shortened=made.shortened
    )
