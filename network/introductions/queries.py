"""Looking introductions up: rows, shortlists, load, clocks, answer links, what waits for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from network.accounts.links import find_link
from network.domain.actor import Actor
from network.domain.cascade import is_on_leave
from network.domain.clock import end_of_day, zone_or_utc
from network.domain.errors import NotFound
from network.domain.introduction_moves import CONTACTS_SHARED, COUNTS_TOWARDS_WANTED, LIVE, OFFERS
from network.domain.introduction_timers import IntroductionClock, next_action
from network.domain.meeting_moves import MeetingState
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import IntroductionState, NeedState, Waiting
from network.introductions.policy import introductions_brokered_by, introductions_visible_to
from network.matching.capacity import PERIOD, charged_to_volunteer
from network.models import (
    Introduction,
    IntroductionMessage,
    LinkToken,
    Meeting,
    MeetingPlan,
    Need,
    Organisation,
    OrganisationMember,
    User,
    Volunteer,
)
from network.needs.policy import needs_asked_by
from network.needs.queries import broker_calendar, final_date, need_deadline
from network.rules import limits, periods

_ACCEPTED = COUNTS_TOWARDS_WANTED | CONTACTS_SHARED


# --- rows -------------------------------------------------------------------------------


def get_introduction(session: Session, actor: Actor, introduction_id: int) -> Introduction:
    """The introduction, if the actor may know of it; NotFound otherwise."""
    found = session.scalar(
        select(Introduction).where(Introduction.id == introduction_id, introductions_visible_to(actor))
    )
    if found is None:
        raise NotFound("no_introduction", "There is no such introduction.")
    return found


def need_of(session: Session, introduction: Introduction) -> Need:
    """The need that is put to the volunteer."""
    return session.get_one(Need, introduction.need_id)


def volunteer_of(session: Session, introduction: Introduction) -> Volunteer:
    """Whom the need is put to."""
    return session.get_one(Volunteer, introduction.volunteer_id)


def shortlist_of(session: Session, need_id: int, *, afresh: bool = False) -> list[Introduction]:
    """Every introduction of a need, in the order of its shortlist; `afresh` after the need was locked."""
    query = select(Introduction).where(Introduction.need_id == need_id)
    query = query.order_by(Introduction.position, Introduction.id)
    return list(session.scalars(query.execution_options(populate_existing=afresh)))


def find_live(session: Session, need_id: int, volunteer_id: int) -> Introduction | None:
    """The one live introduction of this need and volunteer, or None."""
    return session.scalar(
        select(Introduction).where(
            Introduction.need_id == need_id,
            Introduction.volunteer_id == volunteer_id,
            Introduction.state.in_(sorted(LIVE)),
        )
    )


def messages_of(
    session: Session, introduction_id: int, *, side: str | None = None
) -> list[IntroductionMessage]:
    """The thread, oldest first; with a `side`, without what was held back from it. Brokers' notes stand elsewhere."""
    query = select(IntroductionMessage).where(
        IntroductionMessage.introduction_id == introduction_id, ~IntroductionMessage.for_brokers
    )
    if side is not None:
        query = query.where(or_(IntroductionMessage.side == side, ~IntroductionMessage.held_back))
    return list(session.scalars(query.order_by(IntroductionMessage.created_at, IntroductionMessage.id)))


def meetings_of(session: Session, introduction_id: int) -> list[Meeting]:
    """The meetings that were held, oldest first."""
    query = select(Meeting).where(Meeting.introduction_id == introduction_id)
    return list(session.scalars(query.order_by(Meeting.held_on, Meeting.id)))


def shortlists_to_look_at(now: datetime) -> Select[int]:
    """The open needs whose next may be asked without anything having happened to the need itself.

    There is room for an offer, and somebody on the list is not away (to a day) and has capacity; or nobody is asked,
    and no broker was told so. All others would be looked at in vain.
    """
    row, listed, bounds = aliased(Introduction), aliased(Introduction), limits()
    today, day = now.date(), timedelta(days=1)
    holder = select(Volunteer.paused_until).where(Volunteer.id == row.volunteer_id).scalar_subquery()
    taken = func.count(row.id).filter(row.state.in_(sorted(COUNTS_TOWARDS_WANTED)))
    held = func.count(row.id).filter(
        row.state.in_(sorted(OFFERS)), or_(holder.is_(None), holder < today - day)
    )
    parallel = case((Need.urgent, bounds.parallel_offers_urgent), else_=bounds.parallel_offers)
    is_here = or_(
        Volunteer.paused_until.is_(None),
        Volunteer.paused_until <= today + day,
        Volunteer.leave_from >= today - day,
    )
    somebody = (
        select(listed.id)
        .join(Volunteer, Volunteer.id == listed.volunteer_id)
        .where(
            listed.need_id == Need.id,
            listed.state == IntroductionState.PROPOSED,
            is_here,
            Volunteer.user_id.not_in(select(User.id).where(User.mail_bounced_at.is_not(None))),
            charged_to_volunteer(now) < Volunteer.capacity,
        )
        .exists()
    )
    return (
        select(Need.id)
        .join(row, row.need_id == Need.id)
        .where(Need.state == NeedState.OPEN)
        .group_by(Need.id)
        .having(
            taken < Need.wanted,
            taken + held < Need.wanted + parallel - 1,
            or_(somebody, and_(held == 0, Need.exhausted_at.is_(None), Need.asked_if_done_at.is_(None))),
        )
        .order_by(Need.id)
    )


