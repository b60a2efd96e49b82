"""Looking needs up: the row, its topics, its owner, what a reader reads, what waits for a broker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from config.reference import find_sector, sector_and_ancestors
from network.chapters import queries as chapters
from network.chapters.queries import owner_chapter_id
from network.domain.actor import Actor
from network.domain.clock import end_of_day
from network.domain.errors import NotFound
from network.domain.need_moves import COUNTS_AGAINST_CAP
from network.domain.need_timers import NeedClock, next_action
from network.domain.schedule import REMINDERS, Step
from network.domain.states import Confidentiality, NeedState, Role, Waiting
from network.domain.text import contains_contact_details
from network.models import (
    Chapter,
    ChapterLead,
    DeclaredInterest,
    Introduction,
    Need,
    NeedHelp,
    NeedMarket,
    NeedNote,
    NeedSector,
    Organisation,
    OrganisationMember,
    Transition,
    User,
    UserRole,
    Volunteer,
)
from network.needs.policy import (
    APPEALING,
    can_read_confidential,
    needs_asked_by,
    needs_triageable_by,
    needs_visible_to,
    somebody_else,
)
from network.rules import network_config, periods

# --- rows -------------------------------------------------------------------------------


def find_need(session: Session, actor: Actor, need_id: int) -> Need | None:
    """The need, if the actor may know of it; None otherwise."""
    return session.scalar(select(Need).where(Need.id == need_id, needs_visible_to(actor)))


def get_need(session: Session, actor: Actor, need_id: int) -> Need:
    """The need, if the actor may know of it; NotFound otherwise."""
    need = find_need(session, actor, need_id)
    if need is None:
        raise NotFound("no_need", "There is no such need.")
    return need


def lock_need(session: Session, need_id: int) -> Need:
    """The need as it is now, held against other writers until this transaction ends."""
    query = select(Need).where(Need.id == need_id).with_for_update()
    need = session.scalar(query.execution_options(populate_existing=True))
    if need is None:
        raise NotFound("no_need", "There is no such need.")
    return need


@dataclass(frozen=True, slots=True)
class Topics:
    """What a need is about, by code; the first market decides the owner."""

    markets: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    help_types: tuple[str, ...] = ()


def topics_of(session: Session, need_ids: Collection[int]) -> dict[int, Topics]:
    """The topics of many needs, in one statement."""
    ids = sorted(set(need_ids))
    kinds = (
        (NeedMarket.need_id, NeedMarket.market, NeedMarket.position),
        (NeedSector.need_id, NeedSector.sector, literal(0)),
        (NeedHelp.need_id, NeedHelp.help_type, literal(0)),
    )
    parts: list[Any] = [
        select(
            need_id.label("need_id"), literal(kind).label("kind"), place.label("place"), code.label("code")
        ).where(need_id.in_(ids))
        for kind, (need_id, code, place) in enumerate(kinds)
    ]
    found: dict[int, tuple[list[str], ...]] = {id: ([], [], []) for id in ids}
    for need_id, kind, _place, code in session.execute(union_all(*parts).order_by("kind", "place", "code")):
        found[need_id][kind].append(code)
    return {id: Topics(*map(tuple, lists)) for id, lists in found.items()}


def get_topics(session: Session, need: Need) -> Topics:
    """The topics of one need."""
    return topics_of(session, [need.id])[need.id]


def notes_of(session: Session, need: Need) -> Sequence[tuple[NeedNote, str]]:
    """The brokers' notes on a need with their authors' names, newest first. For brokers only."""
    query = select(NeedNote, User.name).join(User, User.id == NeedNote.author_id)
    found = session.execute(
        query.where(NeedNote.need_id == need.id).order_by(NeedNote.created_at.desc(), NeedNote.id.desc())
    )
    return [(row[0], row[1]) for row in found]


# --- what a reader reads -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NeedText:
    """A need as one reader may read it; of a confidential one only what was marked shareable."""

    title: str
    goal: str
    background: str
    ask: str
    organisation_name: str | None
    is_partial: bool
    organisation_place: str | None = None
    organisation_about: str = ""


def text_for(session: Session, actor: Actor, need: Need) -> NeedText:
    """The words this actor may read."""
    return need_text(session, need, in_full=can_read_confidential(actor, need))


def shown_about(firm: Organisation) -> str:
    """What it says of itself, read before details are exchanged: with an address in it, it is left out."""
    return "" if contains_contact_details(firm.description) else firm.description


def need_text(session: Session, need: Need, *, in_full: bool) -> NeedText:
    """The need in full, or as its preview shows it to a volunteer before details are exchanged."""
    if in_full or need.confidentiality == Confidentiality.OPEN:
        firm = session.get_one(Organisation, need.organisation_id)
        return NeedText(
            need.title,
            need.goal,
            need.background,
            need.ask,
            firm.name,
            is_partial=False,
            organisation_place=firm.home_place,
            organisation_about=shown_about(firm),
        )
    return NeedText("", need.goal, "", need.shareable, None, is_partial=True)


# --- owners and brokers ------------------------------------------------------------------


def find_owner_chapter(
    session: Session, markets: Sequence[str], sectors: Collection[str] = ()
) -> Chapter | None:
    """The active chapter of the first market; a sector chapter there before a general one.

    None where there is no such chapter: network staff own the need then.
    """
    families = {part for code in sectors if find_sector(code) for part in sector_and_ancestors(code)}
    chapter_id = owner_chapter_id(session, markets[0], sorted(families)) if markets else None
    return session.get(Chapter, chapter_id) if chapter_id is not None else None


def leads_of(session: Session, chapter_id: int) -> list[User]:
    """The leads of a chapter who can be written to, longest-serving first."""
    return chapters.leads_of(session, [chapter_id])[chapter_id]


def staff_users(session: Session) -> list[User]:
    """Network staff and administrators."""
    roles = select(UserRole.user_id).where(UserRole.role.in_([Role.STAFF, Role.ADMINISTRATOR]))
    return list(
        session.scalars(select(User).where(User.id.in_(roles), User.closed_at.is_(None)).order_by(User.id))
    )


def unconflicted_with(session: Session, users: Sequence[User], need: Need) -> list[User]:
    """Those of the users who may broker this need.

    Not who asks, is of the firm or declared against it; and on an appeal nobody who refused it, where there is
    anybody else.
    """
    ids = [user.id for user in users]
    name_key = session.scalar(select(Organisation.name_key).where(Organisation.id == need.organisation_id))
    members = select(OrganisationMember.user_id).where(
        OrganisationMember.organisation_id == need.organisation_id,
        OrganisationMember.approved_at.is_not(None),
        OrganisationMember.user_id.in_(ids),
    )
    out = {need.requester_id, *session.scalars(members)}
    if name_key:
        declared = select(DeclaredInterest.volunteer_id).where(DeclaredInterest.name_key == name_key)
        volunteers = select(Volunteer.user_id).where(
            Volunteer.user_id.in_(ids),
            or_(Volunteer.employer_key == name_key, Volunteer.id.in_(declared)),
        )
        out.update(id for id in session.scalars(volunteers) if id is not None)
    if need.appealed_at is not None and need.state in APPEALING:
        out.update(_judges(session, need.id, ids))
    return [user for user in users if user.id not in out]


def _judges(session: Session, need_id: int, ids: Sequence[int]) -> list[int]:
    refused = select(Transition.actor_id).where(
        Transition.subject == "need",
        Transition.subject_id == need_id,
        Transition.action == "refuse",
        Transition.actor_id.in_(ids),
    )
    found = [id for id in session.scalars(refused.distinct()) if id is not None]
    return [id for id in found if session.scalar(select(somebody_else(id)))]


def brokers_of(session: Session, need: Need) -> list[User]:
    """Who moves this need along now: its broker, else its chapter's unconflicted leads, else staff."""
    if need.broker_id is not None:
        broker = session.get(User, need.broker_id)
        if broker is not None and broker.closed_at is None and unconflicted_with(session, [broker], need):
            return [broker]
    if need.owner_chapter_id is not None and need.next_action_by != Waiting.STAFF:
        leads = unconflicted_with(session, leads_of(session, need.owner_chapter_id), need)
        if leads:
            return leads
    return unconflicted_with(session, staff_users(session), need)


