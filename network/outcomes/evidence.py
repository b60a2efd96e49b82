"""Papers that bear an outcome out: kept like those of a need, read by those who answer for it, never public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import Conflict, NotAllowed, NotFound
from network.domain.outcome_moves import ENDED
from network.domain.states import EvidenceTier
from network.models import Outcome, OutcomeAttachment
from network.needs.attachments import keep_paper
from network.outbox.queue import enqueue
from network.outcomes.policy import can_read_evidence, evidence_readable_by
from network.outcomes.queries import get_outcome, volunteer_of


def evidence_of(session: Session, actor: Actor, outcome_id: int) -> list[OutcomeAttachment]:
    """The papers of an outcome that the actor may open, oldest first."""
    query = (
        select(OutcomeAttachment)
        .join(Outcome, Outcome.id == OutcomeAttachment.outcome_id)
        .where(OutcomeAttachment.outcome_id == outcome_id, evidence_readable_by(actor))
    )
    return list(session.scalars(query.order_by(OutcomeAttachment.id)))


def get_evidence(session: Session, actor: Actor, outcome_id: int, paper_id: int) -> OutcomeAttachment:
    """The paper, if the actor may open it; NotFound otherwise."""
    found = session.scalar(
        select(OutcomeAttachment)
        .join(Outcome, Outcome.id == OutcomeAttachment.outcome_id)
        .where(
            OutcomeAttachment.id == paper_id,
            OutcomeAttachment.outcome_id == outcome_id,
            evidence_readable_by(actor),
        )
    )
    if found is None:
        raise NotFound("no_paper", "There is no such paper, or it is not for you to see.")
    return found


def can_add_evidence(actor: Actor, outcome: Outcome, volunteer_id: int | None) -> bool:
    """Whoever may open its papers may add one, until it is void or lapsed."""
    return outcome.status not in ENDED and can_read_evidence(actor, outcome, volunteer_id)


def can_take_evidence_away(actor: Actor, outcome: Outcome, paper: OutcomeAttachment) -> bool:
    """Who added it, or staff; what staff have checked stays."""
    mine = actor.is_user(paper.uploaded_by_id) or actor.is_staff
    return mine and outcome.tier is not EvidenceTier.EVIDENCE_CHECKED


def add_evidence(
    session: Session, actor: Actor, outcome_id: int, content: bytes, name: str, *, now: datetime
) -> OutcomeAttachment:
    """The file bears the outcome out: what it is is told from its content, whatever it is called.

    Raises NotAllowed for whoever may not open its papers, Conflict where it counts no more, Invalid for no paper.
    """
    outcome = get_outcome(session, actor, outcome_id, lock=True)
    volunteer = volunteer_of(session, outcome)
    if not can_read_evidence(actor, outcome, volunteer.id if volunteer else None):
        raise NotAllowed("not_yours", "Who reported it, the firm and its brokers add papers.")
    if outcome.status in ENDED:
        raise Conflict("outcome_over", "This counts in no figure any more, so it needs no papers.")
    paper = OutcomeAttachment(outcome_id=outcome.id)
    beside = select(func.count(OutcomeAttachment.id)).where(OutcomeAttachment.outcome_id == outcome.id)
    keep_paper(session, actor, paper, content, name, beside=beside, whole="An outcome", now=now)
    record(session, actor, "outcome.add_paper", "outcome", outcome.id, now=now)
    return paper


def remove_evidence(session: Session, actor: Actor, outcome_id: int, paper_id: int, *, now: datetime) -> None:
    """The paper is gone from the outcome, and its file a moment later."""
    outcome = get_outcome(session, actor, outcome_id, lock=True)
    paper = get_evidence(session, actor, outcome_id, paper_id)
    if not can_take_evidence_away(actor, outcome, paper):
        raise NotAllowed("not_yours", "Who added a paper takes it away, until staff have checked it.")
    enqueue(session, "paper.removed", now=now, stored=paper.stored)
    session.delete(paper)
    record(session, actor, "outcome.remove_paper", "outcome", outcome.id, now=now)
    session.flush()
