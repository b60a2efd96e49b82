"""Time zones as people choose them: by a city, with what its clock shows now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from config.reference import market_zones, markets
from network.web.times import now


def zone_choices(kept: str | None = None, *, none_yet: bool = False) -> list[tuple[str, str]]:
    """Every zone that a market has, by city, and the one that is set already; with `none_yet` a line to choose from."""
    zones = {zone for market in markets() for zone in market_zones(market.code)} | {"UTC", kept or "UTC"}
    moment = now()
    named = sorted(((zone, zone_label(zone, moment)) for zone in zones), key=lambda pair: pair[1])
    return [*([("", _l("Choose a time zone"))] if none_yet else []), *named]


def zone_label(zone: str, moment: datetime) -> str:
    """Such as "Dubai (UTC+04:00)"; the difference is that of the moment, for summer moves it."""
    if zone == "UTC":
        return zone
    offset = moment.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{zone.rsplit('/', maxsplit=1)[-1].replace('_', ' ')} (UTC{offset[:3]}:{offset[3:5]})"
