"""How each kind of thing reads as a line of the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from network.domain.concerns import ConcernAbout, ConcernKind
from network.domain.states import NeedState, Waiting
from network.measures.waiting import KINDS
from network.models import (
    Chapter,
    Concern,
    Introduction,
    Membership,
    Need,
    NeedMarket,
    Organisation,
    Outcome,
    RiskReview,
    User,
    Volunteer,
)
from network.needs.risk import risk_due


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue."""

    kind: str
    id: int
    what: str
    who: str
    where: tuple[str, ...]
    since: datetime
    due_at: datetime | None
    owner: str | None
    state: str
    urgent: bool
    escalated: bool
    link_id: int | str
    late: bool
    # Of a need that can be ticked, to act on several at once.
    version: int | None = None
    # Of an open question: who has the next word.
    turn: str | None = None
    # Of a need: why it is read for the second time (an "appeal", or "again"), and until when its risks are looked at.
    again: str = ""
    risk_until: datetime | None = None


def lines_of(
    session: Session, keys: Sequence[tuple[str, int]], now: datetime
) -> Mapping[tuple[str, int], Item]:
    """The lines for the keys; one statement for each kind that is there."""
    ids = {kind: [id for one, id in keys if one == kind] for kind in KINDS}
    needs = ids["need"] + ids["exhausted"]
    lines: dict[tuple[str, int], Item] = {}
    if needs:
        lines |= _need_lines(session, needs, now)
    if ids["risk"]:
        lines |= _risk_lines(session, ids["risk"], now)
    introductions = {id: kind for kind in ("introduction", "unanswered", "silent") for id in ids[kind]}
    if introductions:
        lines |= _introduction_lines(session, introductions, now)
    if ids["concern"]:
        lines |= _concern_lines(session, ids["concern"], now)
    if ids["outcome"]:
        lines |= _outcome_lines(session, ids["outcome"], now)
    if ids["membership"]:
        lines |= _membership_lines(session, ids["membership"], now)
    if ids["organisation"]:
        lines |= _organisation_lines(session, ids["organisation"], now)
    return lines


def _is_late(at: datetime | None, now: datetime) -> bool:
    return at is not None and at < now


def _need_lines(session: Session, ids: list[int], now: datetime) -> dict[tuple[str, int], Item]:
    first, second = (_market(place) for place in (0, 1))
    rows = session.execute(
        select(Need, Organisation.name, Chapter.name, User.name, risk_due(), first, second)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .outerjoin(User, User.id == Need.broker_id)
        .where(Need.id.in_(ids))
    ).all()
    lines = {}
    for need, organisation, chapter, broker, risk_until, *markets in rows:
        kind = "exhausted" if need.state is NeedState.OPEN else "need"
        lines[kind, need.id] = Item(
            kind=kind,
            id=need.id,
            what=need.title,
            who=organisation,
            where=tuple(code for code in markets if code),
            since=need.exhausted_at or need.submitted_at or need.created_at,
            due_at=need.next_action_at,
            owner=broker or chapter,
            state=need.state.value,
            urgent=need.urgent,
            escalated=need.next_action_by == Waiting.STAFF and need.owner_chapter_id is not None,
            link_id=need.id,
            late=_is_late(need.next_action_at, now),
            version=need.version,
            again=_again(need),
            risk_until=risk_until,
        )
    return lines


def _again(need: Need) -> str:
    if need.appealed_at is not None and (need.opened_at is None or need.appealed_at > need.opened_at):
        return "appeal"
    return "again" if need.opened_at is not None else ""


def _market(position: int) -> ScalarSelect[str]:
    return (
        select(NeedMarket.market)
        .where(NeedMarket.need_id == Need.id, NeedMarket.position == position)
        .correlate(Need)
        .scalar_subquery()
    )


