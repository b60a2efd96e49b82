"""What the page of one need shows to the side that asks, and to a volunteer it was put to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from config.reference import find_market
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import NotFound
from network.domain.introduction_moves import CONTACTS_SHARED, COUNTS_TOWARDS_WANTED, OFFERS
from network.domain.lifecycle import open_actions
from network.domain.need_moves import ENDED, MOVES
from network.domain.states import IntroductionState, NeedState
from network.introductions.policy import can_propose
from network.matching.fit import Match, Wanted
from network.matching.ranking import rank_for_need, wanted_of
from network.matching.reasons import why_today
from network.models import (
    Chapter,
    Introduction,
    Need,
    NeedAttachment,
    Organisation,
    OrganisationMember,
    User,
    Volunteer,
)
from network.needs.attachments import attachments_of
from network.needs.policy import asking_roles, needs_asked_by, needs_visible_to
from network.needs.risk import risk_due
from network.pages.needs.coming import Asked, Next, Standing, for_reader, next_for_risk, next_of
from network.pages.needs.happened import Event, events_of
from network.volunteers.policy import is_findable, volunteers_visible_to
from network.volunteers.queries import is_paused
from network.web.labels import the_chapter
from network.web.need_words import asked_at_a_time, reason_words

_I, _N = IntroductionState, NeedState
SUGGESTED = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is asked, or could be, as the asking side reads it."""

    volunteer_id: int
    name: str
    headline: str
    href: bool
    words: str = ""
    tone: str = "neutral"
    introduction_id: int | None = None
    on_list: bool = False
    leads_on: bool = False


