"""Stories that may be told: confirmed, with the beneficiary's consent, by name or anonymously."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from network.domain.states import EvidenceTier, OutcomeClass, OutcomeKind, OutcomeStatus, PublishConsent
from network.models import Confirmation, Organisation, Outcome


@dataclass(frozen=True, slots=True)
class Story:
    """One published outcome; `organisation` is empty where the beneficiary wants no name."""

    title: str
    what_happened: str
    kind: OutcomeKind | None
    market: str
    sector: str | None
    organisation: str | None
    happened_on: date


def published_stories(session: Session, limit: int = 3) -> list[Story]:
    """The newest stories whose latest confirmation consents; an anonymous one shows no words that could name."""
    latest = (
        select(Confirmation.outcome_id, func.max(Confirmation.id).label("id"))
        .group_by(Confirmation.outcome_id)
        .subquery()
    )
    rows = session.execute(
        select(Outcome, Organisation.name, Confirmation.publish)
        .join(latest, latest.c.outcome_id == Outcome.id)
        .join(Confirmation, Confirmation.id == latest.c.id)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
        .where(
            or_(Outcome.anonymous.is_(False), Confirmation.publish == PublishConsent.ANONYMOUSLY),
            Outcome.status == OutcomeStatus.CONFIRMED,
            Outcome.tier.in_((EvidenceTier.CONFIRMED, EvidenceTier.EVIDENCE_CHECKED)),
            Outcome.outcome_class != OutcomeClass.NONE,
            Confirmation.publish.in_((PublishConsent.BY_NAME, PublishConsent.ANONYMOUSLY)),
        )
        .order_by(
            case((Confirmation.publish == PublishConsent.BY_NAME, 0), else_=1),
            case((Outcome.outcome_class == OutcomeClass.HARD, 0), else_=1),
            Outcome.first_confirmed_at.desc(),
            Outcome.id.desc(),
        )
        .limit(limit * 4)
    )
    return _different([_story(outcome, name, publish) for outcome, name, publish in rows])[:limit]


def _different(stories: list[Story]) -> list[Story]:
    """Without those that read like one before, or come from the same organisation."""
    seen: set[str] = set()
    kept = []
    for story in stories:
        marks = {mark for mark in (story.what_happened, story.organisation) if mark}
        if not marks & seen:
            seen |= marks
            kept.append(story)
    return kept


def _story(outcome: Outcome, organisation: str, publish: PublishConsent) -> Story:
    named = publish is PublishConsent.BY_NAME
    return Story(
        title=outcome.title if named else "",
        what_happened=outcome.what_happened if named else "",
        kind=outcome.kind,
        market=outcome.market,
        sector=outcome.sector,
        organisation=organisation if named else None,
        happened_on=outcome.happened_on,
    )
