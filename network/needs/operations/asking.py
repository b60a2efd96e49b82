"""What the asking side does: draft, submit, edit, renew, withdraw, appeal, say that it is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit.moves import check_may_move, check_version, log_transition, move
from network.audit.operations import changed_fields, record
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import Conflict, Invalid, NotAllowed, OverLimit
from network.domain.need_moves import ENDED, MOVES
from network.domain.organisation_moves import MAY_EXCHANGE, MAY_SUBMIT
from network.domain.states import NeedState, OrganisationState, Role
from network.domain.text import clean_text
from network.models import Chapter, Need, Organisation, OrganisationMember, User
from network.needs.operations.clock import BY_CLOCK, CLOCK, wind_need
from network.needs.operations.content import (
    FURTHEST_DEADLINE,
    WRITTEN,
    NeedContent,
    check_complete,
    write_content,
)
from network.needs.operations.risk import screen_need
from network.needs.policy import can_ask_for_need, roles_towards_need
from network.needs.queries import (
    count_asks_today,
    count_open_needs,
    find_owner_chapter,
    get_topics,
    leads_of,
    lock_need,
    unconflicted_with,
)
from network.organisations.standing import schedule_organisation
from network.outbox.queue import enqueue
from network.rules import limits

# So soon nobody asks for the very same twice: the button was pressed twice, or the page came back.
_SENT_TWICE = timedelta(minutes=10)
# States in which the words may still be changed without another look.
_FREELY_EDITED = (NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO)


def create_draft(
    session: Session, actor: Actor, organisation_id: int, content: NeedContent, *, now: datetime
) -> Need:
    """A draft of the actor's own, for an organisation they belong to (an office may write for any firm)."""
    if actor.user_id is None or not _may_ask_for(session, actor, organisation_id):
        raise NotAllowed("not_your_organisation", "You can ask for an organisation you belong to.")
    need = Need(
        state=NeedState.DRAFT,
        requester_id=actor.user_id,
        organisation_id=organisation_id,
        created_at=now,
        updated_at=now,
        state_since=now,
        wanted=limits().wanted_introductions_default,
    )
    session.add(need)
    session.flush()
    write_content(session, need, content)
    wind_need(session, need)
    log_transition(session, actor, need, "create", source=None, target=need.state, now=now)
    record(session, actor, "need.create", "need", need.id, now=now)
    return need


def create_once(
    session: Session, actor: Actor, organisation_id: int, content: NeedContent, *, now: datetime
) -> tuple[Need, bool]:
    """A new draft and True; of a form that came twice, the need it made a moment ago and False."""
    # Two sends of one form come one after the other.
    _lock_organisation(session, organisation_id)
    attempt = session.begin_nested()
    try:
        need = create_draft(session, actor, organisation_id, content, now=now)
        twin = _twin_of(session, need, now) if need.title else None
    except BaseException:
        attempt.rollback()
        raise
    if twin is None:
        attempt.commit()
        return need, True
    attempt.rollback()
    return twin, False


def _twin_of(session: Session, need: Need, now: datetime) -> Need | None:
    """The same in every word and choice, by the same person and just before."""
    others = session.scalars(
        select(Need)
        .where(
            Need.requester_id == need.requester_id,
            Need.organisation_id == need.organisation_id,
            Need.id != need.id,
            Need.created_at > now - _SENT_TWICE,
            Need.state.not_in(sorted(ENDED)),
            *(getattr(Need, name).is_not_distinct_from(getattr(need, name)) for name in WRITTEN),
        )
        .order_by(Need.id)
    )
    topics = get_topics(session, need)
    return next((one for one in others if get_topics(session, one) == topics), None)


def save_draft(
    session: Session,
    actor: Actor,
    need: Need,
    content: NeedContent,
    *,
    now: datetime,
    seen: int | None = None,
) -> Need:
    """The draft holds the new content; its 90 days begin again."""
    _require_asker(actor, need)
    check_version(need, seen)
    if need.state != NeedState.DRAFT:
        raise Conflict("state_moved", "This was sent already. Edit it on its own page.")
    write_content(session, need, content)
    need.updated_at = need.state_since = now
    need.steps_done = 0
    wind_need(session, need)
    return need


