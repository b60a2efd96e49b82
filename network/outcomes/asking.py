"""Asking the beneficiary: the personal link, its answer, and when to ask again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, use_link, withdraw_links
from network.audit.moves import move
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Conflict, NotAllowed
from network.domain.outcome_moves import MOVES, tier_after
from network.domain.outcome_timers import OutcomeClock, link_expires_at, next_action
from network.domain.states import Channel, OutcomeClass, OutcomeStatus, RatingTopic, Role
from network.models import Chapter, Confirmation, LinkToken, Outcome, User
from network.outbox.queue import enqueue
from network.outcomes.corrections import changes_between, claim_of, put_right
from network.outcomes.drafts import ConfirmationDraft, check_confirmation, fitting
from network.outcomes.queries import addresses_of_sides
from network.rules import network_config, periods

BENEFICIARY = frozenset({Role.BENEFICIARY})
_ANSWERS = {"confirm": "confirmed", "confirm_with_corrections": "corrected", "dispute": "disputed"}


def ask_contact(session: Session, outcome: Outcome, now: datetime, *, fresh: bool) -> LinkToken:
    """Make the contact's next link and let it be mailed; earlier links end. `fresh` begins a round of four."""
    withdraw_links(session, "confirm", outcome.id, now)
    outcome.links_sent = 1 if fresh else outcome.links_sent + 1
    outcome.link_sent_at = now
    outcome.contact_user_id = session.scalar(
        select(User.id).where(User.email == outcome.contact_email, User.closed_at.is_(None))
    )
    token = issue_link(
        session,
        "confirm",
        outcome.id,
        now=now,
        expires_at=link_expires_at(now, periods()),
        round=outcome.links_sent,
    )
    schedule(session, outcome)
    enqueue(session, "outcome.confirmation_asked", now=now, outcome_id=outcome.id, link_id=token.id)
    return token


def answer_confirmation(
    session: Session, link: LinkToken, draft: ConfirmationDraft, *, now: datetime
) -> Outcome:
    """Take the contact's answer through their link, once; what they put right counts from here on.

    Raises Conflict where the link was used or is over, or the outcome is not being asked about; NotAllowed
    where the contact has become a side of it (the reporter or the volunteer).
    """
    outcome = session.scalar(select(Outcome).where(Outcome.id == link.subject_id).with_for_update())
    if outcome is None or outcome.status is not OutcomeStatus.AWAITING_CONFIRMATION:
        raise Conflict("not_asked", "This has been answered, or changed since the link was sent.")
    claimed = claim_of(session, outcome)
    corrected = fitting(draft.claim, claimed) if draft.claim else claimed
    changes = changes_between(claimed, corrected)
    check_confirmation(draft, corrected=bool(changes))
    _refuse_sides(session, outcome)
    corrects = bool(changes) and draft.answer == "confirm_with_corrections"
    if not use_link(session, link, now):
        raise Conflict("link_used", "This link was used already, or its time is over.")
    contact = Actor(user_id=outcome.contact_user_id, channel=Channel.MAIL)
    reason = draft.comments if draft.answer == "dispute" else None
    move(session, contact, outcome, MOVES, draft.answer, now=now, roles=BENEFICIARY, reason=reason)
    outcome.tier = tier_after(draft.answer, outcome.tier)
    if draft.answer != "dispute":
        outcome.first_confirmed_at = outcome.first_confirmed_at or now
    answer = _confirmation_of(outcome, draft, now)
    if corrects:
        put_right(session, outcome, corrected, claimed, now=now)
        answer.changes = changes
    session.add(answer)
    withdraw_links(session, "confirm", outcome.id, now)
    schedule(session, outcome)
    changed = {change["what"] for change in changes} if corrects else None
    record(session, contact, f"outcome.{draft.answer}", "outcome", outcome.id, now=now, fields=changed)
    event = f"outcome.{_ANSWERS[draft.answer]}"
    enqueue(session, event, now=now, outcome_id=outcome.id, version=outcome.version)
    return outcome


def schedule(session: Session, outcome: Outcome) -> None:
    """Set whose turn it is and until when, by the outcome's clocks."""
    step = next_action(clock_of(session, outcome), periods())
    outcome.next_action_by = step.waiting.value if step else None
    outcome.next_action_at = step.at if step else None


def clock_of(session: Session, outcome: Outcome) -> OutcomeClock:
    """What the clocks look at for this outcome."""
    chapter = session.get(Chapter, outcome.chapter_id) if outcome.chapter_id else None
    home = network_config().timezone
    since, steps = outcome.state_since or outcome.created_at, outcome.steps_done
    if (
        outcome.status is OutcomeStatus.AWAITING_CONFIRMATION
        and outcome.link_sent_at
        and not outcome.declared_at
    ):
        # Links are steps, whoever sent them: the schedule runs from where the latest link puts it.
        steps = outcome.links_sent - 1
        since = outcome.link_sent_at - timedelta(days=periods().confirmation_link_days * steps)
    return OutcomeClock(
        status=outcome.status,
        since=since,
        occurred_on=outcome.happened_on,
        steps_done=steps,
        zone=home,
        broker_zone=chapter.timezone if chapter else home,
        confirmed_before=outcome.first_confirmed_at is not None,
        came_to_nothing=outcome.outcome_class is OutcomeClass.NONE,
    )


def _refuse_sides(session: Session, outcome: Outcome) -> None:
    if outcome.contact_email in addresses_of_sides(session, outcome):
        raise NotAllowed("side_confirms", "Somebody else at the beneficiary has to confirm this.")


def _confirmation_of(outcome: Outcome, draft: ConfirmationDraft, now: datetime) -> Confirmation:
    row = Confirmation(
        outcome_id=outcome.id,
        answered_at=now,
        answer=_ANSWERS[draft.answer],
        answered_by_id=outcome.contact_user_id,
        prerequisite=draft.prerequisite,
        sped_up=draft.sped_up,
        share_without=draft.share_without,
        new_market=draft.new_market,
        risk_of_not_exporting=draft.risk_of_not_exporting,
        publish=draft.publish,
        comments=draft.comments,
        corrections=draft.corrections,
    )
    for topic in RatingTopic:
        setattr(row, f"rating_{topic.value}", draft.ratings.get(topic))
    return row
