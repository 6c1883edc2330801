"""What a person typed into a form that could not be taken: shown to them again, so that no word is
lost when a service was switched off, or a session ended, while they were typing.
"""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import HTTPException

SHORTEST = 8  # characters; less is quicker typed anew than copied
SECRET = ("password", "token", "code", "current", "secret", "key", "number", "file", "leave_out")


def typed_words() -> list[str]:
    """Give the words of the posted form, without secrets and numbers that identify a person."""
    if request.method != "POST":
        return []
    try:
        pairs = list(request.form.items(multi=True))
    except (HTTPException, OSError):
        return []  # a form too large to be read
    return [
        text.replace("\r\n", "\n")
        for name, text in pairs
        if len(text.strip()) >= SHORTEST and not any(word in name for word in SECRET)
    ]
