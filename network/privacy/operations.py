"""Erasing a person: their values go, the ids stay, so that what others did still adds up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from network.accounts.operations import close_account
from network.accounts.queries import get_user
from network.audit.operations import record
from network.chapters.operations import step_down_everywhere
from network.domain.actor import Actor, system_actor
from network.domain.states import Visibility, VolunteerState
from network.introductions.operations import leave_network, requester_leaves
from network.mail.recipients import address_hash
from network.models import (
    Affiliation,
    AuditEntry,
    Concern,
    Confirmation,
    DeclaredInterest,
    DoNotAsk,
    FormDraft,
    HeldAct,
    Introduction,
    IntroductionMessage,
    LinkToken,
    MailMessage,
    Meeting,
    MeetingPlan,
    Membership,
    Need,
    NeedAttachment,
    NeedNote,
    OrganisationMember,
    Outcome,
    OutcomeAttachment,
    OutcomeNote,
    ReferralInvitation,
    RiskReview,
    SavedSearch,
    SavedView,
    Transition,
    User,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.outbox.queue import enqueue
from network.outcomes.corrections import WORDING
from network.privacy.exports import export_person
from network.privacy.policy import can_erase_person, require

__all__ = ["erase_person", "export_person"]

ERASED = "Somebody who left"
WITHDRAWN = "(deleted at the request of its author)"


def erase_person(
    session: Session, actor: Actor, user_id: int, *, never_ask: bool = False, now: datetime
) -> None:
    """Nothing the person gave is left in any table: values are emptied, free text is deleted, ids stay.

    What they owned is passed on and what was offered to them withdrawn first. With `never_ask` a keyed hash of
    the address remembers not to write to it or import it again.
    """
    require(can_erase_person(actor, user_id))
    user = get_user(session, user_id)
    addresses = _addresses(session, user)
    values = _values(session, user)
    if user.closed_at is None:
        _hand_over(session, actor, user_id, now)
        close_account(session, actor, user_id, now)
    _remember(session, addresses if never_ask else [], now)
    _forget_plans(session, user_id)
    _forget_evidence(session, user_id, now)
    _forget_volunteer(session, user_id, now)
    _forget_asks(session, user, addresses)
    _forget_words(session, user_id)
    _forget_mailed_words(session, user_id)
    _forget_mail(session, user_id, [*addresses, *values])
    _forget_account(session, user, now)
    # Whom it was is nobody's business any more: the entry names the id only.
    record(session, actor, "person.erase", "user", user_id, now=now)
    session.flush()


def _hand_over(session: Session, actor: Actor, user_id: int, now: datetime) -> None:
    """What waits for the person or hangs on them goes on without them."""
    volunteer = session.scalar(select(Volunteer).where(Volunteer.user_id == user_id))
    if volunteer is not None and volunteer.state is not VolunteerState.LEFT:
        leave_network(session, system_actor(), volunteer.id, now=now)
    requester_leaves(session, actor, user_id, now=now)
    step_down_everywhere(session, system_actor(), user_id, now)


def _addresses(session: Session, user: User) -> list[str]:
    own = session.scalars(select(Volunteer.contact_email).where(Volunteer.user_id == user.id))
    return sorted({user.email, *(address for address in own if address)})


def _values(session: Session, user: User) -> list[str]:
    """The person's name and numbers, which may stand in mails to others."""
    found = {user.name}
    for volunteer in session.scalars(select(Volunteer).where(Volunteer.user_id == user.id)):
        found |= {volunteer.name, volunteer.phone or ""}
    phones = session.scalars(select(OrganisationMember.phone).where(OrganisationMember.user_id == user.id))
    found |= {phone or "" for phone in phones}
    return sorted(value for value in found if len(value) > 4)


def _remember(session: Session, addresses: Iterable[str], now: datetime) -> None:
    for hashed in {address_hash(address) for address in addresses}:
        if session.get(DoNotAsk, hashed) is None:
            session.add(DoNotAsk(address_hash=hashed, reason="erased", created_at=now))
    session.flush()


