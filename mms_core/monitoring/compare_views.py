"""The ministry compares two or more municipalities, by rates and shares alone."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Flask, render_template, request

from mms_core.i18n import gettext as _
from mms_core.monitoring import national
from mms_core.monitoring.books import books
from mms_core.monitoring.definitions import DEFINITIONS
from mms_core.monitoring.filters import asked_filters, periods
from mms_core.monitoring.reader import reading
from mms_core.people.current import require
from mms_core.tenancy import rules as tenancy

pages = Blueprint("ministry_compare", __name__, url_prefix="/ministry/compare")
MOST = 6


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


@pages.get("/")
def index() -> str:
    """Show some municipalities beside each other; what makes no sense is left out."""
    filters = asked_filters()
    wanted = dict.fromkeys(request.args.getlist("hall"))
    halls = [hall for slug in wanted if (hall := tenancy.by_slug(slug))][:MOST]
    seen = None
    if halls:
        with reading() as connection, books(connection) as opened:
            seen = national.read_all(filters, opened, halls=halls)
    return render_template(
        "monitoring/compare.html",
        halls=halls,
        seen=seen,
        filters=filters,
        choices=[(hall.slug, hall.name) for hall in tenancy.all_tenants()],
        periods=periods(),
        most=MOST,
        definitions=DEFINITIONS,
        title=_("Compare municipalities"),
        now=datetime.now(UTC),
    )