@dataclass(frozen=True, slots=True)
class NeedPage:
    """One need for the side that asks."""

    need: Need
    organisation: Organisation
    requester: str
    owner: str | None
    wanted: Wanted
    people: list[Person]
    suggestions: list[Person]
    events: list[Event]
    next: Next | None
    actions: frozenset[str]
    reason: str
    colleagues: Sequence[tuple[int, str]]
    papers: list[NeedAttachment] = field(default_factory=list)
    at_a_time: str = ""
    may_arrange: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the need has ended."""
        return self.need.state in ENDED


def find_need(session: Session, actor: Actor, need_id: int) -> tuple[Need, bool, int | None]:
    """The need if the actor may know of it, whether they ask, and the introduction by which it was put to them."""
    put_to_actor: ColumnElement[bool] = and_(
        Introduction.need_id == Need.id,
        Introduction.offered_at.is_not(None),
        Introduction.state != _I.CANCELLED,
        Introduction.volunteer_id == (actor.volunteer_id or 0),
    )
    asked = select(Need.id).where(Need.id == need_id, needs_asked_by(actor)).exists()
    row = session.execute(
        select(Need, asked, Introduction.id)
        .outerjoin(Introduction, put_to_actor)
        .where(Need.id == need_id, needs_visible_to(actor))
        .order_by(Introduction.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound("no_need", "There is no such need.")
    return row[0], bool(row[1]), row[2]


def get_own_need(session: Session, actor: Actor, need_id: int) -> Need:
    """The need, for the side that asks; NotFound for anybody else, brokers too."""
    need = session.scalar(select(Need).where(Need.id == need_id, needs_asked_by(actor)))
    if need is None:
        raise NotFound("no_need", "There is no such need.")
    return need


def need_page(session: Session, actor: Actor, need: Need, now: datetime) -> NeedPage:
    """The page for the side that asks: at most nine statements beside those of signing in."""
    organisation, requester, owner, looked_at_by = session.execute(
        select(Organisation, User, Chapter.name, risk_due())
        .select_from(Need)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(User, User.id == Need.requester_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .where(Need.id == need.id)
    ).one()
    actions = frozenset(open_actions(MOVES, need.state, asking_roles(actor, need)))
    wanted = wanted_of(session, need.id)
    matches = _suggested(session, actor, need, wanted, now)
    introductions, volunteers, visible = _people(session, actor, need, matches)
    colleague = None if actor.is_user(requester.id) else requester.name
    away = frozenset(id for id, volunteer in volunteers.items() if is_paused(volunteer, now))
    people = [_person(one, volunteers, visible, owner, colleague, away) for one in introductions]
    if need.state is not _N.OPEN:
        people = [_waits_too(one) if one.words == _("Being asked") else one for one in people]
    standing = Standing(
        need=need,
        organisation=organisation,
        owner=owner,
        zone=requester.timezone,
        people=[
            Asked(row, person.name, them.timezone, them.id in away)
            for row, person in zip(introductions, people, strict=True)
            for them in (volunteers[row.volunteer_id],)
        ],
        today=local_date(now, requester.timezone),
    )
    coming = next_for_risk(need, looked_at_by) or next_of(standing)
    return NeedPage(
        need=need,
        organisation=organisation,
        requester=requester.name,
        owner=owner,
        wanted=wanted,
        people=people,
        suggestions=_offered_names(matches, volunteers, visible),
        events=events_of(session, actor, need, introductions, [one.name for one in people], owner, colleague),
        next=for_reader(coming, actor, requester),
        colleagues=colleagues_of(session, need) if "hand_over" in actions else (),
        actions=actions - _no_longer(need),
        reason=str(reason_words(need.state_reason)),
        papers=attachments_of(session, actor, need.id) if need.papers else [],
        may_arrange=can_propose(actor, need),
        at_a_time=asked_at_a_time(
            need.wanted, need.urgent, sum(one.state in COUNTS_TOWARDS_WANTED for one in introductions)
        ),
    )


def _waits_too(person: Person) -> Person:
    return replace(person, words=_("Asked; waits while it is read again"))


def _no_longer(need: Need) -> set[str]:
    """Acts that come only once and did."""
    gone = {"renew"} if need.renewed_at is not None else set()
    return gone | ({"appeal"} if need.appealed_at is not None else set())


# --- people -----------------------------------------------------------------------------


def _suggested(session: Session, actor: Actor, need: Need, wanted: Wanted, now: datetime) -> list[Match]:
    if need.state in ENDED or need.state is _N.NEEDS_INFO:
        return []
    return rank_for_need(session, need, SUGGESTED, now=now, actor=actor, wanted=wanted)


def _people(
    session: Session, actor: Actor, need: Need, matches: list[Match]
) -> tuple[list[Introduction], dict[int, Volunteer], frozenset[int]]:
    """Who is on the list, everybody's row, and who of them the actor may open; two statements."""
    # Whoever was taken off before they were asked leaves no trace.
    asked_or_listed = or_(Introduction.state != _I.WITHDRAWN, Introduction.offered_at.is_not(None))
    query = select(Introduction).where(Introduction.need_id == need.id, asked_or_listed)
    introductions = list(session.scalars(query.order_by(Introduction.position, Introduction.id)))
    ids = {one.volunteer_id for one in introductions} | {match.volunteer_id for match in matches}
    shown = and_(volunteers_visible_to(actor), or_(is_findable(), Volunteer.id == (actor.volunteer_id or 0)))
    found = session.execute(select(Volunteer, shown).where(Volunteer.id.in_(sorted(ids)))) if ids else ()
    rows = [(row[0], bool(row[1])) for row in found]
    return (
        introductions,
        {volunteer.id: volunteer for volunteer, _ok in rows},
        frozenset(volunteer.id for volunteer, ok in rows if ok),
    )


def _name(
    introduction: Introduction, volunteers: dict[int, Volunteer], visible: frozenset[int], owner: str | None
) -> str:
    """The name, for whom the asking side may find anyway or was introduced to."""
    if introduction.volunteer_id in visible or introduction.state in CONTACTS_SHARED:
        return volunteers[introduction.volunteer_id].name
    return str(_("A member of %(chapter)s", chapter=the_chapter(owner)) if owner else _("A volunteer"))


