"""Mail about outcomes, by event: nothing in it but what the reader may know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import is_live, link_url
from network.domain.states import OutcomeStatus
from network.mail.compose import link, post
from network.mail.recipients import Recipient, recipient_of
from network.models import LinkToken, Outcome, OutcomeNote, User
from network.outbox.registry import handles
from network.outcomes.queries import brokers_of, confirmations_of, organisation_of, volunteer_of

# The parts of an outcome that a contact puts right, as a sentence names them; several are one to the reader.
_PARTS = {
    "kind": _l("what kind of outcome it is"),
    "title": _l("its words"),
    "what_happened": _l("its words"),
    "happened_on": _l("its date"),
    "value_mode": _l("what it is worth"),
    "value_band": _l("what it is worth"),
    "value": _l("what it is worth"),
    "currency": _l("the currency"),
}


def _outcome(session: Session, payload: dict[str, Any]) -> Outcome | None:
    return session.get(Outcome, payload["outcome_id"])


def _key(outcome: Outcome, payload: dict[str, Any]) -> str:
    """One mail for one event: its version of the outcome, or its step of the clock, tells it from the next."""
    if "step" in payload:
        return f"outcome:{outcome.id}:{outcome.state_since}:{payload['step']}"
    return f"outcome:{outcome.id}:{payload.get('version', outcome.version)}"


def _facts(session: Session, outcome: Outcome) -> dict[str, Any]:
    volunteer = volunteer_of(session, outcome)
    return {
        "outcome": outcome,
        "organisation": organisation_of(session, outcome),
        "volunteer_name": volunteer.name if volunteer else _("a volunteer"),
        "url": link(f"/outcomes/{outcome.id}"),
    }


def _reporter(session: Session, outcome: Outcome) -> User | None:
    return session.get(User, outcome.reporter_id) if outcome.reporter_id else None


@handles("outcome.confirmation_asked")
def ask_to_confirm(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The contact gets their personal link, unless it is over or the outcome has moved on."""
    outcome = _outcome(session, payload)
    token = session.get(LinkToken, payload["link_id"])
    if outcome is None or token is None or not is_live(token, now):
        return
    if outcome.status is not OutcomeStatus.AWAITING_CONFIRMATION:
        return
    user = session.get(User, outcome.contact_user_id) if outcome.contact_user_id else None
    to = recipient_of(user) if user else Recipient(outcome.contact_email, outcome.contact_name)
    reporter = _reporter(session, outcome)
    post(
        session,
        "outcome_confirmation",
        to,
        key=f"outcome:{outcome.id}:link:{token.id}",
        now=now,
        **{**_facts(session, outcome), "url": link_url(token)},
        until=token.expires_at,
        reporter_name=reporter.name if reporter else "",
        again=token.round > 1,
    )


@handles("outcome.confirmed", "outcome.corroborated")
def tell_confirmed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The reporter learns that it stands, the volunteer that it did good."""
    _tell_standing(session, payload, "outcome_confirmed", now)


@handles("outcome.corrected")
def tell_corrected(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The reporter learns that it stands as the contact put it right, and how to go on where they see it otherwise."""
    answers = confirmations_of(session, payload["outcome_id"])
    changed = {change["what"] for change in (answers[0].changes or ())} if answers else set()
    parts = dict.fromkeys(str(words) for what, words in _PARTS.items() if what in changed)
    _tell_standing(session, payload, "outcome_corrected", now, parts=", ".join(parts))


def _tell_standing(session: Session, payload: dict[str, Any], event: str, now: datetime, **more: Any) -> None:
    outcome = _outcome(session, payload)
    if outcome is None:
        return
    facts = {**_facts(session, outcome), **more}
    volunteer = volunteer_of(session, outcome)
    helper = session.get(User, volunteer.user_id) if volunteer and volunteer.user_id else None
    reporter = _reporter(session, outcome)
    key = _key(outcome, payload)
    if helper is not None:
        post(session, "outcome_thanks", recipient_of(helper), key=key, now=now, **facts)
    corrects_helper = helper is not None and event == "outcome_corrected"
    if reporter is not None and (helper is None or reporter.id != helper.id or corrects_helper):
        post(session, event, recipient_of(reporter), key=key, now=now, **facts)


