"""What a broker does with a need: read, ask back, open, refuse, flag, close, hand on, note."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from network.audit.moves import check_may_move, move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.chapter_moves import TAKES_NEEDS
from network.domain.errors import Invalid, NotAllowed
from network.domain.need_moves import MOVES
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import NeedState, OrganisationState
from network.domain.text import clean_text
from network.models import Chapter, Need, NeedNote, Organisation, RiskReview, User
from network.needs.operations.asking import may_own
from network.needs.operations.clock import steps_to_staff, wind_need
from network.needs.operations.owners import Owned, log_owner
from network.needs.operations.risk import decide_risk, refuse_while_risky
from network.needs.policy import can_flag_need, can_triage_need, roles_towards_need
from network.needs.queries import clock_of_need, leads_of, lock_need, staff_users, unconflicted_with
from network.organisations.standing import verify_organisation
from network.outbox.queue import enqueue


def begin_triage(
    session: Session, actor: Actor, need: Need, *, now: datetime, seen: int | None = None
) -> Need:
    """The actor reads the need and is its broker; the time limit stays."""
    need = _moved(session, actor, need, "begin_triage", now=now, seen=seen)
    if actor.user_id is not None:
        need.broker_id = actor.user_id
    wind_need(session, need)
    return need


def open_need(
    session: Session,
    actor: Actor,
    need: Need,
    *,
    now: datetime,
    organisation_checked: bool = False,
    reason: str | None = None,
    seen: int | None = None,
) -> Need:
    """The need may be put to volunteers. Its organisation was checked along with it, so nobody waits twice."""
    _require_triager(actor, need)
    need = lock_need(session, need.id)
    refuse_while_risky(session, need)
    organisation = session.get_one(Organisation, need.organisation_id)
    if organisation.state == OrganisationState.UNVERIFIED and organisation_checked:
        organisation = verify_organisation(session, actor, organisation.id, now=now)
    if organisation.state not in MAY_EXCHANGE:
        raise Invalid(
            "organisation_unchecked",
            "Check the organisation first: its need cannot be put to anybody before.",
            "organisation_checked",
        )
    need = _moved(session, actor, need, "open", now=now, reason=reason, seen=seen)
    need.opened_at = need.opened_at or now
    need.state_reason = need.escalated_at = None
    wind_need(session, need)
    enqueue(session, "need.opened", now=now, need_id=need.id, at=now.isoformat(), trusted=False)
    return need


def ask_info(
    session: Session, actor: Actor, need: Need, question: str, *, now: datetime, seen: int | None = None
) -> Need:
    """The requester is asked something, and has 14 days."""
    words = clean_text(question, field="reason")
    need = _moved(session, actor, need, "ask_info", now=now, reason=words, seen=seen)
    need.state_reason = words
    wind_need(session, need)
    enqueue(session, "need.info_asked", now=now, need_id=need.id, at=now.isoformat())
    return need


def refuse_need(
    session: Session, actor: Actor, need: Need, reason: str, *, now: datetime, seen: int | None = None
) -> Need:
    """The network does not put this need to anybody; the requester reads why and may appeal once."""
    words = clean_text(reason, field="reason")
    need = _moved(session, actor, need, "refuse", now=now, reason=words, seen=seen)
    need.state_reason, need.closed_at = words, now
    wind_need(session, need)
    enqueue(session, "need.refused", now=now, need_id=need.id, at=now.isoformat())
    return need


def stop_risk(
    session: Session,
    actor: Actor,
    review: RiskReview,
    reason: str,
    *,
    words: str,
    now: datetime,
    seen: int | None = None,
) -> RiskReview:
    """The need is refused for its risks: the record keeps the reason, the requester reads `words` and may appeal."""
    told = clean_text(words, field="words")
    if not told:
        raise Invalid("reason_missing", "Say what the requester reads, in a sentence.", "words")
    review, need = decide_risk(session, actor, review, "stop", reason, now, seen)
    if need.state is NeedState.SUBMITTED:
        need = begin_triage(session, actor, need, now=now)
    refuse_need(session, actor, need, told, now=now)
    record(session, actor, "risk.stop", "need", need.id, now=now)
    enqueue(session, "risk.stopped", now=now, review_id=review.id)
    return review


def close_unmet(
    session: Session, actor: Actor, need: Need, reason: str, *, now: datetime, seen: int | None = None
) -> Need:
    """Nobody could be found: closed, and counted as a gap of the network."""
    words = clean_text(reason, field="reason")
    need = _moved(session, actor, need, "close_unmet", now=now, reason=words, seen=seen)
    need.state_reason, need.closed_at = words, now
    wind_need(session, need)
    enqueue(session, "need.closed_unmet", now=now, need_id=need.id)
    return need


def flag_need(
    session: Session, actor: Actor, need: Need, reason: str, *, now: datetime, seen: int | None = None
) -> Need:
    """Something is wrong with an open need: it goes back to triage and its offers wait."""
    if not actor.is_system and not can_flag_need(actor, need):
        raise NotAllowed("not_yours_to_flag", "Only a broker, or who was asked to help, can flag this.")
    words = clean_text(reason, field="reason")
    need = lock_need(session, need.id)
    roles = roles_towards_need(actor, need)
    move(session, actor, need, MOVES, "flag", now=now, reason=words, seen=seen, roles=roles)
    # The flag's words are for brokers: they stand in the transition log, not where the requester reads.
    need.submitted_at, need.exhausted_at = now, None
    wind_need(session, need)
    record(session, actor, "need.flag", "need", need.id, now=now)
    enqueue(session, "need.flagged", now=now, need_id=need.id, at=now.isoformat())
    return need


def escalate_need(
    session: Session,
    actor: Actor,
    need: Need,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Need:
    """The need lies with staff now, at a broker's wish; its chapter still owns it."""
    need = lock_need(session, need.id)
    since = need.state_since
    words = clean_text(reason, field="reason") or None
    need = _moved(session, actor, need, "escalate", now=now, reason=words, seen=seen)
    need.state_since, need.broker_id = since, None
    need.steps_done = steps_to_staff(clock_of_need(session, need))
    need.escalated_at = now
    wind_need(session, need)
    enqueue(session, "need.escalated", now=now, need_id=need.id, at=now.isoformat())
    return need