def _risk_lines(session: Session, ids: list[int], now: datetime) -> dict[tuple[str, int], Item]:
    rows = session.execute(
        select(RiskReview, Need, Organisation.name, User.name, NeedMarket.market)
        .join(Need, Need.id == RiskReview.need_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .outerjoin(User, User.id == RiskReview.reviewer_id)
        .outerjoin(NeedMarket, and_(NeedMarket.need_id == Need.id, NeedMarket.position == 0))
        .where(RiskReview.id.in_(ids))
    )
    return {
        ("risk", one.id): Item(
            kind="risk",
            id=one.id,
            what=need.title,
            who=organisation,
            where=(market,) if market else (),
            since=one.state_since or one.created_at,
            due_at=one.next_action_at,
            owner=reviewer,
            state=one.state.value,
            urgent=need.urgent,
            escalated=False,
            link_id=one.id,
            late=one.escalated_at is not None or _is_late(one.next_action_at, now),
        )
        for one, need, organisation, reviewer, market in rows
    }


def _introduction_lines(
    session: Session, kinds: Mapping[int, str], now: datetime
) -> dict[tuple[str, int], Item]:
    rows = session.execute(
        select(
            Introduction, Need, Volunteer.name, User.name, Organisation.name, Chapter.name, NeedMarket.market
        )
        .join(Need, Need.id == Introduction.need_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .join(User, User.id == Need.requester_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .outerjoin(NeedMarket, and_(NeedMarket.need_id == Need.id, NeedMarket.position == 0))
        .where(Introduction.id.in_(sorted(kinds)))
    )
    return {
        (kinds[one.id], one.id): Item(
            kind=kinds[one.id],
            id=one.id,
            what=need.title,
            who=f"{volunteer} · {organisation}",
            where=(market,) if market else (),
            since=one.state_since or one.created_at,
            due_at=one.next_action_at,
            owner=chapter,
            state=one.state.value,
            urgent=need.urgent,
            escalated=one.next_action_by == Waiting.STAFF and need.owner_chapter_id is not None,
            link_id=need.id,
            late=_is_late(one.next_action_at, now),
            turn=volunteer if one.turn == "volunteer" else requester,
        )
        for one, need, volunteer, requester, organisation, chapter, market in rows
    }


def _concern_lines(session: Session, ids: list[int], now: datetime) -> dict[tuple[str, int], Item]:
    of_volunteer = and_(Concern.about == ConcernAbout.VOLUNTEER, Volunteer.id == Concern.subject_id)
    of_need = and_(Concern.about == ConcernAbout.NEED, Need.id == Concern.subject_id)
    rows = session.execute(
        select(Concern, func.coalesce(Volunteer.name, Need.title))
        .outerjoin(Volunteer, of_volunteer)
        .outerjoin(Need, of_need)
        .where(Concern.id.in_(ids))
    )
    return {
        ("concern", one.id): Item(
            kind="concern",
            id=one.id,
            what=name or "",
            who=one.kind.value,
            where=(),
            since=one.state_since or one.created_at,
            due_at=one.next_action_at,
            owner=None,
            state=one.state.value,
            urgent=one.kind is ConcernKind.UNSAFE,
            escalated=False,
            link_id=one.id,
            late=one.escalated_at is not None or _is_late(one.next_action_at, now),
        )
        for one, name in rows
    }


def _outcome_lines(session: Session, ids: list[int], now: datetime) -> dict[tuple[str, int], Item]:
    rows = session.execute(
        select(Outcome, Organisation.name, Chapter.name)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .outerjoin(Chapter, Chapter.id == Outcome.chapter_id)
        .where(Outcome.id.in_(ids))
    )
    return {
        ("outcome", one.id): Item(
            kind="outcome",
            id=one.id,
            what=one.title,
            who=organisation,
            where=(one.market,) if one.market else (),
            since=one.state_since or one.created_at,
            due_at=one.next_action_at,
            owner=chapter,
            state=one.status.value,
            urgent=False,
            escalated=one.next_action_by == Waiting.STAFF and one.chapter_id is not None,
            link_id=one.id,
            late=_is_late(one.next_action_at, now),
        )
        for one, organisation, chapter in rows
    }


def _membership_lines(session: Session, ids: list[int], now: datetime) -> dict[tuple[str, int], Item]:
    rows = session.execute(
        select(Membership, Volunteer, Chapter)
        .join(Volunteer, Volunteer.id == Membership.volunteer_id)
        .join(Chapter, Chapter.id == Membership.chapter_id)
        .where(Membership.id.in_(ids))
    )
    return {
        ("membership", one.id): Item(
            kind="membership",
            id=one.id,
            what=volunteer.name,
            who=volunteer.headline,
            where=(volunteer.country,) if volunteer.country else (),
            since=one.applied_at,
            due_at=one.next_action_at,
            owner=chapter.name,
            state=one.state.value,
            urgent=False,
            escalated=one.next_action_by == Waiting.STAFF,
            link_id=chapter.slug,
            late=_is_late(one.next_action_at, now),
        )
        for one, volunteer, chapter in rows
    }


def _organisation_lines(session: Session, ids: list[int], now: datetime) -> dict[tuple[str, int], Item]:
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {
        ("organisation", one.id): Item(
            kind="organisation",
            id=one.id,
            what=one.name,
            who=one.kind.value,
            where=(),
            since=one.state_since or one.created_at,
            due_at=one.next_action_at,
            owner=None,
            state=one.state.value,
            urgent=False,
            escalated=one.escalated_at is not None,
            link_id=one.id,
            late=_is_late(one.next_action_at, now),
        )
        for one in rows
    }