def broker_calendar(session: Session, need: Need) -> tuple[str, frozenset[date]]:
    """The zone and the holidays by which the owner's working days are counted."""
    if need.owner_chapter_id is not None:
        chapter = session.get(Chapter, need.owner_chapter_id)
        if chapter is not None:
            return chapter.timezone, chapters.holidays_of(chapter)
    return network_config().timezone, frozenset()


# --- clocks ------------------------------------------------------------------------------


def need_deadline(need: Need, zone: str | None) -> datetime | None:
    """The end of the need's last day, as the requester counts it."""
    return None if need.deadline_on is None else end_of_day(need.deadline_on, zone)


def clock_of_need(session: Session, need: Need) -> NeedClock:
    """What the clocks of domain/need_timers.py look at."""
    requester = session.get_one(User, need.requester_id)
    zone, holidays = broker_calendar(session, need)
    since = need.state_since or need.updated_at
    # After an escalation whoever takes it on has the full time: it is not late once more at once.
    anew = need.escalated_at is not None and since > need.escalated_at
    return NeedClock(
        state=need.state,
        since=since,
        steps_done=need.steps_done,
        requester_zone=requester.timezone,
        broker_zone=zone,
        submitted_at=None if anew else need.submitted_at,
        deadline=need_deadline(need, requester.timezone),
        exhausted_at=need.exhausted_at,
        enough_at=need.asked_if_done_at,
        # Passed on before its day had come: it keeps that day, and staff are reminded on it.
        held_by_staff=need.owner_chapter_id is None
        or (need.escalated_at is not None and not anew and need.steps_done == 0),
        holidays=holidays,
    )


