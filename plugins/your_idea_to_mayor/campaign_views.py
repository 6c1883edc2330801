"""The pages of campaigns: call and ideas for everybody, and the desk where they are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.clock import local_day
from mms_core.errors import NotFound
from mms_core.files.stored import Stored
from mms_core.files.views import limits, pending, send
from mms_core.forms import Form, FormField, blank, read
from mms_core.guard import tenant_modules
from mms_core.i18n import gettext as _
from mms_core.page_cache import keep
from mms_core.people.current import require
from plugins.your_idea_to_mayor import campaigns, showing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.categories import choices_of
from plugins.your_idea_to_mayor.listing import Wanted, lines, read_place
from plugins.your_idea_to_mayor.models import NAME, Campaign

Answer = BaseResponse | str | tuple[str, int]
EDGE = 960  # px of the picture


@pages.get("/campaigns/")
def campaign_list() -> str:
    """Show all campaigns of the hall, open ones first."""
    keep()
    return render_template(f"{NAME}/campaigns.html", campaigns=_cards(g.tenant.id))


def _cards(tenant_id: int) -> list[dict[str, Any]]:
    return sorted(cards(campaigns.newest(tenant_id)), key=lambda card: card["order"])


def cards(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Say each of these campaigns as its card does."""
    now = datetime.now(UTC)
    return [_words(row, now=now) for row in rows]


def _words(row: Any, *, now: datetime) -> dict[str, Any]:
    today = local_day(now)
    state = (
        "open" if campaigns.is_open(row, now=now) else "ahead" if row.opens_on > today else "over"
    )
    said = {
        "open": (_("Open"), "success"),
        "ahead": (_("Not open yet"), "neutral"),
        "over": (_("Closed"), "info"),
    }
    word, tone = said[state]
    return {
        "row": row,
        "state": state,
        "word": word,
        "tone": tone,
        "order": ("open", "ahead", "over").index(state),
        "lang": showing.language_of(row.title + row.body),
        "picture": url_for(f"{NAME}.campaign_picture", call=row.slug) if row.picture else None,
    }


@pages.get("/campaigns/<call>")
def campaign(call: str) -> str:
    """Show a call with its ideas, or, when it is over, with what came of it."""
    keep()
    row = campaigns.by_slug(g.tenant.id, call)
    asked = request.args
    wanted = Wanted(
        campaign=row.id,
        before=read_place(asked.get("before", "")),
        after=read_place(asked.get("after", "")),
    )
    found = lines(g.tenant.id, wanted)

    def beyond(**place: str | None) -> str | None:
        values: dict[str, Any] = {"call": call, **place}
        return url_for(".campaign", **values) if any(place.values()) else None

    return render_template(
        f"{NAME}/campaign.html",
        c=_words(row, now=datetime.now(UTC)),
        items=showing.items(found.rows, g.module_settings),
        previous=beyond(after=found.previous),
        next=beyond(before=found.next),
        open_door=tenant_modules()[NAME].takes_new,
    )


@pages.get("/campaigns/<call>/picture")
def campaign_picture(call: str) -> Response:
    """Send the campaign's picture."""
    row = campaigns.by_slug(g.tenant.id, call)
    if not row.picture:
        raise NotFound
    return send(Stored.from_json(row.picture), thumbnail=EDGE, public=True)


@pages.get("/desk/campaigns/")
def desk_campaigns() -> str:
    """Show the desk its campaigns."""
    require("operator", "head", "mayor")
    return render_template(f"{NAME}/desk_campaigns.html", campaigns=_cards(g.tenant.id))


@pages.get("/desk/campaigns/new")
def new_campaign() -> str:
    """Show the empty form of a campaign."""
    require("operator", "head", "mayor")
    return _form_page(_fitted(blank(campaigns.CampaignSchema)))


@pages.post("/desk/campaigns/new")
def make_campaign() -> Answer:
    """Make a campaign."""
    require("operator", "head", "mayor")
    form, picture = _read()
    if not form.valid:
        return _form_page(form), 422
    row = campaigns.make(g.tenant.id, form.data, picture=picture)
    flash(_("The campaign is published."), "success")
    return redirect(url_for(".campaign", call=row.slug), 303)


@pages.get("/desk/campaigns/<call>")
def edit_campaign(call: str) -> str:
    """Show the form of a campaign as it stands."""
    require("operator", "head", "mayor")
    row = campaigns.by_slug(g.tenant.id, call)
    names = campaigns.CampaignSchema().fields
    values = {name: getattr(row, name) for name in names}
    return _form_page(_fitted(blank(campaigns.CampaignSchema, values=values)), row=row)


@pages.post("/desk/campaigns/<call>")
def change_campaign(call: str) -> Answer:
    """Keep what has changed of a campaign."""
    require("operator", "head", "mayor")
    row = campaigns.by_slug(g.tenant.id, call)
    form, picture = _read()
    if not form.valid:
        return _form_page(form, row=row), 422
    campaigns.rewrite(row, form.data, picture=picture)
    flash(_("The campaign is published."), "success")
    return redirect(url_for(".campaign", call=row.slug), 303)


def _read() -> tuple[Form, dict[str, Any] | None]:
    """Read the form and its picture; a file that is no picture is said at its field."""
    form = _fitted(read(campaigns.CampaignSchema, request.form))
    uploads = [item for item in request.files.getlist("picture") if item.filename]
    if not uploads:
        return form, None
    waiting = pending(g.tenant.id)
    attached = waiting.gather(uploads[:1])
    form.refuse({"picture": list(attached.problems)})
    if attached.files and not attached.files[0].is_picture:
        form.refuse({"picture": [_("Choose a picture: JPEG, PNG or WebP.")]})
    if not form.valid or not attached.files:
        return form, None
    return form, waiting.settle(attached)[0].to_json()


def _fitted(form: Form) -> Form:
    form.fields["category"].choices = choices_of(g.module_settings)
    form.fields["picture"] = FormField(name="picture", label=_("Picture"), kind="file")
    return form


def _form_page(form: Form, row: Campaign | None = None) -> str:
    return render_template(f"{NAME}/desk_campaign.html", form=form, row=row, limits=limits())
