"""Time zones as people choose them, by a city with what its clock shows now; and how two working days meet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from config.reference import market_zones, markets
from network.domain.actor import Actor
from network.domain.overlap import overlap_of
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


_QUARTERS = {0: "", 15: "¼", 30: "½", 45: "¾"}
_AN_HOUR = 60


def shared_hours(actor: Actor, zone: str, moment: datetime) -> str:
    """How the reader's working day meets that of a zone, in a phrase: "3½ hours of your working day overlap".

    Where less than an hour does: "Their 09:00 is your 17:00". Empty for visitors, whose zone is not known. Only for
    a zone that the reader may know: it tells where somebody lives.
    """
    if not actor.is_signed_in:
        return ""
    found = overlap_of(actor.timezone, zone, moment)
    if found.is_whole:
        return str(_("You keep the same hours"))
    if found.minutes < _AN_HOUR:
        return str(_("Their 09:00 is your %(time)s", time=f"{found.their_morning:%H:%M}"))
    if found.minutes == _AN_HOUR:
        return str(_("1 hour of your working day overlaps"))
    hours, minutes = divmod(found.minutes, _AN_HOUR)
    # The few zones that were once off by odd minutes lie in the past.
    spoken = f"{hours}{_QUARTERS[minutes // 15 * 15]}"
    return str(_("%(hours)s hours of your working day overlap", hours=spoken))


def their_morning(actor: Actor, zone: str, moment: datetime) -> str:
    """When their working day begins by the reader's clock, where `shared_hours` does not say it already."""
    if not actor.is_signed_in:
        return ""
    found = overlap_of(actor.timezone, zone, moment)
    if found.is_whole or found.minutes < _AN_HOUR:
        return ""
    return str(_("Their 09:00 is your %(time)s", time=f"{found.their_morning:%H:%M}"))