def _forget_volunteer(session: Session, user_id: int, now: datetime) -> None:
    volunteer = session.scalar(select(Volunteer).where(Volunteer.user_id == user_id))
    if volunteer is None:
        return
    for table in (
        VolunteerMarket,
        VolunteerSector,
        VolunteerHelp,
        VolunteerLanguage,
        Affiliation,
        DeclaredInterest,
    ):
        session.execute(delete(table).where(table.volunteer_id == volunteer.id))
    session.execute(update(Membership).where(Membership.volunteer_id == volunteer.id).values(reason=None))
    for field in ("headline", "job_title", "employer", "biography", "city", "country"):
        setattr(volunteer, field, "")
    volunteer.name, volunteer.timezone = ERASED, "UTC"
    volunteer.contact_email = volunteer.phone = volunteer.source_id = None
    volunteer.paused_until = volunteer.leave_from = None
    volunteer.mail_consent, volunteer.listing = False, Visibility.LEADS
    volunteer.user_id = None
    volunteer.updated_at = now
    session.flush()
    session.execute(
        update(Introduction)
        .where(Introduction.volunteer_id == volunteer.id)
        .values(decline_words=None, thanks=None, state_reason=None, reason="")
    )
    _clear_reasons(session, "volunteer", [volunteer.id])
    held = list(session.scalars(select(Membership.id).where(Membership.volunteer_id == volunteer.id)))
    _clear_reasons(session, "membership", held)
    enqueue(session, "volunteer.changed", volunteer_id=volunteer.id, now=now)


def _forget_asks(session: Session, user: User, addresses: list[str]) -> None:
    """Their name and address as somebody's contact; the organisation's own words stay the organisation's."""
    for table in (Need, Outcome):
        session.execute(
            update(table)
            .where(func.lower(table.contact_email).in_(addresses))
            .values(contact_name=ERASED, contact_email="")
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(ReferralInvitation)
        .where(or_(ReferralInvitation.inviter_id == user.id, ReferralInvitation.address.in_(addresses)))
        .values(address=None)
    )
    # The papers are the organisation's; what they were called may name the person.
    session.execute(
        update(NeedAttachment)
        .where(NeedAttachment.uploaded_by_id == user.id)
        .values(name="paper." + NeedAttachment.kind)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(OrganisationMember).where(OrganisationMember.user_id == user.id))


