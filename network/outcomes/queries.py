"""Looking outcomes up, always through who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.states import Role
from network.models import (
    ChapterLead,
    Confirmation,
    Introduction,
    LinkToken,
    MailMessage,
    Mission,
    MissionOutcome,
    Organisation,
    Outcome,
    OutcomeContributor,
    OutcomeNote,
    OutcomeValue,
    User,
    UserRole,
    Volunteer,
)
from network.outcomes.policy import outcomes_visible_to


def get_outcome(session: Session, actor: Actor, outcome_id: int, *, lock: bool = False) -> Outcome:
    """The outcome, or NotFound where there is none for this actor; `lock` holds the row for a move."""
    query = select(Outcome).where(Outcome.id == outcome_id)
    if not actor.is_system:
        query = query.where(outcomes_visible_to(actor))
    if lock:
        query = query.with_for_update()
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_outcome", "There is no such outcome, or it is not for you to see.")
    return found


def volunteer_of(session: Session, outcome: Outcome) -> Volunteer | None:
    """The volunteer of the outcome's introduction."""
    return session.scalar(
        select(Volunteer)
        .join(Introduction, Introduction.volunteer_id == Volunteer.id)
        .where(Introduction.id == outcome.introduction_id)
    )


def values_of(session: Session, outcome_id: int) -> list[OutcomeValue]:
    """The values by year, forecasts before actuals."""
    return list(
        session.scalars(
            select(OutcomeValue)
            .where(OutcomeValue.outcome_id == outcome_id)
            .order_by(OutcomeValue.basis.desc(), OutcomeValue.year, OutcomeValue.value_type)
        )
    )


def confirmations_of(session: Session, outcome_id: int) -> list[Confirmation]:
    """All answers of the beneficiary, the latest first."""
    return list(
        session.scalars(
            select(Confirmation)
            .where(Confirmation.outcome_id == outcome_id)
            .order_by(Confirmation.answered_at.desc(), Confirmation.id.desc())
        )
    )


def brokers_of(session: Session, outcome: Outcome) -> list[User]:
    """The unconflicted leads of the outcome's chapter, else staff."""
    leads = session.scalars(
        select(User)
        .join(ChapterLead, ChapterLead.user_id == User.id)
        .where(ChapterLead.chapter_id == outcome.chapter_id, User.closed_at.is_(None))
        .order_by(User.id)
    ).all()
    volunteer = volunteer_of(session, outcome)
    helper = volunteer.user_id if volunteer else None
    found = [lead for lead in leads if lead.id not in {helper, outcome.reporter_id}]
    if found:
        return found
    return list(
        session.scalars(
            select(User)
            .join(UserRole, UserRole.user_id == User.id)
            .where(UserRole.role.in_((Role.STAFF, Role.ADMINISTRATOR)), User.closed_at.is_(None))
            .distinct()
            .order_by(User.id)
        )
    )


def addresses_of_sides(session: Session, outcome: Outcome) -> set[str]:
    """The addresses that may not confirm: the reporter's, the volunteer's, and those of everybody who contributed."""
    people = session.scalars(
        select(User.email)
        .outerjoin(
            OutcomeContributor,
            (OutcomeContributor.user_id == User.id) & (OutcomeContributor.outcome_id == outcome.id),
        )
        .where((User.id == outcome.reporter_id) | OutcomeContributor.user_id.is_not(None))
    )
    found = set(people)
    volunteer = volunteer_of(session, outcome)
    if volunteer is not None:
        found.add(volunteer.contact_email or "")
        found.update(session.scalars(select(User.email).where(User.id == volunteer.user_id)))
    return found - {""}


def notes_of(session: Session, outcome_id: int) -> list[tuple[OutcomeNote, str]]:
    """The thread with its authors' names, oldest first."""
    rows = session.execute(
        select(OutcomeNote, User.name)
        .outerjoin(User, User.id == OutcomeNote.author_id)
        .where(OutcomeNote.outcome_id == outcome_id)
        .order_by(OutcomeNote.created_at, OutcomeNote.id)
    )
    return [(note, name or "") for note, name in rows]


@dataclass(frozen=True, slots=True)
class SentLink:
    """One link that was made for the contact, and how its mail fares: "waiting", "sent" or "failed"."""

    number: int
    made_at: datetime
    expires_at: datetime
    delivery: str


def links_of(session: Session, outcome_id: int) -> list[SentLink]:
    """The links of an outcome, the newest first."""
    start = f"outcome_confirmation|outcome:{outcome_id}:link:"
    mails = {
        key.removeprefix(start).partition("|")[0]: "failed" if dead else "sent" if sent else "waiting"
        for key, dead, sent in session.execute(
            select(MailMessage.dedupe_key, MailMessage.dead_at, MailMessage.sent_at).where(
                MailMessage.event == "outcome_confirmation", MailMessage.dedupe_key.startswith(start)
            )
        )
    }
    rows = session.scalars(
        select(LinkToken)
        .where(LinkToken.purpose == "confirm", LinkToken.subject_id == outcome_id)
        .order_by(LinkToken.created_at.desc(), LinkToken.id.desc())
    )
    return [
        SentLink(row.round, row.created_at, row.expires_at, mails.get(str(row.id), "waiting")) for row in rows
    ]


def parties_of(session: Session, outcome: Outcome) -> tuple[Organisation, Volunteer | None, Mission | None]:
    """The beneficiary, the volunteer of the introduction, and the mission it came of."""
    row = session.execute(
        select(Organisation, Volunteer, Mission)
        .select_from(Outcome)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .outerjoin(Introduction, Introduction.id == Outcome.introduction_id)
        .outerjoin(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .outerjoin(MissionOutcome, MissionOutcome.outcome_id == Outcome.id)
        .outerjoin(Mission, Mission.id == MissionOutcome.mission_id)
        .where(Outcome.id == outcome.id)
    ).one()
    return row[0], row[1], row[2]


def organisation_of(session: Session, outcome: Outcome) -> Organisation:
    """The beneficiary."""
    found = session.get(Organisation, outcome.organisation_id)
    if found is None:
        raise NotFound("no_organisation", "There is no such organisation.")
    return found
