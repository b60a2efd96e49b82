"""One need on one page for the broker: its story, its list, and who else fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from network.domain.actor import Actor
from network.domain.chapter_moves import TAKES_NEEDS
from network.domain.clock import end_of_day_after
from network.domain.errors import NotFound
from network.domain.introduction_moves import LIVE
from network.domain.lifecycle import open_actions
from network.domain.need_moves import ENDED, MOVES
from network.domain.states import IntroductionState, NeedState, Role, VolunteerState
from network.matching.capacity import charged_to_volunteer
from network.matching.fit import Wanted
from network.matching.queries import search_volunteers
from network.matching.ranking import rank_for_need, wanted_of
from network.matching.reasons import reasons_of, why, why_today
from network.models import (
    Chapter,
    ChapterLead,
    Introduction,
    Need,
    NeedAttachment,
    Organisation,
    RiskReview,
    User,
    UserRole,
    Volunteer,
)
from network.needs.attachments import attachments_of
from network.needs.policy import has_judged, needs_watched_by
from network.needs.risk import latest_review
from network.pages.queue.story_events import Event, reason_to_read, story_of
from network.rules import periods
from network.volunteers.queries import is_paused
from network.web.labels import label
from search import SearchUnavailable

_I = IntroductionState
SUGGESTED = 8
# As long as it may take until somebody who was listed is asked.
A_MOMENT = timedelta(minutes=5)
LATEST = 120


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on the shortlist, or who could be."""

    volunteer_id: int
    name: str
    headline: str
    why: str
    place: str = ""
    state: IntroductionState | None = None
    introduction_id: int | None = None
    version: int | None = None
    until: datetime | None = None
    turn: str | None = None
    proposed_as: str = ""
    decline_reason: str = ""
    decline_words: str = ""
    position: int | None = None
    # Of somebody on the list: why they are not asked for now.
    cannot: str = ""

    @property
    def can_withdraw(self) -> bool:
        """Whether what was put to them can still be taken back."""
        return self.state in {_I.OFFERED, _I.EXPLORING, _I.ACCEPTED}


@dataclass(frozen=True, slots=True)
class BrokerPage:
    """Everything a broker needs to decide about one need."""

    need: Need
    organisation: Organisation
    requester: User
    owner: Chapter | None
    broker: str | None
    earlier_needs: int
    wanted: Wanted
    asked: list[Candidate]
    listed: list[Candidate]
    suggestions: list[Candidate]
    events: list[Event]
    actions: frozenset[str]
    may_broker: bool
    judged: bool = False
    asked_soon: str = ""
    review: RiskReview | None = None
    papers: list[NeedAttachment] = field(default_factory=list)
    search_failed: bool = False
    chapters: list[tuple[int, str]] = field(default_factory=list)
    people: list[tuple[int, str]] = field(default_factory=list)

    @property
    def why_read(self) -> Event | None:
        """Why it is to be read (again), in whose words."""
        return reason_to_read(self.need, self.events)

    @property
    def is_over(self) -> bool:
        """Whether the need has ended."""
        return self.need.state in ENDED


def find_brokered(session: Session, actor: Actor, need_id: int) -> Need:
    """The need, for a broker who may look at it; to the conflicted there is none."""
    need = session.scalar(select(Need).where(Need.id == need_id, needs_watched_by(actor)))
    if need is None:
        raise NotFound("no_need", "There is no such need.")
    return need


