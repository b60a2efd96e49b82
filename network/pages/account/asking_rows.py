"""What a person's first page shows of what they and their organisations ask for, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from network.accounts.policy import require_self
from network.domain.actor import Actor
from network.domain.clock import end_of_day_after
from network.domain.introduction_moves import CONTACTS_SHARED, COUNTS_TOWARDS_WANTED, OFFERS
from network.domain.states import NeedState, OrganisationState, Role, Waiting
from network.introductions.queries import count_in, meeting_turn
from network.models import Chapter, Introduction, Need, Organisation, OrganisationMember, User, Volunteer
from network.needs.policy import needs_asked_by
from network.needs.queries import needs_of
from network.organisations.queries import organisations_of
from network.pages.account.rows import (
    MOST,
    UNDER_WAY,
    IntroductionLine,
    Todo,
    VolunteerSide,
    introduction_line,
    is_late,
    meeting_todo,
    volunteer_todo,
)
from network.rules import periods
from network.volunteers.policy import is_findable, volunteers_visible_to
from network.web.need_words import stands_words

SHOWN_NEEDS = 10


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

    @property
    def is_draft(self) -> bool:
        """Whether it was not sent yet."""
        return self.state == NeedState.DRAFT


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


def asking_side(session: Session, actor: Actor, now: datetime) -> Asking | None:
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
    return Asking(
        lines, _needs(session, actor, now), _asked(session, actor, now), _colleagues(session, actor)
    )


def _needs(session: Session, actor: Actor, now: datetime) -> tuple[NeedLine, ...]:
    query = (
        needs_of(actor, live_only=True)
        .join(User, User.id == Need.requester_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        # However many drafts there are, what was sent is never pushed off the page by them.
        .order_by(None)
        .order_by(Need.state == NeedState.DRAFT, Need.updated_at.desc(), Need.id.desc())
        .limit(SHOWN_NEEDS)
        .with_only_columns(Need, User.name, Chapter.name, count_in(OFFERS), count_in(COUNTS_TOWARDS_WANTED))
    )
    return tuple(
        _need_line(actor, need, requester, stands_words(need, owner, asked, accepted, actor.timezone, now))
        for need, requester, owner, asked, accepted in session.execute(query)
    )


def _need_line(actor: Actor, need: Need, requester: str, stands: str) -> NeedLine:
    turn, own = need.next_action_by == Waiting.REQUESTER, actor.is_user(need.requester_id)
    return NeedLine(
        need.id,
        need.title or _("A draft without a title"),
        need.state,
        turn and own,
        _term(actor, need) if turn else None,
        requester if turn and not own else None,
        "" if turn else stands,
    )


def _term(actor: Actor, need: Need) -> datetime | None:
    """Until when the requester has time; a draft has none: it is kept, and its end is told by mail in time."""
    if need.state is NeedState.NEEDS_INFO:
        since, days = need.state_since or need.updated_at, periods().need_info_days
    elif need.state is NeedState.OPEN and need.asked_if_done_at is not None:
        since, days = need.asked_if_done_at, periods().need_fulfilled_silence_days
    else:
        return None
    return end_of_day_after(since, days, actor.timezone)


def _asked(session: Session, actor: Actor, now: datetime) -> tuple[IntroductionLine, ...]:
    known = and_(volunteers_visible_to(actor), is_findable())
    query = (
        select(
            Introduction, Need, Volunteer.name, known, User.name, meeting_turn(Waiting.REQUESTER.value, now)
        )
        .join(Need, Need.id == Introduction.need_id)
        .join(User, User.id == Need.requester_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(needs_asked_by(actor), Introduction.state.in_(UNDER_WAY))
        .order_by(Introduction.next_action_at, Introduction.id)
        .limit(MOST)
    )
    return tuple(
        introduction_line(
            row,
            need.title,
            # Whom the reader could not find stays unnamed until they are introduced.
            who if seen or row.state in CONTACTS_SHARED else _("A volunteer"),
            Waiting.REQUESTER,
            None if actor.is_user(need.requester_id) else requester,
            meeting,
        )
        for row, need, who, seen, requester, meeting in session.execute(query)
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
    found = [*volunteer_todo(volunteer, now), *_asking_todo(asking, now)]
    return sorted(found, key=lambda one: (one.by is None, one.by or now))


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
    found += [_need_todo(need, now) for need in side.needs if need.mine and not need.is_draft]
    found += [meeting_todo(line) for line in side.introductions if line.meeting]
    found += [
        Todo(
            _("%(who)s, about “%(title)s”: your turn.", who=line.who, title=line.title),
            url_for("introductions.introduction", introduction_id=line.id),
            _("See what to do"),
            line.by,
            is_late(line.by, now),
        )
        for line in side.introductions
        if line.mine and not line.meeting
    ]
    # What somebody waits for comes before what nobody has read yet.
    drafts = [need for need in side.needs if need.mine and need.is_draft]
    if len(drafts) > 1:
        # Without a number: of many only the first are read here.
        words = _("Some of your requests are not sent yet. Nobody reads them before.")
        found.append(Todo(words, url_for("needs.needs", show="drafts"), _("See your drafts")))
    else:
        found += [_need_todo(need, now) for need in drafts]
    return found


def _need_todo(need: NeedLine, now: datetime) -> Todo:
    if need.is_draft:
        words = _("“%(title)s” is not sent yet. Nobody reads it before.", title=need.title)
        return Todo(words, url_for("needs.edit", need_id=need.id), _("Go on writing"))
    href = url_for("needs.need", need_id=need.id)
    if need.state == NeedState.NEEDS_INFO:
        words, label = _("We have a question about “%(title)s”.", title=need.title), _("Read it and answer")
    else:
        words, label = _("Did you get what you needed: “%(title)s”?", title=need.title), _("Say so")
    return Todo(words, href, label, need.by, is_late(need.by, now))
