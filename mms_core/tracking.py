"""Takes off an address what other sites hang on it to follow a reader.

A link that is passed on in a social network comes back with a mark of its own for each reader. The
page is the same: without the mark it is kept for all of them, and its links do not carry one
reader's mark on to another.
"""

from __future__ import annotations

import re
from typing import Any

MARKS = re.compile(
    r"(?:^|&)(?:fbclid|gclid|gbraid|wbraid|dclid|gad_source|gclsrc|_gl|_ga|msclkid|yclid|ysclid"
    r"|igsh|igshid|ttclid|twclid|li_fat_id|mc_cid|mc_eid|mkt_tok|utm_[a-z_]+)=[^&]*",
    re.ASCII | re.IGNORECASE,
)


def forget_marks(environ: dict[str, Any]) -> None:
    """Take the marks out of a WSGI request that only reads."""
    query: str = environ.get("QUERY_STRING", "")
    if query and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
        environ["QUERY_STRING"] = MARKS.sub("", query).removeprefix("&")
