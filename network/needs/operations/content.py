"""What a requester writes: checked for shape here, however it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reference import find_help_type, find_market, find_sector
from network.domain.errors import Invalid
from network.domain.states import Confidentiality
from network.domain.text import clean_line, clean_text, contains_contact_details
from network.models import Need, NeedHelp, NeedMarket, NeedSector
from network.needs.queries import Topics, get_topics
from network.rules import limits

# Read by volunteers before any details are exchanged.
_READ_BY_VOLUNTEERS = ("title", "background", "ask", "shareable")
# A change to any of these makes it another need than the one that was approved.
_MATERIAL = ("goal", "title", "background", "ask", "shareable", "confidentiality", "risk_answers")
# What the form puts on the row itself.
WRITTEN = (
    *_MATERIAL,
    "urgent",
    "consents",
    "wanted",
    "deadline_on",
    "contact_name",
    "contact_email",
)
# Further ahead is a slip of the keyboard, and years have an end.
FURTHEST_DEADLINE = timedelta(days=5 * 366)
LONGEST = {"title": 140, "goal": 60, "background": 4000, "ask": 2000, "shareable": 2000}


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedContent:
    """Everything the need form asks for. Markets keep their order; the first decides the owner."""

    goal: str = ""
    title: str = ""
    background: str = ""
    ask: str = ""
    shareable: str = ""
    confidentiality: Confidentiality = Confidentiality.OPEN
    urgent: bool = False
    consents: bool = True
    wanted: int = 1
    deadline_on: date | None = None
    contact_name: str = ""
    contact_email: str = ""
    risk_answers: frozenset[str] = frozenset()
    topics: Topics = field(default_factory=Topics)


def write_content(session: Session, need: Need, content: NeedContent) -> bool:
    """Put the content on the row; True when it makes the need materially another one."""
    before = {name: getattr(need, name) for name in _MATERIAL}
    for name in (*_READ_BY_VOLUNTEERS, "goal"):
        clean = clean_line if name in {"title", "goal"} else clean_text
        setattr(need, name, _short_enough(clean(getattr(content, name), field=name), name))
    need.confidentiality = content.confidentiality
    need.urgent, need.consents = content.urgent, content.consents
    need.wanted, need.deadline_on = _wanted(content.wanted), content.deadline_on
    need.contact_name = clean_line(content.contact_name, field="contact_name")
    need.contact_email = clean_line(content.contact_email, field="contact_email").lower()
    need.risk_answers = " ".join(sorted(content.risk_answers))
    session.flush()
    topics_changed = _write_topics(session, need, content.topics)
    return topics_changed or before != {name: getattr(need, name) for name in _MATERIAL}


def _short_enough(text: str, name: str) -> str:
    if len(text) > LONGEST[name]:
        raise Invalid("too_long", f"Keep this under {LONGEST[name]} characters.", name)
    return text


def _wanted(wanted: int) -> int:
    most = limits().wanted_introductions_maximum
    if not 1 <= wanted <= most:
        raise Invalid("wanted_out_of_range", f"Ask for one to {most} introductions.", "wanted")
    return wanted


def _write_topics(session: Session, need: Need, topics: Topics) -> bool:
    most = limits().markets_per_need
    if len(set(topics.markets)) > most:
        raise Invalid("too_many_markets", f"Choose at most {most} markets.", "markets")
    _refuse_unknown(topics)
    present = get_topics(session, need)
    wanted = Topics(
        tuple(dict.fromkeys(topics.markets)),
        tuple(sorted(set(topics.sectors))),
        tuple(sorted(set(topics.help_types))),
    )
    if present == wanted:
        return False
    for table in (NeedMarket, NeedSector, NeedHelp):
        for row in session.scalars(select(table).where(table.need_id == need.id)):
            session.delete(row)
    session.flush()
    session.add_all(
        NeedMarket(need_id=need.id, market=code, position=place) for place, code in enumerate(wanted.markets)
    )
    session.add_all(NeedSector(need_id=need.id, sector=code) for code in wanted.sectors)
    session.add_all(NeedHelp(need_id=need.id, help_type=code) for code in wanted.help_types)
    session.flush()
    return True


def _refuse_unknown(topics: Topics) -> None:
    if any(find_market(code) is None for code in topics.markets):
        raise Invalid("no_such_market", "Choose markets from the list.", "markets")
    if any(find_sector(code) is None for code in topics.sectors):
        raise Invalid("no_such_sector", "Choose sectors from the list.", "sectors")
    if any(find_help_type(code) is None for code in topics.help_types):
        raise Invalid("no_such_help", "Choose kinds of help from the list.", "help_types")


def check_complete(session: Session, need: Need, today: date) -> None:
    """Refuse, field by field, a need that cannot be put to anybody yet."""
    topics = get_topics(session, need)
    missing = [
        ("title", need.title, "Give it a title that a stranger understands."),
        ("ask", need.ask, "Say what exactly you would like somebody to do."),
        ("markets", topics.markets, "Choose the market it is about."),
        ("help_types", topics.help_types, "Choose at least one kind of help."),
        ("contact_name", need.contact_name, "Name the person who answers for this."),
        ("contact_email", need.contact_email, "Give that person's address."),
    ]
    for name, value, message in missing:
        if not value:
            raise Invalid("missing", message, name)
    if need.confidentiality == Confidentiality.CONFIDENTIAL and not need.shareable:
        raise Invalid("missing", "Say what volunteers may read before they accept.", "shareable")
    if need.deadline_on is not None and need.deadline_on <= today:
        raise Invalid("deadline_past", "Choose a day that lies ahead.", "deadline_on")
    if need.deadline_on is not None and need.deadline_on > today + FURTHEST_DEADLINE:
        raise Invalid("deadline_far", "Choose a day within five years.", "deadline_on")
    for name in _READ_BY_VOLUNTEERS:
        if contains_contact_details(getattr(need, name)):
            raise Invalid(
                "contact_details",
                "Leave out addresses, numbers and links here: details are exchanged once somebody accepts.",
                name,
            )