def broker_page(session: Session, actor: Actor, need_id: int, words: str, now: datetime) -> BrokerPage:
    """The page: at most eleven statements beside those of signing in. With words the list of others is a search."""
    need, organisation, requester, owner, broker, earlier = _need_row(session, actor, need_id)
    introductions = list(
        session.scalars(
            select(Introduction)
            .where(Introduction.need_id == need.id)
            .order_by(Introduction.position, Introduction.id)
        )
    )
    # Watched without a conflict: what is left to ask is whose it is.
    roles = set(actor.roles & {Role.STAFF, Role.ADMINISTRATOR})
    roles |= {Role.CHAPTER_LEAD} if actor.leads(need.owner_chapter_id) else set()
    judged = has_judged(actor, need)
    may_broker = bool(roles) and need.state not in ENDED and not judged
    others, failed = _others(session, actor, need, words, now) if may_broker else ([], False)
    volunteers, charged = _volunteers(
        session, [one.volunteer_id for one in introductions] + [id for id, _why in others], now
    )
    taken = {one.volunteer_id for one in introductions if one.state in LIVE}
    # Nobody brokers what was put to themselves: they answer it as a volunteer, on its own page.
    people = [
        _candidate(one, volunteers[one.volunteer_id], requester, charged[one.volunteer_id], now)
        for one in introductions
        if not actor.is_volunteer(one.volunteer_id)
    ]
    names = {
        one.id: volunteers[one.volunteer_id].name
        for one in introductions
        if not actor.is_volunteer(one.volunteer_id)
    }
    return BrokerPage(
        need=need,
        organisation=organisation,
        requester=requester,
        owner=owner,
        broker=broker,
        earlier_needs=earlier,
        wanted=wanted_of(session, need.id),
        asked=[one for one in people if one.state is not _I.PROPOSED],
        listed=[one for one in people if one.state is _I.PROPOSED],
        asked_soon=_asked_soon(introductions, people, now),
        suggestions=[
            _free(volunteers[id], reason)
            for id, reason in others
            if id in volunteers and id not in taken and not actor.is_volunteer(id)
        ],
        events=story_of(session, need, names),
        review=latest_review(session, need.id),
        papers=attachments_of(session, actor, need.id) if need.papers else [],
        actions=_actions(need, frozenset(roles)),
        may_broker=may_broker,
        judged=judged,
        search_failed=failed,
        **(_takers(session, need) if may_broker else {}),
    )


