"""Placeholders of a text: checked when it is saved, filled from the case, never left unfilled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from mms_core.cases.models import Case
from mms_core.dates import day
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.tenancy import rules as tenancy

KNOWN = ("number", "title", "name", "due", "hall")
MEANT = re.compile(r"\{([a-z_]{1,40})\}")  # what looks like a placeholder
ANY = re.compile(r"\{([^{}]*)\}")
LONGEST = 5000


def words_of(case: Case, *, public_name: str) -> dict[str, str]:
    """Give what the placeholders stand for, in the citizen's language.

    {name} is the name that the author wants to be shown by, for an answer is published.
    """
    tenant = tenancy.by_id(case.tenant_id)
    with force_locale(case.language if case.language in ("ka", "en") else "ka"):
        return {
            "number": case.number,
            "title": case.title,
            "name": public_name,
            "due": day(case.due_on),
            "hall": tenant.hall_in(case.language) if tenant else "",
        }


def check(body: str) -> str:
    """Give a text as it is saved; Invalid (field `body`) for an unknown placeholder or a brace."""
    plain, problem = body.strip(), None
    strange = [name for name in ANY.findall(plain) if name not in KNOWN]
    if not plain:
        problem = _("Write the text.")
    elif len(plain) > LONGEST:
        problem = _("The text is too long: at most %(count)s characters.", count=LONGEST)
    elif strange:
        problem = _("There is no placeholder {%(name)s}.", name=strange[0][:40])
    elif set("{}") & set(ANY.sub("", plain)):
        problem = _("A brace is left over. A placeholder looks like {number}.")
    if problem is not None:
        raise Invalid(problem, fields={"body": [problem]})
    return plain


def fill(body: str, values: Mapping[str, str]) -> str:
    """Put a case's words in place of the placeholders; what is missing goes with its comma.

    `Hello, {name}!` becomes `Hello!` where there is no name. Invalid (field `text`) for what looks
    like a placeholder and is none.
    """
    filled = body
    for name in MEANT.findall(body):
        if name not in KNOWN:
            problem: Any = _("There is no placeholder {%(name)s}.", name=name)
            raise Invalid(problem, fields={"text": [problem]})
        if values.get(name):
            filled = filled.replace(f"{{{name}}}", _inert(values[name]))
        else:
            filled = re.sub(rf"(?:,?[ \t]+)?\{{{name}\}}", "", filled)
            filled = re.sub(r"(?m)^[ \t]*[,;:][ \t]*", "", filled)
    return filled


def _inert(value: str) -> str:
    """Take the braces out of a citizen's words, which are no placeholders of ours."""
    return value.replace("{", "(").replace("}", ")")
