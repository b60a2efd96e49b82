"""What a person's first page shows: what waits for them, then each side of what they are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from network.accounts.policy import require_self
from network.chapters.queries import memberships_of
from network.domain.actor import Actor
from network.domain.introduction_moves import CONTACTS_SHARED, OFFERS
from network.domain.introduction_moves import LIVE as LIVE_INTRODUCTIONS
from network.domain.states import (
    Confidentiality,
    IntroductionState,
    MembershipState,
    OrganisationState,
    Role,
    VolunteerState,
    Waiting,
)
from network.matching.capacity import charged_to_volunteer
from network.models import (
    Introduction,
    Membership,
    Need,
    Organisation,
    OrganisationMember,
    User,
    Volunteer,
)
from network.needs.policy import needs_asked_by
from network.needs.queries import needs_of
from network.organisations.queries import organisations_of
from network.pages.account.turns import others_turn
from network.volunteers.policy import is_findable, volunteers_visible_to
from network.volunteers.queries import is_paused

# A profile that nobody looked through for so long is worth a minute of its owner.
FRESH = timedelta(days=182)
MOST = 30
SHOWN_NEEDS = 10
# A proposal is the broker's business until it is offered.
_UNDER_WAY = sorted(LIVE_INTRODUCTIONS - {IntroductionState.PROPOSED})


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the person: what, where it is done, by when."""

    text: str
    href: str
    label: str
    by: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class IntroductionLine:
    """One introduction in a list; `mine` where the reader has the next word, else the colleague who has it."""

    id: int
    title: str
    who: str
    state: IntroductionState
    mine: bool
    by: datetime | None
    colleague: str | None = None
    others: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A volunteer's place in a chapter."""

    membership_id: int
    chapter: str
    slug: str
    state: MembershipState
    reason: str | None
    by: datetime | None


@dataclass(frozen=True, slots=True)
class VolunteerSide:
    """What a volunteer sees of themselves."""

    id: int
    state: VolunteerState
    capacity: int
    charged: int
    paused: bool
    leave_from: date | None
    paused_until: date | None
    silences: int
    reviewed_at: datetime | None
    is_stale: bool
    places: tuple[Place, ...]
    introductions: tuple[IntroductionLine, ...]

    @property
    def to_answer(self) -> tuple[IntroductionLine, ...]:
        """Requests and questions whose next word is the volunteer's."""
        return tuple(line for line in self.introductions if line.mine)

    @property
    def is_findable(self) -> bool:
        """Whether a chapter said yes."""
        return self.state is VolunteerState.ACTIVE and any(
            place.state is MembershipState.APPROVED for place in self.places
        )


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need in a list; `mine` where the reader has the next word, else the colleague who has it."""

    id: int
    title: str
    state: str
    mine: bool
    by: datetime | None
    colleague: str | None = None
    others: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation of the person; `waits` for its owner's yes."""

    id: int
    name: str
    state: OrganisationState
    waits: bool
    owns: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody who asks sees."""

    organisations: tuple[OrganisationLine, ...]
    needs: tuple[NeedLine, ...]
    introductions: tuple[IntroductionLine, ...]
    colleagues: tuple[tuple[str, int, str], ...]

    @property
    def may_ask(self) -> bool:
        """Whether one of the organisations takes them as its own."""
        return any(not one.waits for one in self.organisations)


def volunteer_side(session: Session, actor: Actor, now: datetime) -> VolunteerSide | None:
    """The volunteer the actor is, or None; three statements."""
    if actor.volunteer_id is None:
        return None
    volunteer, charged = session.execute(
        select(Volunteer, charged_to_volunteer(now)).where(Volunteer.id == actor.volunteer_id)
    ).one()
    return VolunteerSide(
        id=volunteer.id,
        state=volunteer.state,
        capacity=volunteer.capacity,
        charged=charged,
        paused=is_paused(volunteer, now),
        leave_from=volunteer.leave_from,
        paused_until=volunteer.paused_until,
        silences=volunteer.silences,
        reviewed_at=volunteer.reviewed_at,
        is_stale=volunteer.reviewed_at is not None and volunteer.reviewed_at < now - FRESH,
        places=places_of(session, volunteer.id),
        introductions=_of_volunteer(session, volunteer.id),
    )


def places_of(session: Session, volunteer_id: int) -> tuple[Place, ...]:
    """The volunteer's places in chapters, what waits first; one statement."""
    order = {MembershipState.RETURNED: 0, MembershipState.APPLIED: 1, MembershipState.APPROVED: 2}
    rows = sorted(memberships_of(session, volunteer_id), key=lambda row: order.get(row[0].state, 3))
    return tuple(_place(membership, chapter.name, chapter.slug) for membership, chapter in rows)


