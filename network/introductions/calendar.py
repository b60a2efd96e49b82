"""Invitations for calendars (RFC 5545, RFC 5546): one name for one meeting, a higher number for each change."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr

from flask import current_app
from icalendar import Calendar, Event, vCalAddress, vText

from network.introductions.queries import Contact
from network.models import MeetingPlan


def invitation(
    plan: MeetingPlan,
    people: tuple[Contact, Contact],
    *,
    summary: str,
    url: str,
    now: datetime,
    cancelled: bool = False,
) -> str:
    """The invitation to an agreed meeting, or its cancellation. Both addresses stand in it: only for the introduced."""
    if plan.starts_at is None:
        raise ValueError("a meeting without a time")
    event = Event()
    event.add("uid", f"{plan.uid}@{_host()}")
    event.add("sequence", plan.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", plan.starts_at)
    event.add("dtend", plan.starts_at + timedelta(minutes=plan.minutes))
    event.add("summary", summary)
    event.add("description", url)
    event.add("url", url)
    if plan.place:
        event.add("location", plan.place)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    name, address = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    event["organizer"] = _person(address, name or current_app.config["NETWORK"].name)
    for person in people:
        attendee = _person(person.email, person.name)
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", f"-//{current_app.config['NETWORK'].short_name}//Kinbridge//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"MAILTO:{address}")
    person.params["CN"] = vText(name)
    return person


def _host() -> str:
    return str(current_app.config["BASE_URL"]).split("//")[-1].split("/")[0].split(":")[0]
