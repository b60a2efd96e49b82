"""Everything one person gave us, in one readable file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, inspect, or_, select
from sqlalchemy.orm import Session

from network.accounts.queries import get_user
from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.states import Role
from network.models import (
    Affiliation,
    AuditEntry,
    ChapterLead,
    Concern,
    Confirmation,
    DeclaredInterest,
    Disclosure,
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
    NeedHelp,
    NeedMarket,
    NeedNote,
    NeedSector,
    Organisation,
    OrganisationMarket,
    OrganisationMember,
    OrganisationSector,
    Outcome,
    OutcomeAttachment,
    OutcomeContributor,
    OutcomeNote,
    OutcomeValue,
    ReferralInvitation,
    RiskReview,
    SavedSearch,
    SavedView,
    Transition,
    User,
    UserRole,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.privacy.policy import can_export_person, require

# Never given away: what lets somebody in, and what only the machine needs.
SECRET = frozenset({"password_hash", "token_hash", "nonce", "address_hash", "dedupe_key", "message_id"})


def export_person(session: Session, actor: Actor, user_id: int, now: datetime) -> dict[str, Any]:
    """Every value the person gave, and what was written down about them, as plain data for JSON."""
    require(can_export_person(actor, user_id))
    user = get_user(session, user_id)
    found: dict[str, Any] = {"made_at": now.isoformat(), "account": _plain(user)}
    for name, rows in _parts(session, user):
        found[name] = [_plain(row) for row in rows]
    record(session, actor, "person.export", "user", user_id, now=now)
    session.flush()
    return found


def _parts(session: Session, user: User) -> Iterable[tuple[str, Iterable[Any]]]:
    user_id = user.id
    volunteers = list(session.scalars(select(Volunteer).where(Volunteer.user_id == user_id)))
    ids = [volunteer.id for volunteer in volunteers]
    yield "volunteer", volunteers
    for name, table in (
        ("markets", VolunteerMarket),
        ("sectors", VolunteerSector),
        ("help", VolunteerHelp),
        ("languages", VolunteerLanguage),
        ("affiliations", Affiliation),
        ("declared_interests", DeclaredInterest),
        ("memberships", Membership),
        ("introductions", Introduction),
    ):
        yield name, _rows(session, table, table.volunteer_id.in_(ids))
    for name, table, condition in (*_by_user(user_id, user.email), *_chosen(user_id)):
        yield name, _rows(session, table, condition)


def _by_user(user_id: int, email: str) -> Iterable[tuple[str, Any, ColumnElement[bool]]]:
    yield "roles", UserRole, UserRole.user_id == user_id
    yield "chapters_led", ChapterLead, ChapterLead.user_id == user_id
    yield "organisations", OrganisationMember, OrganisationMember.user_id == user_id
    yield "drafts", FormDraft, FormDraft.user_id == user_id
    yield "saved_searches", SavedSearch, SavedSearch.user_id == user_id
    yield "needs", Need, or_(Need.requester_id == user_id, Need.contact_email == email)
    yield "papers", NeedAttachment, NeedAttachment.uploaded_by_id == user_id
    yield "notes_on_needs", NeedNote, NeedNote.author_id == user_id
    yield "reports_made", Concern, Concern.reporter_id == user_id
    yield "looks_at_risk", RiskReview, RiskReview.decided_by_id == user_id
    yield "views_of_the_queue", SavedView, SavedView.user_id == user_id
    yield "acts_on_several_needs", HeldAct, HeldAct.user_id == user_id
    yield "messages", IntroductionMessage, IntroductionMessage.author_id == user_id
    yield "meetings", Meeting, Meeting.logged_by_id == user_id
    yield "meetings_planned", MeetingPlan, MeetingPlan.introduction_id.in_(_own_introductions(user_id))
    yield "referrals", ReferralInvitation, ReferralInvitation.inviter_id == user_id
    yield (
        "outcomes",
        Outcome,
        or_(
            Outcome.reporter_id == user_id,
            Outcome.contact_user_id == user_id,
            Outcome.contact_email == email,
        ),
    )
    yield "papers_of_outcomes", OutcomeAttachment, OutcomeAttachment.uploaded_by_id == user_id
    yield "contributions", OutcomeContributor, OutcomeContributor.user_id == user_id
    yield "words_on_outcomes", OutcomeNote, OutcomeNote.author_id == user_id
    yield "confirmations", Confirmation, Confirmation.answered_by_id == user_id
    yield (
        "disclosures",
        Disclosure,
        or_(Disclosure.subject_user_id == user_id, Disclosure.recipient_user_id == user_id),
    )
    yield "mails", MailMessage, MailMessage.user_id == user_id
    yield "links", LinkToken, LinkToken.user_id == user_id
    yield "moves", Transition, Transition.actor_id == user_id
    yield "log", AuditEntry, AuditEntry.actor_id == user_id


def _chosen(user_id: int) -> Iterable[tuple[str, Any, ColumnElement[bool]]]:
    """What they say of the organisations they own, what they chose for their needs, and what an outcome was worth."""
    owned = select(OrganisationMember.organisation_id).where(
        OrganisationMember.user_id == user_id,
        OrganisationMember.role == Role.ORGANISATION_OWNER,
        OrganisationMember.approved_at.is_not(None),
    )
    yield "organisations_owned", Organisation, Organisation.id.in_(owned)
    yield "markets_of_organisations", OrganisationMarket, OrganisationMarket.organisation_id.in_(owned)
    yield "sectors_of_organisations", OrganisationSector, OrganisationSector.organisation_id.in_(owned)
    needs = select(Need.id).where(Need.requester_id == user_id)
    yield "markets_of_needs", NeedMarket, NeedMarket.need_id.in_(needs)
    yield "sectors_of_needs", NeedSector, NeedSector.need_id.in_(needs)
    yield "help_of_needs", NeedHelp, NeedHelp.need_id.in_(needs)
    outcomes = select(Outcome.id).where(Outcome.reporter_id == user_id)
    yield "values_of_outcomes", OutcomeValue, OutcomeValue.outcome_id.in_(outcomes)


def _own_introductions(user_id: int) -> Select[int]:
    """Introductions of which the person is one of the two sides."""
    return (
        select(Introduction.id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .join(Need, Need.id == Introduction.need_id)
        .where(or_(Volunteer.user_id == user_id, Need.requester_id == user_id))
    )


def _rows(session: Session, table: Any, condition: ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(select(table).where(condition).order_by(*inspect(table).primary_key)))


def _plain(row: Any) -> dict[str, Any]:
    columns = inspect(type(row)).column_attrs
    return {one.key: _value(getattr(row, one.key)) for one in columns if one.key not in SECRET}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
