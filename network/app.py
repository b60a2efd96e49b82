"""create_app: the only module that knows everything."""

from __future__ import annotations

from pathlib import Path

import structlog
from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from config.network_file import load_network
from config.settings import ROOT, Settings, load_settings
from network import registered
from network.commands import init_commands
from network.db import db
from network.domain.clock import Clock, SystemClock
from network.mail.delivery import mailer
from network.matching.index import init_search
from network.pages import BLUEPRINTS
from network.web.context import init_context
from network.web.errors import init_errors
from network.web.headers import init_headers
from network.web.login import init_login
from network.web.logs import init_logs
from network.web.network_address import network_address
from network.web.row_ids import init_row_ids
from network.web.static_bundle import init_static
from network.web.template_tools import init_templates

csrf = CSRFProtect()
limiter = Limiter(network_address, default_limits=["1200 per minute"], storage_uri="memory://")


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The application for the settings; with a clock of its own in tests."""
    settings = settings or load_settings()
    init_logs(settings)
    app = Flask("kinbridge", root_path=str(ROOT), template_folder="templates", static_folder="static")
    configure(app, settings)
    app.extensions["clock"] = clock or SystemClock()
    # Importing registers the handlers of events and the periodic jobs.
    registered.load()
    db.init_app(app)
    init_search(app)
    mailer.init_app(app)
    Babel(app, default_locale="en", default_translation_directories=str(ROOT / "config" / "translations"))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    init_context(app)
    csrf.init_app(app)
    limiter.init_app(app)
    init_login(app)
    init_headers(app)
    init_errors(app)
    init_static(app)
    init_row_ids(app)
    init_templates(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if not settings.is_production:
        from network.pages.developer.views import blueprint as developer

        app.register_blueprint(developer)
    init_commands(app)
    if settings.proxy_count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.proxy_count,
            x_proto=settings.proxy_count,
            x_host=settings.proxy_count,
        )
    structlog.get_logger("app").debug("app.ready", env=settings.env)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Put the settings where Flask and its extensions look for them."""
    server = settings.mail_server
    app.config.update(
        SETTINGS=settings,
        NETWORK=load_network(settings.network_file),
        SECRET_KEY=settings.secret_key,
        DATABASE_URL=settings.database_url,
        DATA_DIR=Path(settings.data_dir),
        BASE_URL=settings.base_url,
        SEARCH=settings.search,
        MAIL_URL=settings.mail_url,
        MAIL_SERVER=server.host if server else "localhost",
        MAIL_PORT=server.port if server else 25,
        MAIL_USE_TLS=bool(server and server.starttls),
        MAIL_USE_SSL=bool(server and server.ssl),
        MAIL_USERNAME=server.username if server else None,
        MAIL_PASSWORD=server.password if server else None,
        MAIL_DEFAULT_SENDER=settings.mail_from,
        MAIL_SUPPRESS_SEND=False,
        INBOUND_ADDRESS=settings.inbound_address,
        INBOUND_SECRET=settings.inbound_secret,
        # Behind TLS no neighbouring host can plant a cookie of this name.
        SESSION_COOKIE_NAME="__Host-kinbridge" if settings.is_https else "kinbridge",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 14,
        WTF_CSRF_TIME_LIMIT=60 * 60 * 12,
        WTF_CSRF_SSL_STRICT=False,
        # Five papers of 5 MB and the words around them.
        MAX_CONTENT_LENGTH=28 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        RATELIMIT_HEADERS_ENABLED=False,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        TESTING=settings.env == "test",
        SQLITE=make_url(settings.database_url).get_backend_name() == "sqlite",
    )
