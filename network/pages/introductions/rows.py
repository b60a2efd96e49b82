"""The list of introductions: what waits for the reader, what waits for others, what is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session

from config.reference import find_market
from network.domain.actor import Actor
from network.domain.clock import end_of_day_after
from network.domain.introduction_moves import CONTACTS_SHARED, LIVE, OFFERS
from network.domain.states import Confidentiality, IntroductionState, Waiting
from network.introductions.queries import introductions_of, meeting_turn
from network.models import (
    Chapter,
    FollowUp,
    Introduction,
    IntroductionMessage,
    IntroductionRead,
    Need,
    NeedMarket,
    Organisation,
    User,
    Volunteer,
)
from network.needs.policy import needs_asked_by
from network.pages.introductions.words import state_words
from network.rules import periods
from network.volunteers.policy import is_findable, volunteers_visible_to
from network.web.labels import the_chapter
from network.web.need_words import goal_words
from network.web.paging import Page

_I = IntroductionState
SIZE = 25
MINE, OTHERS, DONE = 0, 1, 2
# After so long an unanswered follow-up no longer stands first: it is asked again by mail.
FOLLOW_UP_FRESH = timedelta(days=30)
_WAITS_FOR_ASKER = (_I.EXPLORING, _I.ACCEPTED, _I.INTRODUCED, _I.MET)


@dataclass(frozen=True, slots=True)
class Line:
    """One introduction in the list."""

    id: int
    group: int
    title: str
    who: str
    face: str
    seed: int
    market: str
    words: str
    tone: str | None
    state: IntroductionState
    act: str
    by: datetime | None
    at: datetime
    new: int = 0


def introduction_list(session: Session, actor: Actor, number: int, now: datetime) -> Page[Line]:
    """The reader's introductions as volunteer and as asking side; two statements."""
    query = introductions_of(actor).where(Introduction.offered_at.is_not(None)).order_by(None)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    asked = needs_asked_by(actor)
    turn = meeting_turn(_side_of(actor), now)
    group = case(
        (_waits_for(actor, asked, turn, now), MINE),
        (Introduction.state.in_(sorted(LIVE)), OTHERS),
        else_=DONE,
    )
    known = and_(volunteers_visible_to(actor), is_findable())
    market = (
        select(NeedMarket.market)
        .where(NeedMarket.need_id == Need.id, NeedMarket.position == 0)
        .correlate(Need)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        query.join(Need, Need.id == Introduction.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .join(User, User.id == Need.requester_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .with_only_columns(
            Introduction,
            Need,
            Organisation.name,
            Volunteer.name,
            Chapter.name,
            User.name,
            group,
            known,
            market,
            _unread(actor),
            turn,
        )
        .order_by(
            group,
            case(
                (Introduction.state.in_(sorted(OFFERS)), Introduction.expires_at),
                (Introduction.state.in_(sorted(LIVE)), Introduction.next_action_at),
            ).nulls_last(),
            func.coalesce(Introduction.ended_at, Introduction.updated_at).desc(),
            Introduction.id.desc(),
        )
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    return Page([_line(actor, *row) for row in rows], number, SIZE, total)


def _unread(actor: Actor) -> ColumnElement[int]:
    """How many messages of others the reader has not seen yet."""
    read = (
        select(IntroductionRead.message_id)
        .where(
            IntroductionRead.introduction_id == Introduction.id,
            IntroductionRead.user_id == (actor.user_id or 0),
        )
        .correlate(Introduction)
        .scalar_subquery()
    )
    return (
        select(func.count(IntroductionMessage.id))
        .where(
            IntroductionMessage.introduction_id == Introduction.id,
            IntroductionMessage.id > func.coalesce(read, 0),
            ~IntroductionMessage.for_brokers,
            ~IntroductionMessage.held_back,
            func.coalesce(IntroductionMessage.author_id, 0) != (actor.user_id or 0),
        )
        .correlate(Introduction)
        .scalar_subquery()
    )


def _side_of(actor: Actor) -> ColumnElement[str]:
    mine = Introduction.volunteer_id == (actor.volunteer_id or 0)
    return case((mine, "volunteer"), else_="requester")


def _waits_for(
    actor: Actor, asked: ColumnElement[bool], turn: ScalarSelect[str | None], now: datetime
) -> ColumnElement[bool]:
    mine, side = Introduction.volunteer_id == (actor.volunteer_id or 0), _side_of(actor)
    own = or_(mine, Need.requester_id == (actor.user_id or 0))
    unanswered = (
        select(FollowUp.id)
        .where(
            FollowUp.introduction_id == Introduction.id,
            FollowUp.side == side,
            FollowUp.answer.is_(None),
            FollowUp.days > 0,
            FollowUp.asked_at > now - FOLLOW_UP_FRESH,
        )
        .correlate(Introduction)
        .exists()
    )
    return or_(
        and_(
            mine,
            Introduction.state.in_(sorted(OFFERS)),
            Introduction.next_action_by == Waiting.VOLUNTEER,
        ),
        and_(
            asked,
            ~mine,
            # A colleague's turn is theirs: it stands among what is under way.
            Need.requester_id == (actor.user_id or 0),
            Introduction.state.in_(_WAITS_FOR_ASKER),
            Introduction.next_action_by == Waiting.REQUESTER,
            # Where times are on the table, or one is agreed on, nobody has to write first.
            or_(Introduction.state != _I.INTRODUCED, turn.is_(None)),
        ),
        and_(own, turn.in_(["say", "choose"])),
        and_(Introduction.state == _I.COMPLETED, unanswered, own),
    )


def _line(
    actor: Actor,
    introduction: Introduction,
    need: Need,
    firm: str,
    volunteer: str,
    chapter: str | None,
    requester: str,
    group: int,
    known: bool,
    market: str | None,
    new: int,
    turn: str | None,
) -> Line:
    side = "volunteer" if actor.is_volunteer(introduction.volunteer_id) else "requester"
    words, tone = state_words(introduction, side, None if actor.is_user(need.requester_id) else requester)
    shared, face = introduction.state in CONTACTS_SHARED, None
    if side == "volunteer":
        open_text = shared or need.confidentiality == Confidentiality.OPEN
        title = need.title if open_text else str(goal_words(need.goal))
        who, seed = firm, need.organisation_id
        if not open_text:
            who, seed, face = _("A firm or university that stays unnamed for now"), 0, "?"
    else:
        title = need.title
        hidden = _("A member of %(chapter)s", chapter=the_chapter(chapter)) if chapter else _("A volunteer")
        who, seed = (volunteer if known or shared else hidden), introduction.volunteer_id
    found = find_market(market) if market else None
    return Line(
        id=introduction.id,
        group=group,
        title=title or _("A request"),
        who=who,
        face=face or who,
        seed=seed,
        market=str(found.label) if found else "",
        words=words,
        tone=tone,
        state=introduction.state,
        act=_act(introduction, side, turn) if group == MINE else "",
        by=_by(actor, introduction) if group != DONE else None,
        at=introduction.ended_at or introduction.updated_at,
        new=new if group != DONE else 0,
    )


def _act(introduction: Introduction, side: str, turn: str | None) -> str:
    if turn in {"say", "choose"}:
        return str(_("Choose a time") if turn == "choose" else _("Say whether you spoke"))
    if introduction.state is _I.COMPLETED:
        return str(_("Say what came of it"))
    if side == "volunteer":
        return str(_("Read and answer"))
    words = {
        _I.EXPLORING: _("Answer the question"),
        _I.ACCEPTED: _("Agree to be introduced"),
        _I.INTRODUCED: _("Write to them"),
    }
    return str(words.get(introduction.state, _("Say how it went")))


def _by(actor: Actor, introduction: Introduction) -> datetime | None:
    """Until when; only where the day that ends it is known without its whole clock."""
    if introduction.state in OFFERS:
        return introduction.expires_at
    if introduction.state is _I.ACCEPTED:
        since = introduction.state_since or introduction.updated_at
        return end_of_day_after(since, periods().accepted_days, actor.timezone)
    return None