def _place(membership: Membership, name: str, slug: str) -> Place:
    by = membership.next_action_at if membership.state is MembershipState.APPLIED else None
    return Place(membership.id, name, slug, membership.state, membership.reason, by)


def _of_volunteer(session: Session, volunteer_id: int) -> tuple[IntroductionLine, ...]:
    query = (
        select(Introduction, Need.title, Need.confidentiality, Organisation.name)
        .join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(Introduction.volunteer_id == volunteer_id, Introduction.state.in_(_UNDER_WAY))
        .order_by(Introduction.next_action_at, Introduction.id)
        .limit(MOST)
    )
    lines = []
    for row, title, confidentiality, organisation in session.execute(query):
        # Until details are exchanged a confidential need names neither itself nor its firm.
        hidden = confidentiality is Confidentiality.CONFIDENTIAL and row.state not in CONTACTS_SHARED
        shown, who = (_("A confidential request"), "") if hidden else (title, organisation)
        lines.append(_line(row, shown, who, Waiting.VOLUNTEER))
    return tuple(lines)


def _line(
    row: Introduction, title: str, who: str, side: Waiting, colleague: str | None = None
) -> IntroductionLine:
    turn = row.next_action_by == side
    # Only an offer's own end: the next date of another state may be a reminder's, which is no term.
    by = row.expires_at if turn and row.state in OFFERS else None
    mine = turn and colleague is None
    others = others_turn(row.next_action_by, side)
    return IntroductionLine(row.id, title, who, row.state, mine, by, colleague if turn else None, others)


def asking_side(session: Session, actor: Actor) -> Asking | None:
    """The organisations the actor belongs to or waits for, what they asked for; None where there are none."""
    rows = organisations_of(session, require_self(actor))
    if not rows:
        return None
    lines = tuple(
        OrganisationLine(
            organisation.id,
            organisation.name,
            organisation.state,
            member.approved_at is None,
            member.role is Role.ORGANISATION_OWNER,
        )
        for organisation, member in rows
    )
    if not actor.organisation_ids:
        return Asking(lines, (), (), ())
    return Asking(lines, _needs(session, actor), _asked(session, actor), _colleagues(session, actor))


def _needs(session: Session, actor: Actor) -> tuple[NeedLine, ...]:
    query = needs_of(actor, live_only=True).join(User, User.id == Need.requester_id).limit(SHOWN_NEEDS)
    return tuple(
        _need_line(actor, need, name)
        for need, name in session.execute(query.with_only_columns(Need, User.name))
    )


def _need_line(actor: Actor, need: Need, requester: str) -> NeedLine:
    turn, own = need.next_action_by == Waiting.REQUESTER, actor.is_user(need.requester_id)
    return NeedLine(
        need.id,
        need.title or _("A draft without a title"),
        need.state,
        turn and own,
        need.next_action_at if turn else None,
        requester if turn and not own else None,
        others_turn(need.next_action_by, Waiting.REQUESTER),
    )


