"""The application in ten readable steps."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakSet

from flask import Blueprint, Flask

from mms_core import i18n, security_headers, templating
from mms_core.catalogues import compile_if_older
from mms_core.config import Settings
from mms_core.db import db, engine_options, role_url
from mms_core.form_data import FormRequest
from mms_core.guard import Given, attach_guard
from mms_core.modules import Loaded, Registry, discover
from mms_core.signed_session import SignedSessions

# The rooms that have pages, each with `init_app(app)` in its views.
ROOMS = (
    "mms_core.logs",
    "mms_core.health",
    "mms_core.metrics",
    "mms_core.static_files",
    "mms_core.components",
    "mms_core.modes",
    "mms_core.frame",
    "mms_core.navigation",
    "mms_core.pages",
    "mms_core.tenancy.views",
    "mms_core.forms",
    "mms_core.once",
    "mms_core.people.views",
    "mms_core.page_cache",
    "mms_core.files.views",
    "mms_core.drafts.views",
    "mms_core.messages.demo_mail",
    "mms_core.switching.views",
    "mms_core.monitoring.views",
    "mms_core.monitoring.days_off_views",
    "mms_core.monitoring.standard_views",
    "mms_core.monitoring.health_views",
    "mms_core.monitoring.letter_views",
    "mms_core.monitoring.compare_views",
    "mms_core.monitoring.explain_views",
    "mms_core.monitoring.brief_views",
    "mms_core.monitoring.mailing_views",
    "mms_core.opendata.views",
    "mms_core.dates",
    "mms_core.numbers",
    "mms_core.qr",
    "mms_core.cases.views",
    "mms_core.citizen.views",
    "mms_core.desk.views",
    "mms_core.promises.views",
    "mms_core.answer_texts.views",
    "mms_core.desk.clock_views",
    "mms_core.desk.forward_views",
    "mms_core.desk.application_views",
    "mms_core.units.views",
    "mms_core.batches.views",
    "mms_core.moderation.views",
    "mms_core.centre.views",
    "mms_core.settlements.views",
    "mms_core.platforms.views",
    "mms_core.halls.ending_views",
    "mms_core.halls.views",
    "mms_core.commitments.views",
)
CATALOGUES = Path(__file__).parent / "translations"


class Application(Flask):
    """Flask, which asks of each function once, not at each request, whether it is a coroutine."""

    app_ctx_globals_class = Given
    request_class = FormRequest

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.plain: WeakSet[Callable[..., Any]] = WeakSet()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function as it can be called."""
        if func in self.plain:
            return func
        made = super().ensure_sync(func)
        if made is func:
            self.plain.add(func)
        return made


def create_app(settings: Settings | None = None, *, registry: Registry | None = None) -> Flask:
    """Make the application of one installation; `registry` is given by tests."""
    settings = settings or Settings.from_env()
    app = Application("mms_core", static_folder=None)
    _configure(app, settings)
    modules = registry or discover(kept_off(settings))
    app.extensions["mms_modules"] = modules
    app.extensions["mms_settings"] = settings
    db.init_app(app)
    i18n.init_app(app, _translations(modules))
    for room in ROOMS:
        importlib.import_module(room).init_app(app)
    for loaded in list(modules.loaded.values()):
        _add_module(app, modules, loaded)
    security_headers.init_app(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret(),
        SQLALCHEMY_DATABASE_URI=role_url(settings, "mms_app"),
        # The driver begins nothing by itself: the session sends BEGIN together with the scope.
        SQLALCHEMY_ENGINE_OPTIONS=engine_options() | {"isolation_level": "AUTOCOMMIT"},
        MAX_CONTENT_LENGTH=_longest_form(settings),
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="mms_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
        TEMPLATES_AUTO_RELOAD=False,
    )
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.session_interface = SignedSessions()
    templating.set_up(app, settings.data_dir)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _longest_form(settings: Settings) -> int:
    """Give the bytes that a form may bring: all its files, or a recording with a few of them."""
    files = settings.max_file_mb * settings.max_files
    return (max(files, settings.max_recording_mb + settings.max_file_mb) + 2) * 1024 * 1024


def kept_off(settings: Settings) -> list[str]:
    """Name the modules that the administrator keeps off for the whole installation."""
    return [name.strip() for name in settings.quarantine.split(",") if name.strip()]


def _translations(modules: Registry) -> list[Path]:
    folders = [loaded.folder / "translations" for loaded in modules.loaded.values()]
    for folder in (CATALOGUES, *folders):
        compile_if_older(folder)
    return [folder for folder in folders if folder.exists()]


def _add_module(app: Flask, modules: Registry, loaded: Loaded) -> None:
    """Hang a module's pages under the municipality, guarded; a broken blueprint is quarantined."""
    try:
        for blueprint in loaded.blueprints:
            _check_blueprint(blueprint, loaded)
            attach_guard(blueprint, loaded.name)
            app.register_blueprint(blueprint, url_prefix=f"/<slug>/{loaded.module.path}")
    except Exception as problem:  # noqa: BLE001 - whatever a module raises is its own fault
        modules.quarantine(loaded.name, f"{type(problem).__name__}: {problem}")


def _check_blueprint(blueprint: Blueprint, loaded: Loaded) -> None:
    if blueprint.name != loaded.name:
        raise ValueError(f"the blueprint must be called {loaded.name!r}, not {blueprint.name!r}")
    if blueprint.url_prefix:
        raise ValueError("the blueprint must not set url_prefix; the core adds it")
    if (loaded.folder / "templates").exists() and blueprint.template_folder is None:
        blueprint.template_folder = str(loaded.folder / "templates")
    if (loaded.folder / "static").exists() and blueprint.static_folder is None:
        blueprint.static_folder = str(loaded.folder / "static")
