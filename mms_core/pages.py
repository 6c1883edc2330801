"""From a request to an answer: the municipality, the scope, the commit, the error page."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from mms_core import db as database
from mms_core import here
from mms_core.db import NATION, bind
from mms_core.errors import Answerable, Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.navigation import navigation
from mms_core.people.current import acting
from mms_core.tenancy import rules as tenancy
from mms_core.typed import typed_words

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Attach the steps that every request takes."""
    app.url_value_preprocessor(_take_slug)
    app.url_defaults(_give_slug)
    app.before_request(_enter)
    app.after_request(_finish)
    app.teardown_request(_forget)
    app.register_error_handler(Answerable, _answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeoutError, _outage)
    app.register_error_handler(DataError, _unclear)
    app.register_error_handler(Exception, _broken)
    app.context_processor(_words)


def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    here.given().slug = values.pop("slug", None) if values else None


def _give_slug(endpoint: str, values: dict[str, Any]) -> None:
    tenant = here.given().get("tenant")
    if "slug" in values or tenant is None:
        return
    if here.application().url_map.is_endpoint_expecting(endpoint, "slug"):
        values["slug"] = tenant.slug


def _enter() -> None:
    given = here.given()
    given.tenant, slug = None, given.get("slug")
    if slug:
        bind(NATION)
        given.tenant = tenancy.by_slug(slug)
        if given.tenant is None:
            raise NotFound(_("There is no such municipality here."))
    bind(given.tenant.id if given.tenant else NATION)


def _finish(response: Response) -> Response:
    """Commit an answer under 400; anything else rolls back."""
    if response.status_code < 400:
        database.commit()
    else:
        database.rollback()
    return response


def _forget(error: BaseException | None) -> None:
    if error is not None:
        database.rollback()


def _answer(problem: Answerable) -> Any:
    database.rollback()
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return _page(problem.status, problem.slug, str(problem.message or ""), fields)


def _http(problem: HTTPException) -> Any:
    original = getattr(problem, "original_exception", None)
    if original is not None:  # raised while the answer was finished, as by the commit
        return _unclear(original) if isinstance(original, DataError) else _database(original)
    database.rollback()
    if problem.response is not None or (problem.code or 500) < 400:
        return problem
    names = {
        403: "not-allowed",
        404: "not-found",
        413: "too-large",
        429: "too-many",
        400: "unclear",
    }
    return _page(problem.code or 500, names.get(problem.code or 500, "error"), "", {})


def _database(problem: Exception) -> Any:
    return _outage(problem) if database.is_outage(problem) else _broken(problem)


def _unclear(problem: Exception) -> Any:
    """Say that something in the address or form is no text or number that can be kept."""
    log.warning("request.unclear", error=type(problem).__name__)
    database.rollback()
    return _page(400, "unclear", "", {})


def _outage(problem: Exception) -> Any:
    """Say that the database cannot be reached; trying again makes no duplicate."""
    log.error("database.outage", error=type(problem).__name__)
    g.outage = True
    try:
        database.rollback()
    except DBAPIError:
        log.exception("database.rollback_failed")
    answer = _page(503, "outage", "", {})
    answer.headers["Retry-After"] = "5"
    return answer


def _broken(problem: Exception) -> Any:
    log.error("request.failed", error=type(problem).__name__, exc_info=problem)
    g.outage = True  # the page of an error asks the database for nothing
    database.rollback()
    return _page(500, "error", "", {})


def _page(status: int, slug: str, message: str, fields: dict[str, list[object]]) -> Response:
    if wants_json():
        body = {"type": f"about:{slug}", "title": slug, "status": status, "detail": message}
        answer = jsonify(body | ({"errors": _texts(fields)} if fields else {}))
        answer.mimetype = "application/problem+json"
    else:
        shown = {"slug": slug, "message": message, "status": status, "typed": typed_words()}
        answer = Response(render_template("error.html", **shown))
    answer.status_code = status
    return answer


def _texts(fields: dict[str, list[object]]) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in fields.items()}


def wants_json() -> bool:
    """Tell whether the answer should be JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or best == "application/json"


def _words() -> dict[str, Any]:
    """Give every template the municipality, the person, the language and the navigation."""
    given = here.given()
    outage = given.get("outage", False)
    return {
        "tenant": given.get("tenant"),
        "person": None if outage else acting(),
        "locale": locale(),
        "navigation": [] if outage else navigation(),
    }