def _need_row(
    session: Session, actor: Actor, need_id: int
) -> tuple[Need, Organisation, User, Chapter | None, str | None, int]:
    broker, other = aliased(User), aliased(Need)
    earlier = (
        select(func.count(other.id))
        .where(
            other.organisation_id == Need.organisation_id,
            other.id != Need.id,
            other.state != NeedState.DRAFT,
        )
        .correlate(Need)
        .scalar_subquery()
    )
    row = session.execute(
        select(Need, Organisation, User, Chapter, broker.name, earlier)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(User, User.id == Need.requester_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .outerjoin(broker, broker.id == Need.broker_id)
        .where(Need.id == need_id, needs_watched_by(actor))
    ).first()
    if row is None:
        raise NotFound("no_need", "There is no such need.")
    return row[0], row[1], row[2], row[3], row[4], row[5] or 0


def _actions(need: Need, roles: frozenset[Role]) -> frozenset[str]:
    open_now = set(open_actions(MOVES, need.state, roles))
    if need.renewed_at is not None:
        open_now.discard("renew")
    if need.state is NeedState.SUBMITTED and "begin_triage" in open_now:
        # Whoever asks back or refuses has read it: the reading begins with the same press.
        open_now |= {"ask_info", "refuse"}
    return frozenset(open_now)


def _takers(session: Session, need: Need) -> dict[str, list[tuple[int, str]]]:
    """Other chapters that could own the need, and people who could be its broker; one statement."""
    chapters = select(literal("chapter").label("part"), Chapter.id, Chapter.name.label("name")).where(
        Chapter.state.in_(sorted(TAKES_NEEDS)), Chapter.id != (need.owner_chapter_id or 0)
    )
    leads = select(ChapterLead.user_id).where(ChapterLead.chapter_id == need.owner_chapter_id)
    staff = select(UserRole.user_id).where(UserRole.role.in_([Role.STAFF, Role.ADMINISTRATOR]))
    people = select(literal("person"), User.id, User.name).where(
        or_(User.id.in_(leads), User.id.in_(staff)),
        User.closed_at.is_(None),
        User.id.not_in([need.requester_id, need.broker_id or 0]),
    )
    parts = union_all(chapters, people).subquery()
    rows = session.execute(select(parts).order_by(parts.c.name, parts.c.id)).all()
    return {
        "chapters": [(row[1], row[2]) for row in rows if row[0] == "chapter"],
        "people": [(row[1], row[2]) for row in rows if row[0] == "person"],
    }


# --- people -----------------------------------------------------------------------------


def _others(
    session: Session, actor: Actor, need: Need, words: str, now: datetime
) -> tuple[list[tuple[int, str]], bool]:
    """Volunteers with why they fit: those the words find, else the best matches. Whether the search failed."""
    if not words:
        matches = rank_for_need(session, need, SUGGESTED, now=now, actor=actor)
        return [(match.volunteer_id, why_today(match.reasons)) for match in matches], False
    try:
        found = search_volunteers(session, actor, words, size=SUGGESTED, facets=())
    except SearchUnavailable:
        return [], True
    return [(volunteer.id, why(reasons_of(hit.matches))) for volunteer, hit in found.rows], False


def _volunteers(
    session: Session, ids: Sequence[int], now: datetime
) -> tuple[dict[int, Volunteer], dict[int, int]]:
    """The volunteers, and how much of what each gives in a month is taken."""
    if not ids:
        return {}, {}
    query = select(Volunteer, charged_to_volunteer(now)).where(Volunteer.id.in_(sorted(set(ids))))
    rows = session.execute(query).all()
    return {row[0].id: row[0] for row in rows}, {row[0].id: row[1] or 0 for row in rows}


def _asked_soon(introductions: Sequence[Introduction], people: Sequence[Candidate], now: datetime) -> str:
    """Who was put on the list a moment ago and is about to be asked, by name."""
    fresh = {one.id for one in introductions if one.created_at > now - A_MOMENT}
    listed = (one for one in people if one.state is _I.PROPOSED and not one.cannot)
    return next((one.name for one in listed if one.introduction_id in fresh), "")


def _cannot(volunteer: Volunteer, charged: int, now: datetime) -> str:
    """Why somebody on the list is passed over for now; empty where nothing stands against it."""
    if volunteer.state is not VolunteerState.ACTIVE:
        return str(_("Takes no part at the moment"))
    if is_paused(volunteer, now):
        return str(_("Away at the moment"))
    if charged >= volunteer.capacity:
        return str(_("Has as much to do as they wish; asked when that changes"))
    return ""


def _candidate(
    introduction: Introduction, volunteer: Volunteer, requester: User, charged: int, now: datetime
) -> Candidate:
    return Candidate(
        volunteer_id=volunteer.id,
        name=volunteer.name,
        headline=volunteer.headline,
        why=introduction.reason,
        place=volunteer.city,
        state=introduction.state,
        introduction_id=introduction.id,
        version=introduction.version,
        until=_until(introduction, volunteer, requester),
        turn=volunteer.name if introduction.turn == "volunteer" else requester.name,
        proposed_as=introduction.proposed_as,
        decline_reason=str(label(introduction.decline_reason)) if introduction.decline_reason else "",
        decline_words=introduction.decline_words or "",
        position=introduction.position,
        cannot=_cannot(volunteer, charged, now) if introduction.state is _I.PROPOSED else "",
    )


def _until(one: Introduction, volunteer: Volunteer, requester: User) -> datetime | None:
    """Until when whoever is next has time; a reminder on the way there is no end."""
    days = {_I.EXPLORING: periods().exploring_days, _I.ACCEPTED: periods().accepted_days}.get(one.state)
    if days is None:
        return one.expires_at if one.state is _I.OFFERED else one.next_action_at
    zone = volunteer.timezone if one.turn == "volunteer" else requester.timezone
    ends = end_of_day_after(one.state_since or one.updated_at, days, zone)
    # For a volunteer on leave the clock stands still.
    return max(ends, one.next_action_at or ends)


def _free(volunteer: Volunteer, reason: str) -> Candidate:
    return Candidate(volunteer.id, volunteer.name, volunteer.headline, reason, volunteer.city)
