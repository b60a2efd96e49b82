"""Acts on chapters: founding, the page, leads, opening and resting.

Closing and merging hand needs over: they live in `introductions`, above needs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.reference import find_market, find_sector
from network.accounts.queries import get_user
from network.accounts.registration import checked_timezone
from network.audit.moves import check_version, log_transition, move
from network.audit.operations import changed_fields, record
from network.audit.quiet import set_quietly
from network.chapters.policy import can_edit_chapter, require, roles_towards_chapter
from network.chapters.queries import get_chapter, has_lead, holidays_of, leads_of
from network.domain.actor import Actor
from network.domain.chapter_moves import LIVE, MOVES
from network.domain.errors import Conflict, Invalid
from network.domain.standing_timers import StandingClock, next_action
from network.domain.states import ChapterState
from network.domain.text import clean_line, clean_text, slugify
from network.models import Chapter, ChapterLead, ChapterMarket, ChapterSector
from network.outbox.queue import enqueue
from network.rules import limits, network_config, periods


@dataclass(frozen=True, slots=True)
class ChapterDetails:
    """What a chapter's page says."""

    name: str
    summary: str = ""
    description: str = ""
    host: str = ""
    city: str = ""
    timezone: str = "UTC"
    holidays: Collection[date] = ()


def create_chapter(
    session: Session,
    actor: Actor,
    *,
    details: ChapterDetails,
    markets: Collection[str],
    sectors: Collection[str] = (),
    now: datetime,
) -> Chapter:
    """A chapter is forming; staff found it and find its leads."""
    require(actor.is_staff)
    chapter = Chapter(
        slug="",
        name="",
        state=ChapterState.FORMING,
        state_since=now,
        steps_done=0,
        created_at=now,
        updated_at=now,
    )
    _fill(session, chapter, details)
    chapter.slug = _free_slug(session, chapter.name)
    session.add(chapter)
    session.flush()
    _set_codes(session, chapter, markets, sectors)
    schedule_chapter(session, chapter)
    log_transition(session, actor, chapter, "create", source=None, target=chapter.state.value, now=now)
    record(session, actor, "chapter.create", "chapter", chapter.id, now=now)
    return chapter


def edit_chapter(
    session: Session,
    actor: Actor,
    chapter_id: int,
    *,
    details: ChapterDetails,
    seen: int | None = None,
    now: datetime,
) -> Chapter:
    """The chapter's page says what is given; its address stays."""
    chapter = get_chapter(session, chapter_id)
    require(can_edit_chapter(actor, chapter))
    check_version(chapter, seen)
    _fill(session, chapter, details)
    fields = changed_fields(chapter)
    if fields:
        chapter.updated_at = now
        session.flush()
        record(session, actor, "chapter.edit", "chapter", chapter.id, now=now, fields=fields)
        enqueue(session, "chapter.changed", chapter_id=chapter.id, now=now)
    if {"holidays", "timezone"} & set(fields):
        enqueue(session, "chapter.calendar_changed", chapter_id=chapter.id, now=now)
    return chapter


def set_chapter_markets(
    session: Session,
    actor: Actor,
    chapter_id: int,
    *,
    markets: Collection[str],
    sectors: Collection[str],
    now: datetime,
) -> Chapter:
    """The chapter looks after these markets and sectors; staff decide, because needs find their owner by them."""
    require(actor.is_staff)
    chapter = get_chapter(session, chapter_id)
    _set_codes(session, chapter, markets, sectors)
    chapter.updated_at = now
    session.flush()
    record(session, actor, "chapter.markets", "chapter", chapter.id, now=now, fields=["markets", "sectors"])
    return chapter


# --- leads ------------------------------------------------------------------------------


def add_lead(
    session: Session, actor: Actor, chapter_id: int, *, user_id: int, title: str = "", now: datetime
) -> None:
    """The person leads the chapter too; its leads and staff choose."""
    chapter = get_chapter(session, chapter_id)
    require(can_edit_chapter(actor, chapter))
    user = get_user(session, user_id)
    if user.closed_at is not None or user.email_verified_at is None:
        raise Invalid("no_open_account", "Choose somebody with a verified account.", "user_id")
    if session.get(ChapterLead, (chapter.id, user.id)) is not None:
        return
    title = clean_line(title, field="title")[:80]
    session.add(ChapterLead(chapter_id=chapter.id, user_id=user.id, since=now, title=title))
    session.flush()
    schedule_chapter(session, chapter)
    record(session, actor, "chapter.add_lead", "chapter", chapter.id, now=now, fields=["leads"])
    enqueue(session, "chapter.lead_added", chapter_id=chapter.id, user_id=user.id, now=now)


def remove_lead(session: Session, actor: Actor, chapter_id: int, *, user_id: int, now: datetime) -> None:
    """The person no longer leads the chapter: staff decide, or they step down themselves.

    Without a lead staff act for the chapter until there is one.
    """
    chapter = get_chapter(session, chapter_id)
    require(actor.is_staff or actor.is_system or (actor.is_user(user_id) and actor.leads(chapter.id)))
    lead = session.get(ChapterLead, (chapter.id, user_id))
    if lead is None:
        return
    session.delete(lead)
    session.flush()
    schedule_chapter(session, chapter)
    record(session, actor, "chapter.remove_lead", "chapter", chapter.id, now=now, fields=["leads"])
    enqueue(session, "chapter.lead_removed", chapter_id=chapter.id, user_id=user_id, now=now)
    if not has_lead(session, chapter.id):
        enqueue(session, "chapter.without_lead", chapter_id=chapter.id, now=now)