def count_in(states: Collection[IntroductionState]) -> ScalarSelect[int]:
    """Inside a select of needs: how many introductions of each are in one of these states."""
    query = select(func.count(Introduction.id)).where(
        Introduction.need_id == Need.id, Introduction.state.in_(sorted(states))
    )
    return query.correlate(Need).scalar_subquery()


# --- load -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """What counts against a volunteer's capacity now: offers that are out, and acceptances of a month."""

    offers: int = 0
    acceptances: int = 0

    @property
    def charged(self) -> int:
        """Both together."""
        return self.offers + self.acceptances


def load_of(session: Session, volunteer_id: int, now: datetime, besides: int | None = None) -> Load:
    """The load of one volunteer, one introduction left out."""
    return loads_of(session, [volunteer_id], now, besides).get(volunteer_id, Load())


def loads_of(
    session: Session, volunteer_ids: Collection[int], now: datetime, besides: int | None = None
) -> dict[int, Load]:
    """The loads of many volunteers, in one statement; who has none is not in it."""
    offers = Introduction.state.in_(sorted(OFFERS))
    accepted = and_(
        Introduction.state.in_(sorted(_ACCEPTED)),
        func.coalesce(Introduction.accepted_at, Introduction.offered_at) > now - PERIOD,
    )
    query = (
        select(
            Introduction.volunteer_id,
            func.count().filter(offers),
            func.count().filter(accepted),
        )
        .where(
            Introduction.volunteer_id.in_(sorted(set(volunteer_ids))),
            Introduction.id != (besides or 0),
            or_(offers, accepted),
        )
        .group_by(Introduction.volunteer_id)
    )
    return {row[0]: Load(row[1], row[2]) for row in session.execute(query)}


def leave_of(volunteer: Volunteer) -> tuple[datetime | None, datetime | None]:
    """The beginning and the end of the volunteer's leave, on their own calendar."""
    zone = volunteer.timezone
    begins = volunteer.leave_from
    start = datetime.combine(begins, time(), zone_or_utc(zone)).astimezone(UTC) if begins else None
    until = end_of_day(volunteer.paused_until, zone) if volunteer.paused_until else None
    return (start, until) if until is not None else (None, None)


# --- clocks -----------------------------------------------------------------------------


def frozen_since(session: Session, need: Need) -> datetime | None:
    """Since when the need's offers wait: it went back to triage, or its organisation may exchange nothing."""
    organisation = session.get_one(Organisation, need.organisation_id)
    if organisation.state not in MAY_EXCHANGE:
        return organisation.state_since or organisation.updated_at
    if need.state in {NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO}:
        return need.state_since or need.updated_at
    return None


def clock_of_introduction(session: Session, introduction: Introduction, now: datetime) -> IntroductionClock:
    """What the clocks of domain/introduction_timers.py look at."""
    need, volunteer = need_of(session, introduction), volunteer_of(session, introduction)
    requester = session.get_one(User, need.requester_id)
    zone, holidays = broker_calendar(session, need)
    leave_from, leave_until = leave_of(volunteer)
    away = leave_until if is_on_leave(leave_from, leave_until, now) else None
    return IntroductionClock(
        state=introduction.state,
        since=introduction.state_since or introduction.updated_at,
        steps_done=introduction.steps_done,
        volunteer_zone=volunteer.timezone,
        requester_zone=requester.timezone,
        broker_zone=zone,
        turn=Waiting.VOLUNTEER if introduction.turn == "volunteer" else Waiting.REQUESTER,
        expires_at=introduction.expires_at if introduction.state == IntroductionState.OFFERED else None,
        need_deadline=need_deadline(need, requester.timezone),
        urgent=need.urgent,
        introduced_at=introduction.introduced_at,
        on_leave_until=away,
        frozen_since=frozen_since(session, need) if introduction.state != "proposed" else None,
        holidays=holidays,
    )


def answer_due(session: Session, introduction: Introduction, now: datetime) -> datetime | None:
    """Until when whoever is next has time: where a reminder comes first, the date after it counts."""
    clock = clock_of_introduction(session, introduction, now)
    return final_date(
        lambda done: next_action(replace(clock, steps_done=done), periods()), introduction.steps_done
    )