def submit_need(
    session: Session, actor: Actor, need: Need, *, now: datetime, seen: int | None = None
) -> Need:
    """The need lies with its owner for triage; a trusted requester's is open at once, unless a rule asks for a look."""
    need = lock_need(session, need.id)
    roles = roles_towards_need(actor, need)
    first = need.state == NeedState.DRAFT
    organisation = _lock_organisation(session, need.organisation_id)
    move(session, actor, need, MOVES, "submit", now=now, seen=seen, roles=roles)
    check_complete(session, need, local_date(now, actor.timezone))
    _check_caps(session, need, organisation, now, first=first)
    need.submitted_at, need.escalated_at = now, None
    if first:
        set_owner(session, need)
    record(session, actor, "need.submit", "need", need.id, now=now)
    risky = screen_need(session, need, now=now, changed=first) is not None
    if first and not risky and _skips_triage(session, need, organisation):
        _open_at_once(session, need, now)
    else:
        wind_need(session, need)
        if organisation.state == OrganisationState.UNVERIFIED:
            # Its own check runs by the clock of this triage, so that nobody waits twice.
            schedule_organisation(session, organisation)
        enqueue(session, "need.submitted", now=now, need_id=need.id, at=now.isoformat())
    return need


def _open_at_once(session: Session, need: Need, now: datetime) -> None:
    move(session, CLOCK, need, MOVES, "skip_triage", now=now, roles=BY_CLOCK)
    need.opened_at = now
    wind_need(session, need)
    enqueue(session, "need.opened", now=now, need_id=need.id, at=now.isoformat(), trusted=True)


def _skips_triage(session: Session, need: Need, organisation: Organisation) -> bool:
    trusted = session.get_one(User, need.requester_id).trusted_requester
    return trusted and organisation.state in MAY_EXCHANGE


def set_owner(session: Session, need: Need) -> None:
    """The chapter of the first market owns the need; staff where none takes it or all its leads are conflicted."""
    topics = get_topics(session, need)
    chapter = find_owner_chapter(session, topics.markets, topics.sectors)
    need.owner_chapter_id = chapter.id if chapter and may_own(session, chapter, need) else None
    need.broker_id = None
    session.flush()


def may_own(session: Session, chapter: Chapter, need: Need) -> bool:
    """Whether somebody in the chapter can broker the need: a chapter without any lead is acted for by staff."""
    leads = leads_of(session, chapter.id)
    return not leads or bool(unconflicted_with(session, leads, need))


def edit_need(
    session: Session,
    actor: Actor,
    need: Need,
    content: NeedContent,
    *,
    now: datetime,
    seen: int | None = None,
) -> Need:
    """The need holds the new content; an open one that was changed materially goes back to triage."""
    _require_asker(actor, need)
    need = lock_need(session, need.id)
    check_version(need, seen)
    if need.state == NeedState.DRAFT:
        return save_draft(session, actor, need, content, now=now)
    if need.state not in (*_FREELY_EDITED, NeedState.OPEN):
        raise Conflict("state_moved", "This need is closed. Write a new one instead.")
    before, wanted = get_topics(session, need).markets[:1], need.wanted
    material = write_content(session, need, content)
    fields = changed_fields(need)
    check_complete(session, need, local_date(now, actor.timezone))
    if need.state == NeedState.OPEN and material:
        roles = roles_towards_need(actor, need)
        move(session, actor, need, MOVES, "edit_materially", now=now, roles=roles)
        need.submitted_at, need.exhausted_at = now, None
        enqueue(session, "need.edited", now=now, need_id=need.id, at=now.isoformat())
    elif need.state == NeedState.OPEN and need.wanted > wanted:
        _go_on_asking(session, need, now)
    if get_topics(session, need).markets[:1] != before:
        set_owner(session, need)
    if material:
        screen_need(session, need, now=now)
    need.updated_at = now
    wind_need(session, need)
    record(session, actor, "need.edit", "need", need.id, now=now, fields=fields)
    return need


