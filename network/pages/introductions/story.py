"""One introduction on one page: the need, what happened, the thread, the meetings, the other's details."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.introduction_moves import CONTACTS_SHARED, LIVE, OFFERS
from network.domain.states import FieldGroup, IntroductionState, Role, Visibility
from network.introductions.policy import (
    contacts_readable_by,
    introductions_visible_to,
    roles_towards_introduction,
)
from network.introductions.queries import (
    Contact,
    answer_due,
    contacts_of,
    frozen_since,
    meetings_of,
)
from network.matching.fit import Wanted
from network.matching.ranking import wanted_of
from network.models import (
    Chapter,
    Disclosure,
    FollowUp,
    Introduction,
    Meeting,
    MeetingPlan,
    Need,
    Organisation,
    Outcome,
    Transition,
    User,
    Volunteer,
    VolunteerHelp,
)
from network.needs.attachments import papers_of
from network.needs.policy import needs_readable_in_full_by
from network.needs.queries import NeedText, need_text
from network.outcomes.policy import outcomes_visible_to
from network.pages.introductions.allowed import ASKERS, BROKERS, Situation, open_acts
from network.pages.introductions.coming import Standing, next_of
from network.pages.introductions.lineage import Lineage, lineage_columns, lineage_of
from network.pages.introductions.planning import Planning, next_of_plan, planning_of
from network.pages.introductions.thread import Thread, thread_of
from network.pages.introductions.words import Event, Names, Next, event_of, state_words
from network.volunteers.policy import is_findable, visibility_of, volunteers_visible_to
from network.volunteers.queries import is_paused
from network.web.labels import the_chapter, whoever_reads

_I = IntroductionState


@dataclass(frozen=True, slots=True)
class Side:
    """A person and the zone of their clock."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows around one introduction, and what the reader may read of them."""

    introduction: Introduction
    need: Need
    organisation: Organisation
    volunteer: Volunteer
    requester: User
    chapter: Chapter | None
    disclosure: Disclosure | None
    in_full: bool
    is_known: bool
    is_shared: bool
    # Of how many days the follow-up is that waits, by side.
    asked_days: dict[str, int | None]
    # Who is asked how the meeting was.
    feedback: dict[str, bool]
    plan: MeetingPlan | None
    named: tuple[Any, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class IntroductionPage:
    """Everything the page of one introduction shows to one reader."""

    introduction: Introduction
    need: Need
    side: str
    names: Names
    text: NeedText
    wanted: Wanted
    tag: tuple[str, str | None]
    next: Next | None
    events: list[Event]
    thread: Thread
    meetings: list[Meeting]
    planning: Planning
    lineage: Lineage
    their_zone: str
    contact: Contact | None
    profile_id: int | None
    clocks: list[Side]
    actions: frozenset[str]
    outcomes: list[Outcome]
    offers: list[VolunteerHelp] = field(default_factory=list)
    is_paused: bool = False
    is_late: bool = False
    asked_after_days: int | None = None
    is_asked_for_feedback: bool = False
    headline: str = ""
    papers: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether both sides hold each other's details."""
        return self.introduction.state in CONTACTS_SHARED

    @property
    def actions_for_answers(self) -> frozenset[str]:
        """The volunteer's answers that are open, by the last part of their address."""
        return self.actions & {"accept", "ask", "decline", "pause"} | (
            {"refer"} if "refer_on" in self.actions else set()
        )

    @property
    def is_answerable(self) -> bool:
        """Whether the reader is the volunteer and their answer is open."""
        return "decline" in self.actions


def _for_reader(found: Next | None, names: Names) -> Next | None:
    """What waits for the requester waits for a colleague of theirs only by name."""
    if (
        found is None
        or not found.mine
        or names.side != "requester"
        or names.user_id == names.requester_user_id
    ):
        return found
    words = _("Waiting for %(name)s: %(text)s", name=names.requester, text=found.text)
    return replace(found, text=words, mine=False)


def introduction_page(
    session: Session, actor: Actor, introduction_id: int, now: datetime
) -> IntroductionPage:
    """The page; NotFound where the actor may not know of the introduction. At most twelve statements in all."""
    rows = _rows(session, actor, introduction_id)
    introduction, need = rows.introduction, rows.need
    roles = roles_towards_introduction(actor, introduction, need)
    side = side_of(roles)
    text = need_text(session, need, in_full=rows.in_full)
    names = _names(actor, rows, side, text)
    brokers = side == "broker" and bool(roles & BROKERS)
    thread = thread_of(session, actor, introduction, names, brokers=brokers)
    introduced = introduction.introduced_at is not None
    frozen = frozen_since(session, need) is not None
    late = (
        introduction.state in OFFERS and introduction.expires_at is not None and now > introduction.expires_at
    )
    asked = rows.asked_days.get(side) if introduced else None
    wanted = wanted_of(session, need.id)
    planning = planning_of(rows.plan, introduction, side, now)
    actions = open_acts(
        Situation(
            introduction=introduction,
            need=need,
            organisation=rows.organisation,
            roles=roles,
            has_asked=thread.has_asked,
            is_frozen=frozen,
            is_late=late,
        )
    )
    standing = Standing(
        introduction=introduction,
        need=need,
        names=names,
        ends_at=answer_due(session, introduction, now) if introduction.state in LIVE else None,
        is_frozen=frozen,
        is_late=late,
        asked_after_days=asked,
        now=now,
    )
    coming = next_of_plan(planning, names, standing.ends_at, now, actor.timezone) or next_of(standing)
    return IntroductionPage(
        introduction=introduction,
        need=need,
        side=side,
        names=names,
        text=text,
        wanted=wanted,
        tag=state_words(introduction, side, names.colleague),
        next=_for_reader(coming, names),
        events=_events(session, actor, introduction, names, now),
        thread=thread,
        meetings=meetings_of(session, introduction.id) if introduced else [],
        planning=planning,
        their_zone=(rows.requester if side == "volunteer" else rows.volunteer).timezone,
        contact=_contact(session, rows, side),
        profile_id=rows.volunteer.id if rows.is_known else None,
        clocks=_clocks(rows, names, side),
        actions=actions,
        outcomes=_outcomes(session, actor, introduction.id) if introduced else [],
        offers=offers_for(session, rows.volunteer.id, wanted) if "decline" in actions else [],
        is_paused=side == "volunteer" and is_paused(rows.volunteer, now),
        is_late=late,
        asked_after_days=asked,
        lineage=lineage_of(side, rows.named),
        papers=rows.papers,
        is_asked_for_feedback=rows.feedback.get(side, False) and introduction.state in CONTACTS_SHARED,
        headline=rows.volunteer.headline if rows.is_known and side != "volunteer" else "",
    )


def side_of(roles: frozenset[Role]) -> str:
    """On which side the reader stands: volunteer, requester, or broker (who looks on from both)."""
    if Role.VOLUNTEER in roles:
        return "volunteer"
    return "requester" if roles & ASKERS else "broker"


def _rows(session: Session, actor: Actor, introduction_id: int) -> Rows:
    found = session.execute(
        select(Introduction, contacts_readable_by(actor)).where(
            Introduction.id == introduction_id, introductions_visible_to(actor)
        )
    ).first()
    if found is None:
        raise NotFound("no_introduction", "There is no such introduction.")
    # Their accounts come along, so that nothing below has to fetch them one by one.
    requester, helper = aliased(User), aliased(User)
    to_reader = and_(
        Disclosure.introduction_id == Introduction.id, Disclosure.recipient_user_id == (actor.user_id or 0)
    )
    known = and_(volunteers_visible_to(actor), or_(is_findable(), Volunteer.id == (actor.volunteer_id or 0)))
    row = session.execute(
        select(
            Need,
            Organisation,
            Volunteer,
            requester,
            Chapter,
            Disclosure,
            needs_readable_in_full_by(actor),
            known,
            _asked_after("volunteer"),
            _asked_after("requester"),
            _feedback_waits("volunteer"),
            _feedback_waits("requester"),
            MeetingPlan,
            *lineage_columns(),
            helper,
            papers_of(actor, Need.id),
        )
        .select_from(Introduction)
        .join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .join(requester, requester.id == Need.requester_id)
        .outerjoin(helper, helper.id == Volunteer.user_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .outerjoin(Disclosure, to_reader)
        .outerjoin(MeetingPlan, MeetingPlan.introduction_id == Introduction.id)
        .where(Introduction.id == introduction_id)
        .order_by(Disclosure.id)
        .limit(1)
    ).one()
    return Rows(
        found[0],
        *row[:6],
        in_full=bool(row[6]),
        is_known=bool(row[7]),
        is_shared=bool(found[1]),
        asked_days={"volunteer": row[8], "requester": row[9]},
        feedback={"volunteer": bool(row[10]), "requester": bool(row[11])},
        plan=row[12],
        named=tuple(row[13:18]),
        papers=row[19],
    )


def _names(actor: Actor, rows: Rows, side: str, text: NeedText) -> Names:
    """Names as far as the reader was told them."""
    chapter = rows.chapter.name if rows.chapter else None
    broker = whoever_reads(chapter, begins=True)
    told = rows.is_known or rows.introduction.introduced_at is not None
    if side == "requester" and not told:
        volunteer = (
            _("A member of %(chapter)s", chapter=the_chapter(chapter)) if chapter else _("A volunteer")
        )
    else:
        volunteer = rows.volunteer.name
    unnamed = side == "volunteer" and text.is_partial
    return Names(
        side=side,
        volunteer=volunteer,
        requester=_("The asking side") if unnamed else rows.requester.name,
        broker=broker,
        user_id=actor.user_id,
        volunteer_user_id=rows.volunteer.user_id,
        requester_user_id=rows.requester.id,
        is_unnamed=unnamed,
    )


# --- parts of the page ------------------------------------------------------------------


def _events(
    session: Session, actor: Actor, introduction: Introduction, names: Names, now: datetime
) -> list[Event]:
    """The timeline, oldest first."""
    moves = session.execute(
        select(Transition, User.name)
        .outerjoin(User, User.id == Transition.actor_id)
        .where(Transition.subject == "introduction", Transition.subject_id == introduction.id)
        .order_by(Transition.at, Transition.id)
    )
    events = [
        event_of(one, written, names, now, actor.timezone, introduction.proposed_as) for one, written in moves
    ]
    return [event for event in events if event is not None]


def _contact(session: Session, rows: Rows, side: str) -> Contact | None:
    """The other side's details, as far as an exchange gave them to this very reader."""
    if not rows.is_shared or rows.disclosure is None or rows.volunteer.user_id is None:
        return None
    volunteer, requester = contacts_of(session, rows.introduction)
    other = requester if side == "volunteer" else volunteer
    given = rows.disclosure.fields.split()
    return Contact(
        user_id=other.user_id,
        name=other.name,
        email=other.email if "email" in given else "",
        phone=other.phone if "phone" in given else None,
        organisation=other.organisation,
        position=other.position,
    )


def _clocks(rows: Rows, names: Names, side: str) -> list[Side]:
    """Both sides' clocks; a place that is kept from members is not told by its time either."""
    told = (
        side == "volunteer"
        or rows.introduction.introduced_at is not None
        or (rows.is_known and visibility_of(rows.volunteer, FieldGroup.PLACE) is not Visibility.LEADS)
    )
    volunteer = str(_("You")) if side == "volunteer" else names.volunteer
    requester = str(_("You")) if names.user_id == names.requester_user_id else names.requester
    both = [Side(volunteer, rows.volunteer.timezone)] if told else []
    return [*both, Side(requester, rows.requester.timezone)]


def _asked_after(side: str) -> ScalarSelect[int]:
    """Of how many days the follow-up is that waits for this side's answer."""
    query = select(func.max(FollowUp.days)).where(
        FollowUp.introduction_id == Introduction.id,
        FollowUp.side == side,
        FollowUp.answer.is_(None),
        FollowUp.days > 0,
    )
    return query.correlate(Introduction).scalar_subquery()


def _feedback_waits(side: str) -> ColumnElement[bool]:
    query = select(FollowUp.id).where(
        FollowUp.introduction_id == Introduction.id,
        FollowUp.side == side,
        FollowUp.answer.is_(None),
        FollowUp.days == 0,
    )
    return query.correlate(Introduction).exists()


def _outcomes(session: Session, actor: Actor, introduction_id: int) -> list[Outcome]:
    query = select(Outcome).where(Outcome.introduction_id == introduction_id, outcomes_visible_to(actor))
    return list(session.scalars(query.order_by(Outcome.happened_on.desc(), Outcome.id.desc())))


def offers_for(session: Session, volunteer_id: int, wanted: Wanted) -> list[VolunteerHelp]:
    """What the volunteer themselves offered of the help that is wanted, and how much time it takes."""
    query = select(VolunteerHelp).where(
        VolunteerHelp.volunteer_id == volunteer_id, VolunteerHelp.help_type.in_(wanted.help_types)
    )
    return list(session.scalars(query.order_by(VolunteerHelp.help_type)))
