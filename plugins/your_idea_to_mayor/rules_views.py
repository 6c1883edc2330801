"""The page of the portal's rules: the hall's regulation, and what its settings mean for people."""

from __future__ import annotations

from flask import g, render_template

from mms_core.page_cache import keep
from mms_core.switching.grounds import laid, officer
from plugins.your_idea_to_mayor import showing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.settings import COMMENTING, LEVELS, PUBLISHING, STRANGERS


@pages.get("/rules")
def portal_rules() -> str:
    """Show by which rules ideas are taken, published, supported and answered."""
    keep()
    found = g.module_settings
    return render_template(
        f"{NAME}/rules.html",
        s=found,
        strangers=dict(STRANGERS)[found["strangers"]],
        publish=dict(PUBLISHING)[found["publish"]],
        support=dict(LEVELS)[found["support_level"]],
        comment=dict(COMMENTING)[found["comment_level"]],
        lang=showing.language_of(found["rules_text"]),
        language_of=showing.language_of,
        laid=laid(g.tenant.id, NAME),
        contact=officer(g.tenant, NAME),
    )
