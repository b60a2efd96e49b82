"""What templates may use: filters for dates and money, the actor, the menu, versioned static addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape

from config.reference import find_help_type, find_home_place, find_language, find_market, find_sector
from network.domain import formats
from network.domain.actor import ANONYMOUS
from network.domain.clock import last_working_day
from network.web.actor import current_actor
from network.web.labels import label, whoever_reads
from network.web.menu import menu_of


def init_templates(app: Flask) -> None:
    """Give the templates their filters and values."""
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(
        day=_day,
        short_day=lambda value, zone=None: formats.short_day(value, zone or _zone()),
        moment=lambda value, zone=None: formats.moment(value, zone or _zone()),
        clock_time=lambda value, zone=None: formats.clock_time(value, zone or _zone()),
        broker_day=lambda ends, zone=None: last_working_day(ends, zone or _zone()),
        near_day=lambda value, now=None: formats.near_day(value, now or datetime.now(UTC), _zone()),
        in_days=lambda value, now=None: formats.in_days(value, now or datetime.now(UTC), _zone()),
        money=formats.money,
        number=formats.number,
        label=label,
        whoever_reads=whoever_reads,
        market_name=lambda code: _name(find_market(code), code),
        sector_name=lambda code: _name(find_sector(code), code),
        place_name=lambda code: _name(find_home_place(code), code),
        language_name=lambda code: _name(find_language(code), code),
        help_name=lambda code: _name(find_help_type(code), code),
        paragraphs=paragraphs,
    )
    environment.globals.update(now=lambda: datetime.now(UTC), network=app.config["NETWORK"])
    app.context_processor(_values)


def _values() -> dict[str, Any]:
    # Error pages must not touch the database: it may be what is broken.
    if g.get("plain_page"):
        return {"actor": ANONYMOUS, "nav_items": [], "person_name": None, "asset_url": asset_url}
    actor = current_actor()
    return {
        "actor": actor,
        "nav_items": menu_of(actor, request.endpoint or ""),
        "person_name": current_user.row.name if actor.is_signed_in else None,
        "asset_url": asset_url,
    }


def asset_url(name: str) -> str:
    """The address of a file of static/, with its version, so that it may be cached for ever."""
    from flask import current_app

    version = current_app.config["ASSET_VERSIONS"].get(name, "0")
    return url_for("static", filename=name, v=version)


def paragraphs(text: str | None) -> Markup:
    """Plain text as paragraphs: blank lines part them, single ones break; everything escaped."""
    blocks = [block.strip() for block in (text or "").replace("\r\n", "\n").split("\n\n")]
    # Arabic or Hebrew runs from the right, whatever the page does.
    parts = [
        '<p dir="auto">' + str(escape(block)).replace("\n", "<br>") + "</p>" for block in blocks if block
    ]
    return Markup("\n".join(parts))  # noqa: S704 - every block was escaped above


def _day(value: date | datetime | None, zone: str | None = None) -> str:
    return formats.day(value, zone or _zone())


def _zone() -> str:
    from flask import has_request_context

    return current_actor().timezone if has_request_context() and not g.get("plain_page") else "UTC"


def _name(found: Any, code: str) -> str:
    return found.label if found else code