@handles("outcome.disputed")
def tell_disputed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Reporter and brokers learn that the beneficiary sees it otherwise, and what they can do."""
    outcome = _outcome(session, payload)
    if outcome is None:
        return
    facts = _facts(session, outcome)
    people = {user.id: user for user in brokers_of(session, outcome)}
    reporter = _reporter(session, outcome)
    if reporter is not None:
        people[reporter.id] = reporter
    for user in people.values():
        post(
            session,
            "outcome_disputed",
            recipient_of(user),
            key=_key(outcome, payload),
            now=now,
            **facts,
        )


@handles("outcome.note")
def tell_note(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The others in a dispute learn that somebody wrote."""
    outcome = _outcome(session, payload)
    note = session.get(OutcomeNote, payload["note_id"])
    if outcome is None or note is None or outcome.status is not OutcomeStatus.DISPUTED:
        return
    people = {user.id: user for user in brokers_of(session, outcome)}
    contact = session.get(User, outcome.contact_user_id) if outcome.contact_user_id else None
    for user in (_reporter(session, outcome), contact):
        if user is not None:
            people[user.id] = user
    facts = _facts(session, outcome)
    for user in people.values():
        if user.id != note.author_id:
            key = f"outcome:{outcome.id}:note:{note.id}"
            post(session, "outcome_note", recipient_of(user), key=key, now=now, **facts)


@handles("outcome.taken_back")
def tell_taken_back(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The contact learns that they were heard: by their account, else by the address they answered from."""
    outcome = _outcome(session, payload)
    if outcome is None or "@" not in outcome.contact_email:
        return
    user = session.get(User, outcome.contact_user_id) if outcome.contact_user_id else None
    to = recipient_of(user) if user else Recipient(outcome.contact_email, outcome.contact_name)
    facts = {**_facts(session, outcome), "url": link("/impact")}
    post(session, "outcome_taken_back", to, key=f"outcome:{outcome.id}", now=now, **facts)


@handles("outcome.unanswered", "outcome.escalate", "outcome.remind_staff")
def tell_brokers(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Brokers take over where the contact stays silent."""
    outcome = _outcome(session, payload)
    if outcome is None or outcome.status not in {OutcomeStatus.UNANSWERED, OutcomeStatus.DISPUTED}:
        return
    facts = _facts(session, outcome)
    for user in brokers_of(session, outcome):
        post(
            session,
            "outcome_unanswered",
            recipient_of(user),
            key=f"outcome:{outcome.id}:{outcome.steps_done}:{outcome.state_since}",
            now=now,
            kind="reminder",
            **facts,
        )


@handles("outcome.lapsed")
def tell_lapsed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The reporter learns that it no longer counts, and why."""
    outcome = _outcome(session, payload)
    reporter = _reporter(session, outcome) if outcome else None
    if outcome is not None and reporter is not None:
        post(
            session,
            "outcome_lapsed",
            recipient_of(reporter),
            key=f"outcome:{outcome.id}",
            now=now,
            **_facts(session, outcome),
        )


@handles("outcome.nudge")
def nudge_draft(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The reporter is reminded of a draft, once."""
    outcome = _outcome(session, payload)
    reporter = _reporter(session, outcome) if outcome else None
    if outcome is not None and reporter is not None and outcome.status is OutcomeStatus.DRAFT:
        post(
            session,
            "outcome_draft",
            recipient_of(reporter),
            key=f"outcome:{outcome.id}",
            now=now,
            kind="reminder",
            **_facts(session, outcome),
        )


@handles("outcome.declared")
def ask_to_corroborate(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer (where they did not report it) and the brokers are asked to bear it out."""
    outcome = _outcome(session, payload)
    if outcome is None or outcome.status is not OutcomeStatus.AWAITING_CONFIRMATION:
        return
    people = {user.id: user for user in brokers_of(session, outcome)}
    volunteer = volunteer_of(session, outcome)
    if volunteer is not None and volunteer.user_id not in {None, outcome.reporter_id}:
        helper = session.scalar(select(User).where(User.id == volunteer.user_id))
        if helper is not None:
            people[helper.id] = helper
    facts = _facts(session, outcome)
    for user in people.values():
        post(
            session,
            "outcome_corroborate",
            recipient_of(user),
            key=_key(outcome, payload),
            now=now,
            **facts,
        )


@handles("outcome.ask_actuals")
def ask_actuals(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """After 12 and 24 months the beneficiary is asked what it came to."""
    outcome = _outcome(session, payload)
    if outcome is None or outcome.status is not OutcomeStatus.CONFIRMED:
        return
    user = (
        session.get(User, outcome.contact_user_id) if outcome.contact_user_id else _reporter(session, outcome)
    )
    if user is not None:
        post(
            session,
            "outcome_actuals",
            recipient_of(user),
            key=f"outcome:{outcome.id}:{outcome.steps_done}",
            now=now,
            kind="reminder",
            **_facts(session, outcome),
        )
