"""What a person's first page shows of the volunteer they are, and what it has in common with the asking side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.chapters.queries import memberships_of
from network.domain.actor import Actor
from network.domain.introduction_moves import CONTACTS_SHARED, OFFERS
from network.domain.introduction_moves import LIVE as LIVE_INTRODUCTIONS
from network.domain.states import (
    Confidentiality,
    IntroductionState,
    MembershipState,
    VolunteerState,
    Waiting,
)
from network.introductions.queries import meeting_turn
from network.matching.capacity import charged_to_volunteer
from network.models import (
    Introduction,
    Membership,
    Need,
    Organisation,
    Volunteer,
)
from network.pages.account.turns import others_turn
from network.volunteers.queries import is_paused

MEETING_STEPS = {
    "choose": (_l("%(who)s suggests times to meet, about: %(title)s"), _l("Choose a time")),
    "say": (_l("You were to meet %(who)s, about: %(title)s"), _l("Say whether you spoke")),
}
MEETING_WORDS = {
    "theirs": _l("The other side chooses a time to meet"),
    "ahead": _l("You have a time to meet"),
}
# A profile that nobody looked through for so long is worth a minute of its owner.
FRESH = timedelta(days=182)
MOST = 30
# A proposal is the broker's business until it is offered.
UNDER_WAY = sorted(LIVE_INTRODUCTIONS - {IntroductionState.PROPOSED})


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
    # What the reader has to do about the meeting: "say" whether they spoke, or "choose" a time.
    meeting: str | None = None


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
        introductions=_of_volunteer(session, volunteer.id, now),
    )


def places_of(session: Session, volunteer_id: int) -> tuple[Place, ...]:
    """The volunteer's places in chapters, what waits first; one statement."""
    order = {MembershipState.RETURNED: 0, MembershipState.APPLIED: 1, MembershipState.APPROVED: 2}
    rows = sorted(memberships_of(session, volunteer_id), key=lambda row: order.get(row[0].state, 3))
    return tuple(_place(membership, chapter.name, chapter.slug) for membership, chapter in rows)


def _place(membership: Membership, name: str, slug: str) -> Place:
    by = membership.next_action_at if membership.state is MembershipState.APPLIED else None
    return Place(membership.id, name, slug, membership.state, membership.reason, by)


def _of_volunteer(session: Session, volunteer_id: int, now: datetime) -> tuple[IntroductionLine, ...]:
    query = (
        select(
            Introduction,
            Need.title,
            Need.confidentiality,
            Organisation.name,
            meeting_turn(Waiting.VOLUNTEER.value, now),
        )
        .join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(Introduction.volunteer_id == volunteer_id, Introduction.state.in_(UNDER_WAY))
        .order_by(Introduction.next_action_at, Introduction.id)
        .limit(MOST)
    )
    lines = []
    for row, title, confidentiality, organisation, meeting in session.execute(query):
        # Until details are exchanged a confidential need names neither itself nor its firm.
        hidden = confidentiality is Confidentiality.CONFIDENTIAL and row.state not in CONTACTS_SHARED
        shown, who = (_("A confidential request"), "") if hidden else (title, organisation)
        lines.append(introduction_line(row, shown, who, Waiting.VOLUNTEER, meeting=meeting))
    return tuple(lines)


def introduction_line(
    row: Introduction,
    title: str,
    who: str,
    side: Waiting,
    colleague: str | None = None,
    meeting: str | None = None,
) -> IntroductionLine:
    turn = row.next_action_by == side
    if meeting in MEETING_STEPS:
        turn = True
    elif meeting is not None and row.state is IntroductionState.INTRODUCED:
        turn = False
    # Only an offer's own end: the next date of another state may be a reminder's, which is no term.
    by = row.expires_at if row.state in OFFERS else None
    mine = turn and colleague is None
    others = others_turn(row.next_action_by, side)
    if not turn and meeting in MEETING_WORDS:
        others = str(MEETING_WORDS[meeting])
    todo = meeting if mine and meeting in MEETING_STEPS else None
    return IntroductionLine(
        row.id, title, who, row.state, mine, by, colleague if turn else None, others, todo
    )


def meeting_todo(line: IntroductionLine) -> Todo:
    """What waits about a meeting: to choose a time, or to say whether they spoke."""
    words, label = MEETING_STEPS[line.meeting or ""]
    href = url_for("introductions.introduction", introduction_id=line.id, _anchor="meeting")
    return Todo(str(words) % {"who": line.who, "title": _ended(line.title)}, href, str(label))


def volunteer_todo(side: VolunteerSide | None, now: datetime) -> list[Todo]:
    if side is None:
        return []
    if side.state is VolunteerState.REGISTERING:
        href = url_for("join.register_volunteer")
        return [Todo(_("Your registration is not finished. It goes on where you left it."), href, _("Go on"))]
    found = [meeting_todo(line) for line in side.to_answer if line.meeting]
    found += [
        Todo(
            _("%(who)s asks: %(title)s", who=line.who, title=_ended(line.title))
            if line.who
            else _ended(line.title),
            url_for("introductions.introduction", introduction_id=line.id),
            _("Read and answer"),
            line.by,
            is_late(line.by, now),
        )
        for line in side.to_answer
        if not line.meeting
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


def _ended(title: str) -> str:
    """A title as a sentence, because a date may follow."""
    return title if title.endswith((".", "?")) else title + "."


def is_late(by: datetime | None, now: datetime) -> bool:
    return by is not None and by < now
