"""A look at the risks of a need as a page: what was asked, what was answered, what the rules named, what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from network.domain.actor import Actor
from network.domain.need_moves import WAITS_FOR_TRIAGE
from network.domain.states import NeedState, RiskState
from network.matching.fit import Wanted
from network.matching.ranking import wanted_of
from network.models import Need, NeedAttachment, Organisation, RiskReview, User
from network.needs.attachments import attachments_of
from network.needs.risk import earlier_reviews, get_risk_review, reviewers_for


@dataclass(frozen=True, slots=True)
class RiskPage:
    """Everything a reviewer needs to decide."""

    review: RiskReview
    need: Need
    organisation: Organisation
    requester: User
    wanted: Wanted
    reviewer: str | None
    decided_by: str | None
    earlier: Sequence[tuple[RiskReview, str, str | None]]
    colleagues: list[tuple[int, str]]
    papers: list[NeedAttachment]

    @property
    def may_decide(self) -> bool:
        """Whether it waits for a decision now."""
        return self.review.state is RiskState.WAITING and self.need.state in WAITS_FOR_TRIAGE

    @property
    def is_with_requester(self) -> bool:
        """Whether it waits for an answer of the requester first."""
        return self.review.state is RiskState.WAITING and self.need.state is NeedState.NEEDS_INFO


def risk_page(session: Session, actor: Actor, review_id: int) -> RiskPage:
    """The page, for staff without a conflict; at most ten statements beside those of signing in."""
    review = get_risk_review(session, actor, review_id)
    named, decider = aliased(User), aliased(User)
    need, organisation, requester, reviewer, decided_by = session.execute(
        select(Need, Organisation, User, named.name, decider.name)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(User, User.id == Need.requester_id)
        .outerjoin(named, named.id == review.reviewer_id)
        .outerjoin(decider, decider.id == review.decided_by_id)
        .where(Need.id == review.need_id)
    ).one()
    page = RiskPage(
        review=review,
        need=need,
        organisation=organisation,
        requester=requester,
        wanted=wanted_of(session, need.id),
        reviewer=reviewer,
        decided_by=decided_by,
        earlier=[one for one in earlier_reviews(session, need) if one[0].id != review.id],
        colleagues=[],
        papers=attachments_of(session, actor, need.id) if need.papers else [],
    )
    if page.may_decide:
        people = reviewers_for(session, need)
        page.colleagues.extend((one.id, one.name) for one in people if one.id != review.reviewer_id)
    return page