def _asked(session: Session, actor: Actor) -> tuple[IntroductionLine, ...]:
    known = and_(volunteers_visible_to(actor), is_findable())
    query = (
        select(Introduction, Need, Volunteer.name, known, User.name)
        .join(Need, Need.id == Introduction.need_id)
        .join(User, User.id == Need.requester_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(needs_asked_by(actor), Introduction.state.in_(_UNDER_WAY))
        .order_by(Introduction.next_action_at, Introduction.id)
        .limit(MOST)
    )
    return tuple(
        _line(
            row,
            need.title,
            # Whom the reader could not find stays unnamed until they are introduced.
            who if seen or row.state in CONTACTS_SHARED else _("A volunteer"),
            Waiting.REQUESTER,
            None if actor.is_user(need.requester_id) else requester,
        )
        for row, need, who, seen, requester in session.execute(query)
    )


def _colleagues(session: Session, actor: Actor) -> tuple[tuple[str, int, str], ...]:
    """Who waits for this owner's yes: name, organisation and its name."""
    owned = sorted(actor.owned_organisation_ids | actor.office_organisation_ids)
    if not owned:
        return ()
    query = (
        select(User.name, Organisation.id, Organisation.name)
        .join(OrganisationMember, OrganisationMember.user_id == User.id)
        .join(Organisation, Organisation.id == OrganisationMember.organisation_id)
        .where(Organisation.id.in_(owned), OrganisationMember.approved_at.is_(None), User.closed_at.is_(None))
        .order_by(OrganisationMember.id)
        .limit(MOST)
    )
    return tuple((row[0], row[1], row[2]) for row in session.execute(query))


def todo_of(volunteer: VolunteerSide | None, asking: Asking | None, now: datetime) -> list[Todo]:
    """What waits for the person as volunteer and as somebody who asks, the nearest date first."""
    found = [*_volunteer_todo(volunteer, now), *_asking_todo(asking, now)]
    return sorted(found, key=lambda one: (one.by is None, one.by or now))


def _volunteer_todo(side: VolunteerSide | None, now: datetime) -> list[Todo]:
    if side is None:
        return []
    if side.state is VolunteerState.REGISTERING:
        href = url_for("join.register_volunteer")
        return [Todo(_("Your registration is not finished. It goes on where you left it."), href, _("Go on"))]
    found = [
        Todo(
            _("%(who)s asks: %(title)s", who=line.who, title=_ended(line.title))
            if line.who
            else _ended(line.title),
            url_for("introductions.introduction", introduction_id=line.id),
            _("Read and answer"),
            line.by,
            _is_late(line.by, now),
        )
        for line in side.to_answer
    ]
    chapters = url_for("account.chapters")
    found += [
        Todo(
            _(
                "%(chapter)s asks you to add something: %(reason)s",
                chapter=place.chapter,
                reason=place.reason or "",
            ),
            chapters,
            _("See what is missing"),
        )
        for place in side.places
        if place.state is MembershipState.RETURNED
    ]
    if side.state is VolunteerState.ACTIVE and not side.places:
        found.append(
            Todo(
                _("Choose a chapter. Once it says yes, firms can find you."), chapters, _("Choose a chapter")
            )
        )
    return found


def _asking_todo(side: Asking | None, now: datetime) -> list[Todo]:
    if side is None:
        return []
    found = [
        Todo(
            _("%(name)s would like to join %(organisation)s.", name=name, organisation=organisation),
            url_for("account.organisation", organisation_id=organisation_id),
            _("Say yes or no"),
        )
        for name, organisation_id, organisation in side.colleagues
    ]
    found += [
        Todo(
            _("Your need “%(title)s” waits for you.", title=need.title),
            url_for("needs.need", need_id=need.id),
            _("Go on"),
            need.by,
            _is_late(need.by, now),
        )
        for need in side.needs
        if need.mine
    ]
    found += [
        Todo(
            _("%(who)s, about “%(title)s”: your turn.", who=line.who, title=line.title),
            url_for("introductions.introduction", introduction_id=line.id),
            _("See what to do"),
            line.by,
            _is_late(line.by, now),
        )
        for line in side.introductions
        if line.mine
    ]
    return found


def _ended(title: str) -> str:
    """A title as a sentence, because a date may follow."""
    return title if title.endswith((".", "?")) else title + "."


def _is_late(by: datetime | None, now: datetime) -> bool:
    return by is not None and by < now
