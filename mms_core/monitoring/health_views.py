"""The ministry's page of the modules' health, with a new try for what is out of order."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import require
from mms_core.switching import health

pages = Blueprint("module_health", __name__, url_prefix="/ministry/health")


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


@pages.get("/")
def index() -> str:
    """Show every module: version, tables, and what is wrong where something is."""
    return render_template("monitoring/health.html", found=health.healths(registry()))


@pages.post("/<name>/try")
def try_again(name: str) -> Response:
    """Let the worker try a module that is out of order again."""
    health.ask(registry(), name, by=require("ministry").name)
    flash(_("The worker tries it now. Load this page again in a moment."), "success")
    return redirect(url_for("module_health.index"), 303)