def _forget_evidence(session: Session, user_id: int, now: datetime) -> None:
    """Papers a volunteer added to an outcome go; a firm's stay the firm's, under a name that names nobody."""
    own = OutcomeAttachment.uploaded_by_id == user_id
    helped = (
        select(Outcome.id)
        .join(Introduction, Introduction.id == Outcome.introduction_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(Volunteer.user_id == user_id)
    )
    for paper in session.scalars(
        select(OutcomeAttachment).where(own, OutcomeAttachment.outcome_id.in_(helped))
    ):
        enqueue(session, "paper.removed", stored=paper.stored, now=now)
        session.delete(paper)
    session.flush()
    session.execute(
        update(OutcomeAttachment)
        .where(own)
        .values(name="paper." + OutcomeAttachment.kind)
        .execution_options(synchronize_session=False)
    )


def _forget_words(session: Session, user_id: int) -> None:
    """Free text written by the person."""
    for column, author in (
        (IntroductionMessage.text, IntroductionMessage.author_id),
        (NeedNote.text, NeedNote.author_id),
        (RiskReview.reason, RiskReview.decided_by_id),
        (RiskReview.conditions, RiskReview.decided_by_id),
        (HeldAct.reason, HeldAct.user_id),
        (Concern.text, Concern.reporter_id),
        (Concern.appeal, Concern.person_id),
        (Concern.reason, Concern.decided_by_id),
        (Concern.words, Concern.decided_by_id),
        (OutcomeNote.text, OutcomeNote.author_id),
        (Meeting.note, Meeting.logged_by_id),
    ):
        session.execute(
            update(column.class_).where(author == user_id, column != "").values({column.key: WITHDRAWN})
        )
    session.execute(
        update(Confirmation).where(Confirmation.answered_by_id == user_id).values(comments="", corrections="")
    )
    put_right = (Confirmation.answered_by_id == user_id) & Confirmation.changes.is_not(None)
    for answer in session.scalars(select(Confirmation).where(put_right)):
        answer.changes = [one for one in answer.changes or () if one["what"] not in WORDING]
    session.execute(
        update(Transition)
        .where(Transition.actor_id == user_id, Transition.reason.is_not(None))
        .values(reason=WITHDRAWN)
    )


def _forget_plans(session: Session, user_id: int) -> None:
    """Where they wanted to meet, and by which number."""
    helped = select(Introduction.id).join(Volunteer, Volunteer.id == Introduction.volunteer_id)
    asked = select(Introduction.id).join(Need, Need.id == Introduction.need_id)
    for side, mine in (
        ("volunteer", helped.where(Volunteer.user_id == user_id)),
        ("requester", asked.where(Need.requester_id == user_id)),
    ):
        session.execute(
            update(MeetingPlan)
            .where(MeetingPlan.side == side, MeetingPlan.introduction_id.in_(mine))
            .values(place="")
            .execution_options(synchronize_session=False)
        )


def _forget_mailed_words(session: Session, user_id: int) -> None:
    """What they wrote in threads, where it stands in mails to the others."""
    written = session.scalars(select(IntroductionMessage.id).where(IntroductionMessage.author_id == user_id))
    for message_id in written.all():
        session.execute(
            update(MailMessage)
            .where(MailMessage.dedupe_key.contains(f":message:{message_id}|"), MailMessage.text != "")
            .values(text=WITHDRAWN, html="")
            .execution_options(synchronize_session=False)
        )


def _forget_mail(session: Session, user_id: int, values: list[str]) -> None:
    """Mails to the person, and any other that still holds one of their values, lose address and bodies."""
    holds = [
        column.contains(value, autoescape=True)
        for value in values
        for column in (MailMessage.text, MailMessage.html, MailMessage.subject, MailMessage.calendar)
    ]
    named = [MailMessage.to_address.in_(values), MailMessage.reply_to.in_(values)]
    found = list(
        session.scalars(select(MailMessage.id).where(or_(MailMessage.user_id == user_id, *named, *holds)))
    )
    for mail_id in found:
        # The key may hold an address where the recipient had no account.
        session.execute(
            update(MailMessage)
            .where(MailMessage.id == mail_id)
            .values(
                subject="",
                text="",
                html="",
                calendar="",
                to_address=None,
                reply_to=None,
                unsubscribe_url=None,
                user_id=None,
                dedupe_key=f"erased|{mail_id}",
                finished_at=func.coalesce(MailMessage.finished_at, MailMessage.created_at),
            )
        )
    session.execute(delete(LinkToken).where(LinkToken.user_id == user_id))
    session.execute(delete(LinkToken).where(LinkToken.address.in_(values)))


def _forget_account(session: Session, user: User, now: datetime) -> None:
    session.execute(delete(FormDraft).where(FormDraft.user_id == user.id))
    session.execute(delete(SavedSearch).where(SavedSearch.user_id == user.id))
    session.execute(delete(SavedView).where(SavedView.user_id == user.id))
    user.email, user.name = f"erased-{user.id}@invalid", ERASED
    user.password_hash, user.timezone, user.mail_off = None, "UTC", ""
    user.email_verified_at = user.last_seen_at = user.mail_bounced_at = None
    user.trusted_requester = False
    user.updated_at = now
    session.flush()
    # Ids of requests tie entries to the server's log lines, which may hold a network address.
    session.execute(update(AuditEntry).where(AuditEntry.actor_id == user.id).values(request_id=None))


def _clear_reasons(session: Session, subject: str, ids: list[int]) -> None:
    values: dict[str, Any] = {"reason": None}
    session.execute(
        update(Transition)
        .where(Transition.subject == subject, Transition.subject_id.in_(ids))
        .values(**values)
    )