def _person(
    introduction: Introduction,
    volunteers: dict[int, Volunteer],
    visible: frozenset[int],
    owner: str | None,
    colleague: str | None,
    away: frozenset[int],
) -> Person:
    volunteer = volunteers[introduction.volunteer_id]
    known = introduction.volunteer_id in visible
    words, tone = asker_words(introduction, colleague)
    if introduction.state is _I.PROPOSED and volunteer.id in away:
        words = _("On the list, for when they have time again")
    return Person(
        volunteer_id=volunteer.id,
        name=_name(introduction, volunteers, visible, owner),
        headline=volunteer.headline if known else "",
        href=known,
        words=words,
        tone=tone,
        introduction_id=introduction.id,
        on_list=introduction.state is _I.PROPOSED,
        leads_on=introduction.state in CONTACTS_SHARED | OFFERS | {_I.ACCEPTED},
    )


def asker_words(introduction: Introduction, colleague: str | None = None) -> tuple[str, str]:
    """Where an introduction stands in the requester's words, or a colleague's of them, and the tone of the tag.

    A no, a silence and a referral read alike: "not available".
    """
    if introduction.state is _I.EXPLORING and introduction.turn == "volunteer":
        return _("Is reading the answer"), "waiting"
    if colleague is not None and introduction.state in _FOR_COLLEAGUES:
        return _FOR_COLLEAGUES[introduction.state](colleague)
    known = {
        _I.PROPOSED: (_("On the list"), "neutral"),
        _I.OFFERED: (_("Being asked"), "waiting"),
        _I.EXPLORING: (_("Has a question for you"), "caution"),
        _I.ACCEPTED: (_("Said yes, waits for your word"), "caution"),
        _I.INTRODUCED: (_("Introduced"), "live"),
        _I.MET: (_("You have met"), "live"),
        _I.IN_PROGRESS: (_("Under way"), "live"),
        _I.COMPLETED: (_("Completed"), "good"),
        _I.NO_CONTACT: (_("Introduced, no contact yet"), "caution"),
        _I.STALLED: (_("Quiet for a while"), "caution"),
        _I.WITHDRAWN: (_("Not asked any more"), "ended"),
        _I.CANCELLED: (_("Stopped by the network"), "ended"),
    }
    return known.get(introduction.state, (_("Not available"), "ended"))


# What reads "you" to the requester, for whoever stands beside them.
_FOR_COLLEAGUES: dict[IntroductionState, Callable[[str], tuple[str, str]]] = {
    _I.EXPLORING: lambda name: (_("Has a question for %(name)s", name=name), "waiting"),
    _I.ACCEPTED: lambda name: (_("Said yes, waits for %(name)s", name=name), "waiting"),
    _I.MET: lambda name: (_("Met %(name)s", name=name), "live"),
}


def _offered_names(
    matches: list[Match], volunteers: dict[int, Volunteer], visible: frozenset[int]
) -> list[Person]:
    return [
        Person(
            volunteer_id=match.volunteer_id,
            name=volunteers[match.volunteer_id].name,
            headline=volunteers[match.volunteer_id].headline,
            href=True,
            words=why_today(match.reasons),
        )
        for match in matches
        if match.volunteer_id in visible
    ]


# --- what comes -------------------------------------------------------------------------


def colleagues_of(session: Session, need: Need) -> Sequence[tuple[int, str]]:
    """Who else of the organisation could ask: id and name."""
    query = (
        select(User.id, User.name)
        .join(OrganisationMember, OrganisationMember.user_id == User.id)
        .where(
            OrganisationMember.organisation_id == need.organisation_id,
            OrganisationMember.approved_at.is_not(None),
            User.closed_at.is_(None),
            User.id != need.requester_id,
        )
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in session.execute(query)]


def market_words(wanted: Wanted) -> str:
    """The markets by name, joined."""
    names = [found.label for code in wanted.markets if (found := find_market(code))]
    return str(_(" and ").join(names))
