"""The answer clock: how days are counted, which are days off, and how a date explains itself.

Pure arithmetic: the moment and the days off are always passed in, nothing here asks what time it
is. A day is a day in Asia/Tbilisi. How long a term is stands in `policies.toml`, each with its
source. `due` counts, `explain` says it in words, `kept` and `read` make it JSON and back.
"""

from mms_core.clock.counting import (
    DayOff,
    Due,
    Pause,
    due,
    is_working_day,
    local_day,
    working_days_from,
    working_days_left,
)
from mms_core.clock.policies import Policy, Unit, Wording, policies
from mms_core.clock.records import kept, read
from mms_core.clock.words import explain

__all__ = [
    "DayOff", "Due", "Pause", "Policy", "Unit", "Wording", "due", "explain", "is_working_day",
    "kept", "local_day", "policies", "read", "working_days_from", "working_days_left",
]  # fmt: skip