# --- answer links -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer link leads to. Its holder is the volunteer, without having signed in."""

    link: LinkToken
    introduction: Introduction
    volunteer: Volunteer
    need: Need

    def is_open(self, now: datetime) -> bool:
        """Whether the link can still answer: of this offer, in time, and nobody answered yet."""
        return (
            self.link.used_at is None
            and now <= self.link.expires_at
            and self.link.round == self.introduction.offer_round
            and self.introduction.state in OFFERS
        )


def find_answer(session: Session, secret: str) -> Answer | None:
    """What the secret of an answer link leads to, used and expired ones too; None for any other text."""
    link = find_link(session, "answer", secret)
    if link is None:
        return None
    introduction = session.get(Introduction, link.subject_id)
    if introduction is None:
        return None
    return Answer(link, introduction, volunteer_of(session, introduction), need_of(session, introduction))


# --- contact details --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's contact details, as they are exchanged."""

    user_id: int
    name: str
    email: str
    phone: str | None
    organisation: str
    position: str


def contacts_of(session: Session, introduction: Introduction) -> tuple[Contact, Contact]:
    """The volunteer's and the requester's details. Ask `can_read_contacts` before showing them."""
    need, volunteer = need_of(session, introduction), volunteer_of(session, introduction)
    requester = session.get_one(User, need.requester_id)
    user = session.get_one(User, volunteer.user_id)
    organisation = session.get_one(Organisation, need.organisation_id)
    member = session.scalar(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == organisation.id, OrganisationMember.user_id == requester.id
        )
    )
    return (
        Contact(
            user.id,
            volunteer.name,
            volunteer.contact_email or user.email,
            volunteer.phone,
            volunteer.employer,
            volunteer.job_title,
        ),
        Contact(
            requester.id,
            requester.name,
            requester.email,
            member.phone if member else None,
            organisation.name,
            member.job_title if member else "",
        ),
    )


# --- lists ------------------------------------------------------------------------------


def introductions_to_answer(actor: Actor) -> Select[Introduction]:
    """Offers that wait for this volunteer, the next to end first."""
    return (
        select(Introduction)
        .where(_of_volunteer(actor), Introduction.state.in_(sorted(OFFERS)))
        .order_by(Introduction.expires_at, Introduction.id)
    )


def introductions_of(actor: Actor) -> Select[Introduction]:
    """Everything in which the actor is one of the two sides, what moved last first."""
    asked = Introduction.need_id.in_(select(Need.id).where(needs_asked_by(actor)))
    mine = or_(asked, and_(_of_volunteer(actor), Introduction.offered_at.is_not(None)))
    return select(Introduction).where(mine).order_by(Introduction.updated_at.desc(), Introduction.id.desc())


def introductions_waiting_for(actor: Actor) -> Select[Introduction]:
    """Introductions in the broker's queue of this actor: handed over, silent or passed on; oldest date first."""
    waits = [Waiting.BROKER, Waiting.STAFF] if actor.is_staff else [Waiting.BROKER]
    return (
        select(Introduction)
        .where(
            introductions_brokered_by(actor),
            Introduction.state.in_(sorted(LIVE)),
            Introduction.next_action_by.in_(waits),
        )
        .order_by(Introduction.next_action_at, Introduction.id)
    )


def meeting_turn(side: ColumnElement[str] | str, now: datetime) -> ScalarSelect[str | None]:
    """What this side has to do about the planned meeting: "say" whether they spoke, "choose" a time; else "theirs"
    where the other side chooses and "ahead" where a time stands; NULL without a plan."""
    turn = case(
        (and_(MeetingPlan.state == MeetingState.AGREED, MeetingPlan.starts_at <= now), "say"),
        (MeetingPlan.state == MeetingState.AGREED, "ahead"),
        (MeetingPlan.side == side, "theirs"),
        else_="choose",
    )
    stands = MeetingPlan.state.in_([MeetingState.PROPOSED, MeetingState.AGREED])
    live = Introduction.state.in_(sorted(CONTACTS_SHARED & LIVE))
    query = select(turn).where(MeetingPlan.introduction_id == Introduction.id, stands, live)
    return query.correlate(Introduction).scalar_subquery()


def _of_volunteer(actor: Actor) -> ColumnElement[bool]:
    return Introduction.volunteer_id == (actor.volunteer_id or 0)


def names_of(session: Session, introductions: Sequence[Introduction]) -> dict[int, str]:
    """The volunteers' names of many introductions, in one statement, by volunteer's id."""
    ids = {introduction.volunteer_id for introduction in introductions}
    found = session.execute(select(Volunteer.id, Volunteer.name).where(Volunteer.id.in_(sorted(ids))))
    return {row[0]: row[1] for row in found}