def ask_for_more(
    session: Session, actor: Actor, need: Need, *, now: datetime, seen: int | None = None
) -> Need:
    """One more introduction is wanted of an open need; whether that was it is asked anew when it has come."""
    _require_asker(actor, need)
    need = lock_need(session, need.id)
    check_version(need, seen)
    if need.state != NeedState.OPEN:
        raise Conflict("state_moved", "This need is not open. Write a new one instead.")
    most = limits().wanted_introductions_maximum
    if need.wanted >= most:
        raise OverLimit(
            "wanted_out_of_range", f"A need brings {most} introductions at most. Write a new one."
        )
    need.wanted += 1
    need.updated_at = now
    _go_on_asking(session, need, now)
    wind_need(session, need)
    record(session, actor, "need.ask_for_more", "need", need.id, now=now, fields=["wanted"])
    return need


def _go_on_asking(session: Session, need: Need, now: datetime) -> None:
    need.asked_if_done_at, need.steps_done = None, 0
    enqueue(session, "need.widened", now=now, need_id=need.id)


def withdraw_need(
    session: Session,
    actor: Actor,
    need: Need,
    *,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Need:
    """The need has ended at its organisation's wish; offers that are out are withdrawn with thanks."""
    need = lock_need(session, need.id)
    was = need.state
    roles = roles_towards_need(actor, need)
    words = clean_text(reason, field="reason") or None
    move(session, actor, need, MOVES, "withdraw", now=now, reason=words, seen=seen, roles=roles)
    need.closed_at, need.state_reason = now, words
    wind_need(session, need)
    record(session, actor, "need.withdraw", "need", need.id, now=now)
    enqueue(session, "need.withdrawn", now=now, need_id=need.id, was=was.value)
    return need


def appeal_need(
    session: Session, actor: Actor, need: Need, reason: str, *, now: datetime, seen: int | None = None
) -> Need:
    """A refused need is looked at once more, by staff; there is one appeal."""
    need = lock_need(session, need.id)
    words, roles = clean_text(reason, field="reason"), roles_towards_need(actor, need)
    check_may_move(need, MOVES, "appeal", roles=roles, reason=words, seen=seen)
    if need.appealed_at is not None:
        raise Conflict("appealed_before", "This was looked at twice already. Write a new need instead.")
    organisation = _lock_organisation(session, need.organisation_id)
    _check_caps(session, need, organisation, now, first=True)
    move(session, actor, need, MOVES, "appeal", now=now, reason=words, roles=roles)
    need.appealed_at = need.submitted_at = now
    need.closed_at, need.state_reason, need.escalated_at = None, words, None
    # Whoever refused it does not judge the appeal.
    need.owner_chapter_id = need.broker_id = None
    screen_need(session, need, now=now)
    wind_need(session, need)
    record(session, actor, "need.appeal", "need", need.id, now=now)
    enqueue(session, "need.submitted", now=now, need_id=need.id, at=now.isoformat())
    return need


def renew_need(
    session: Session,
    actor: Actor,
    need: Need,
    deadline_on: date | None,
    *,
    now: datetime,
    seen: int | None = None,
) -> Need:
    """The need stays open until a later day; this is possible once."""
    need = lock_need(session, need.id)
    roles = roles_towards_need(actor, need)
    check_may_move(need, MOVES, "renew", roles=roles, seen=seen)
    if need.renewed_at is not None:
        raise Conflict("renewed_before", "This was renewed once already. Close it, or write a new need.")
    if deadline_on is not None and deadline_on <= local_date(now, actor.timezone):
        raise Invalid("deadline_past", "Choose a day that lies ahead.", "deadline_on")
    if deadline_on is not None and deadline_on > local_date(now, actor.timezone) + FURTHEST_DEADLINE:
        raise Invalid("deadline_far", "Choose a day within five years.", "deadline_on")
    move(session, actor, need, MOVES, "renew", now=now, roles=roles)
    need.deadline_on, need.renewed_at = deadline_on, now
    need.exhausted_at = need.asked_if_done_at = None
    wind_need(session, need)
    record(session, actor, "need.renew", "need", need.id, now=now, fields=["deadline_on"])
    enqueue(session, "need.renewed", now=now, need_id=need.id)
    return need


def fulfil_need(
    session: Session, actor: Actor, need: Need, *, now: datetime, seen: int | None = None
) -> Need:
    """The asking side has what it needed; offers that are out are withdrawn with thanks."""
    need = lock_need(session, need.id)
    roles = roles_towards_need(actor, need)
    move(session, actor, need, MOVES, "fulfil", now=now, seen=seen, roles=roles)
    need.closed_at = now
    wind_need(session, need)
    record(session, actor, "need.fulfil", "need", need.id, now=now)
    enqueue(session, "need.fulfilled", now=now, need_id=need.id, was=NeedState.OPEN.value)
    return need


def hand_over_need(
    session: Session, actor: Actor, need: Need, requester_id: int, *, now: datetime, seen: int | None = None
) -> Need:
    """Somebody else of the organisation asks from now on."""
    need = lock_need(session, need.id)
    # Who may is asked first: a wrong choice is told only to them.
    roles = roles_towards_need(actor, need)
    check_may_move(need, MOVES, "hand_over", roles=roles, seen=seen)
    if requester_id == need.requester_id:
        raise Invalid("not_a_colleague", "They ask for it already. Choose somebody else.", "requester")
    member = session.scalar(
        select(OrganisationMember.id)
        .join(User, User.id == OrganisationMember.user_id)
        .where(
            OrganisationMember.user_id == requester_id,
            OrganisationMember.organisation_id == need.organisation_id,
            OrganisationMember.approved_at.is_not(None),
            User.closed_at.is_(None),
        )
    )
    if member is None:
        raise Invalid("not_a_colleague", "Choose somebody of the same organisation.", "requester")
    move(session, actor, need, MOVES, "hand_over", now=now, roles=roles)
    need.requester_id = requester_id
    wind_need(session, need)
    record(session, actor, "need.hand_over", "need", need.id, now=now, fields=["requester_id"])
    enqueue(session, "need.handed_over", now=now, need_id=need.id, at=now.isoformat())
    return need


def _require_asker(actor: Actor, need: Need) -> None:
    if not can_ask_for_need(actor, need):
        raise NotAllowed("not_yours", "Only the side that asks can change this.")


def _may_ask_for(session: Session, actor: Actor, organisation_id: int) -> bool:
    if actor.belongs_to(organisation_id):
        return True
    # An office asks for a spin-out too, whose named contact answers for it.
    return Role.UNIVERSITY_OFFICE in actor.roles and session.get(Organisation, organisation_id) is not None


def _lock_organisation(session: Session, organisation_id: int) -> Organisation:
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _check_caps(
    session: Session, need: Need, organisation: Organisation, now: datetime, *, first: bool
) -> None:
    if organisation.state not in MAY_SUBMIT:
        raise NotAllowed("organisation_may_not_ask", "This organisation cannot ask at the moment.")
    most = limits().open_needs_per_organisation
    if count_open_needs(session, organisation.id, besides=need.id) >= most:
        raise OverLimit(
            "too_many_needs",
            f"Your organisation has {most} needs under way, as many as it may have at once. Save this one as a "
            "draft, and send it when one of them is closed.",
        )
    if first and count_asks_today(session, organisation.id, now) >= limits().asks_per_organisation_per_day:
        raise OverLimit("too_many_asks", "That is a lot for one day. Save this, and send it tomorrow.")
