"""All tables of the core, so that migrations, grants and tests see every one."""

from mms_core import changes, left, once
from mms_core.answer_texts import models as answer_texts
from mms_core.batches import models as batches
from mms_core.cases import days_off, hall_clock, log, near, reindexing
from mms_core.cases import models as cases
from mms_core.centre import models as centre
from mms_core.citizen import models as citizen
from mms_core.commitments import models as commitments
from mms_core.desk import models as desk
from mms_core.desk import saved
from mms_core.drafts import models as drafts
from mms_core.halls import models as halls
from mms_core.messages import models as messages
from mms_core.moderation import models as moderation
from mms_core.monitoring import models as monitoring
from mms_core.people import models as people
from mms_core.platforms import models as platforms
from mms_core.promises import models as promises
from mms_core.switching import models as switching
from mms_core.tenancy import models as tenancy
from mms_core.units import models as units

__all__ = [
    "answer_texts",
    "batches",
    "cases",
    "centre",
    "changes",
    "citizen",
    "commitments",
    "days_off",
    "desk",
    "drafts",
    "hall_clock",
    "halls",
    "left",
    "log",
    "messages",
    "moderation",
    "monitoring",
    "near",
    "once",
    "people",
    "platforms",
    "promises",
    "reindexing",
    "saved",
    "switching",
    "tenancy",
    "units",
]