def reassign_need(
    session: Session,
    actor: Actor,
    need: Need,
    *,
    chapter_id: int | None,
    broker_id: int | None = None,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Need:
    """Another chapter (or staff, for None) owns the need, perhaps with one broker by name; history stays."""
    # Asked first: whom it is not given to is told so, not that some choice of theirs was wrong.
    need = lock_need(session, need.id)
    check_may_move(need, MOVES, "reassign", roles=roles_towards_need(actor, need), seen=seen)
    _check_new_owner(session, need, chapter_id, broker_id)
    words = clean_text(reason, field="reason") or None
    need = _moved(session, actor, need, "reassign", now=now, reason=words)
    log_owner(session, actor, need, Owned(chapter_id != need.owner_chapter_id, chapter_id, broker_id), now)
    need.owner_chapter_id, need.broker_id = chapter_id, broker_id
    wind_need(session, need)
    by = actor.user_id
    enqueue(session, "need.reassigned", now=now, need_id=need.id, by=by, at=now.isoformat())
    return need


def _check_new_owner(session: Session, need: Need, chapter_id: int | None, broker_id: int | None) -> None:
    candidates = staff_users(session)
    if chapter_id is not None:
        chapter = session.get(Chapter, chapter_id)
        if chapter is None or chapter.state not in TAKES_NEEDS:
            raise Invalid("chapter_takes_none", "Choose an active chapter.", "chapter")
        if not may_own(session, chapter, need):
            raise Invalid("chapter_conflicted", "Everybody who leads that chapter is too close.", "chapter")
        candidates = [*leads_of(session, chapter_id), *candidates]
    if broker_id is None:
        return
    if broker_id not in {user.id for user in unconflicted_with(session, candidates, need)}:
        raise Invalid(
            "broker_cannot", "Choose a lead of the chapter, or staff, without a conflict.", "broker"
        )


def take_need(session: Session, actor: Actor, need: Need, *, now: datetime, seen: int | None = None) -> Need:
    """The actor is the broker by name; owner and state stay."""
    return reassign_need(
        session,
        actor,
        need,
        chapter_id=need.owner_chapter_id,
        broker_id=actor.user_id,
        now=now,
        seen=seen,
    )


def add_note(session: Session, actor: Actor, need: Need, text: str, *, now: datetime) -> NeedNote:
    """A note that only brokers read."""
    _require_triager(actor, need)
    words = clean_text(text, field="text")
    if not words or actor.user_id is None:
        raise Invalid("missing", "Write something first.", "text")
    note = NeedNote(need_id=need.id, author_id=actor.user_id, text=words[:4000], created_at=now)
    session.add(note)
    session.flush()
    record(session, actor, "need.note", "need", need.id, now=now)
    return note


def trust_requester(session: Session, actor: Actor, user: User, trusted: bool, *, now: datetime) -> User:
    """Staff say that this person's needs may skip triage, or no longer."""
    if not actor.is_staff or actor.is_user(user.id):
        raise NotAllowed("staff_only", "Only staff can say so, and not about themselves.")
    user.trusted_requester = trusted
    session.flush()
    record(session, actor, "user.trust", "user", user.id, now=now, fields=["trusted_requester"])
    return user


def _require_triager(actor: Actor, need: Need) -> None:
    if not can_triage_need(actor, need):
        raise NotAllowed("not_yours_to_broker", "Somebody else moves this one along.")


def _moved(
    session: Session,
    actor: Actor,
    need: Need,
    action: str,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Need:
    need = lock_need(session, need.id)
    roles = roles_towards_need(actor, need)
    move(session, actor, need, MOVES, action, now=now, reason=reason, seen=seen, roles=roles)
    record(session, actor, f"need.{action}", "need", need.id, now=now)
    return need