def answer_due(session: Session, need: Need) -> datetime | None:
    """Until when whoever is next has time: where a reminder comes first, the date after it counts."""
    clock = clock_of_need(session, need)
    return final_date(lambda done: next_action(replace(clock, steps_done=done), periods()), need.steps_done)


# Staff are reminded for ever; that leads nowhere by itself.
_ENDLESS = frozenset({"remind_staff", "review_frozen"})


def final_date(step_of: Callable[[int], Step | None], done: int) -> datetime | None:
    """When the first step comes that does more than write to somebody; None where there is none."""
    step = step_of(done)
    for later in range(done + 1, done + 9):
        if step is None or step.name not in REMINDERS - _ENDLESS:
            break
        step = step_of(later) or step
    return step.at if step is not None else None


# --- caps --------------------------------------------------------------------------------


def count_open_needs(session: Session, organisation_id: int, besides: int | None = None) -> int:
    """Needs of an organisation that count against its cap, one of them left out."""
    query = select(func.count()).where(
        Need.organisation_id == organisation_id,
        Need.state.in_(sorted(COUNTS_AGAINST_CAP)),
        Need.id != (besides or 0),
    )
    return session.scalar(query) or 0


def count_asks_today(session: Session, organisation_id: int, now: datetime) -> int:
    """Needs submitted and introductions asked for by an organisation's people in the last 24 hours."""
    since = now - timedelta(days=1)
    needs = select(func.count()).where(Need.organisation_id == organisation_id, Need.submitted_at > since)
    asked = (
        select(func.count())
        .select_from(Introduction)
        .join(Need, Need.id == Introduction.need_id)
        .where(
            Need.organisation_id == organisation_id,
            Introduction.proposed_as == "requester",
            Introduction.created_at > since,
        )
    )
    return (session.scalar(needs) or 0) + (session.scalar(asked) or 0)


# --- lists -------------------------------------------------------------------------------


def needs_waiting_for(actor: Actor) -> Select[Need]:
    """Needs in the broker's queue of this actor, the most urgent first.

    A lead's are those of their chapters that wait for a broker and were not passed on; staff's are those nobody else
    owns, of chapters without a lead, and whatever was passed on to them.
    """
    query = select(Need).where(needs_triageable_by(actor))
    brokered: ColumnElement[bool] = Need.next_action_by == Waiting.BROKER
    if actor.is_staff:
        brokered = Need.next_action_by.in_([Waiting.BROKER, Waiting.STAFF])
        leadless = ~(
            select(ChapterLead.user_id)
            .where(ChapterLead.chapter_id == Need.owner_chapter_id)
            .correlate(Need)
            .exists()
        )
        passed_on = or_(
            Need.next_action_by == Waiting.STAFF,
            Need.owner_chapter_id.is_(None),
            leadless,
            Need.broker_id == actor.user_id,
            Need.owner_chapter_id.in_(sorted(actor.lead_chapter_ids)),
        )
        brokered = and_(brokered, passed_on)
    return query.where(brokered).order_by(Need.urgent.desc(), Need.next_action_at, Need.id)


def needs_of(actor: Actor, *, live_only: bool = False) -> Select[Need]:
    """The asking side's own list, the newest first."""
    query = select(Need).where(needs_asked_by(actor))
    if live_only:
        query = query.where(Need.state.in_(sorted(COUNTS_AGAINST_CAP | {NeedState.DRAFT})))
    return query.order_by(Need.updated_at.desc(), Need.id.desc())
