"""The map on which the point of an idea is chosen, where the installation has a tile source."""

from __future__ import annotations

from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.drafts import browser
from mms_core.drafts.models import FormDraft
from mms_core.forms import Form, blank, read
from mms_core.guard import require_open_door
from mms_core.maps import tiles, with_map
from plugins.your_idea_to_mayor import giving
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.schemas import IdeaSchema
from plugins.your_idea_to_mayor.showing import language_of

POINT = ("lat", "lon")
COUNTRY = (42.1, 43.5)
NEAR, FAR = 13, 7  # how close the map begins: at a point or a town, or with the whole country


@pages.get("/new/map")
def map_page() -> BaseResponse:
    """Show the map with the point that the draft has."""
    require_open_door(NAME)
    draft = browser.current(NAME)
    if draft is None or tiles() is None:
        return redirect(url_for(".give_step", step="place"))
    return _page(_form(blank(IdeaSchema, values=draft.data)), draft)


@pages.post("/new/map")
def take_point() -> BaseResponse:
    """Keep the point in the draft and lead back to the step of the place."""
    require_open_door(NAME)
    draft = browser.current(NAME)
    if draft is None or tiles() is None:
        return redirect(url_for(".give_step", step="place"), 303)
    form = _form(read(IdeaSchema, request.form, only=POINT))
    if not form.valid:
        return _page(form, draft, status=422)
    typed = giving.typed_in("place", request.form)
    browser.keep(draft, NAME, changes={name: typed[name] for name in POINT})
    return redirect(url_for(".give_step", step="place"), 303)


def _form(form: Form) -> Form:
    form.fields = {name: form.fields[name] for name in POINT}
    return form


def _page(form: Form, draft: FormDraft, *, status: int = 200) -> BaseResponse:
    found = tiles()
    assert found is not None  # both pages have looked
    middle, zoom = _middle(form)
    html = render_template(
        f"{NAME}/map.html",
        form=form,
        draft=draft,
        tiles=found,
        lang=language_of(found.attribution),
        middle=middle,
        zoom=zoom,
        labels=list(giving.LABELS.values()),
    )
    return with_map(make_response(html, status), found)


def _middle(form: Form) -> tuple[tuple[float, float], int]:
    """Give where the map begins: the point chosen before, the hall's own town, or the country."""
    try:
        return (float(form.fields["lat"].value), float(form.fields["lon"].value)), NEAR
    except ValueError:
        pass
    known: list[Any] = [one for one in g.tenant.settlements if one.get("lat") and one.get("lon")]
    return ((known[0]["lat"], known[0]["lon"]), NEAR) if known else (COUNTRY, FAR)