def step_down_everywhere(session: Session, actor: Actor, user_id: int, now: datetime) -> None:
    """The person leads no chapter any more: they leave the network or were suspended."""
    ids = list(session.scalars(select(ChapterLead.chapter_id).where(ChapterLead.user_id == user_id)))
    for chapter_id in ids:
        remove_lead(session, actor, chapter_id, user_id=user_id, now=now)


# --- standing ---------------------------------------------------------------------------


def activate_chapter(
    session: Session, actor: Actor, chapter_id: int, *, now: datetime, seen: int | None = None
) -> Chapter:
    """The chapter is open: it has its leads and takes needs."""
    least = limits().leads_per_chapter_minimum
    if len(leads_of(session, [chapter_id])[chapter_id]) < least:
        raise Conflict("too_few_leads", f"A chapter opens with {least} leads. Name them first.")
    return _stand(session, actor, chapter_id, "activate", now, seen)


def rest_chapter(
    session: Session, actor: Actor, chapter_id: int, *, now: datetime, seen: int | None = None
) -> Chapter:
    """The chapter rests: no new members, no new needs."""
    return _stand(session, actor, chapter_id, "rest", now, seen)


def revive_chapter(
    session: Session, actor: Actor, chapter_id: int, *, now: datetime, seen: int | None = None
) -> Chapter:
    """The chapter is active again."""
    return _stand(session, actor, chapter_id, "revive", now, seen)


def review_chapter(
    session: Session, actor: Actor, chapter_id: int, *, now: datetime, seen: int | None = None
) -> Chapter:
    """The chapter was looked at and goes on as it is."""
    return _stand(session, actor, chapter_id, "review", now, seen)


def _stand(
    session: Session, actor: Actor, chapter_id: int, action: str, now: datetime, seen: int | None
) -> Chapter:
    chapter = get_chapter(session, chapter_id)
    roles = roles_towards_chapter(actor, chapter.id)
    move(session, actor, chapter, MOVES, action, now=now, seen=seen, roles=roles)
    schedule_chapter(session, chapter)
    record(session, actor, f"chapter.{action}", "chapter", chapter.id, now=now)
    enqueue(session, "chapter.changed", chapter_id=chapter.id, now=now)
    return chapter


def chapter_clock(session: Session, chapter: Chapter) -> StandingClock:
    """What the chapter's clock looks at."""
    return StandingClock(
        state=chapter.state,
        since=chapter.state_since or chapter.created_at,
        steps_done=chapter.steps_done,
        zone=chapter.timezone,
        broker_zone=network_config().timezone,
        has_lead=has_lead(session, chapter.id),
        holidays=holidays_of(chapter),
    )


def schedule_chapter(session: Session, chapter: Chapter) -> None:
    """Whose turn it is and until when stand on the row."""
    step = next_action(chapter_clock(session, chapter), periods()) if chapter.state in LIVE else None
    set_quietly(
        session,
        chapter,
        next_action_by=step.waiting.value if step else None,
        next_action_at=step.at if step else None,
    )


# --- values -----------------------------------------------------------------------------


def _fill(session: Session, chapter: Chapter, details: ChapterDetails) -> None:
    name = clean_line(details.name, field="name")
    if not 3 <= len(name) <= 100:
        raise Invalid("bad_name", "Name the chapter in 3 to 100 characters.", "name")
    other = session.scalar(select(Chapter.id).where(Chapter.name == name))
    if other is not None and other != chapter.id:
        raise Invalid("name_taken", "Another chapter has this name.", "name")
    summary = clean_line(details.summary, field="summary")
    description = clean_text(details.description, field="description")
    if len(summary) > 200:
        raise Invalid("too_long", "Keep the summary under 200 characters.", "summary")
    if len(description) > 6000:
        raise Invalid("too_long", "Keep the description under 6,000 characters.", "description")
    chapter.name, chapter.summary, chapter.description = name, summary, description
    chapter.host = clean_line(details.host, field="host")[:160]
    chapter.city = clean_line(details.city, field="city")[:80]
    chapter.timezone = checked_timezone(details.timezone)
    chapter.holidays = " ".join(sorted(day.isoformat() for day in details.holidays))


def _set_codes(
    session: Session, chapter: Chapter, markets: Collection[str], sectors: Collection[str]
) -> None:
    if not markets or any(find_market(code) is None for code in markets):
        raise Invalid("no_market", "Choose at least one market from the list.", "markets")
    if any(find_sector(code) is None for code in sectors):
        raise Invalid("no_such_sector", "Choose sectors from the list.", "sectors")
    for table in (ChapterMarket, ChapterSector):
        session.execute(delete(table).where(table.chapter_id == chapter.id))
    session.add_all(ChapterMarket(chapter_id=chapter.id, market=code) for code in dict.fromkeys(markets))
    session.add_all(ChapterSector(chapter_id=chapter.id, sector=code) for code in dict.fromkeys(sectors))
    session.flush()


def _free_slug(session: Session, name: str) -> str:
    wanted = slugify(name, fallback="chapter")
    taken = set(session.scalars(select(Chapter.slug).where(Chapter.slug.startswith(wanted, autoescape=True))))
    # An address of the site itself.
    taken.add("new")
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
