"""Who has which part in the confirmed outcomes of a report."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.measures.policy import Scope
from network.measures.reports import means_most, outcome_conditions
from network.measures.totals import Share, shares_by, shares_from
from network.models import OutcomeShare


def parts_in(session: Session, actor: Actor, scope: Scope, dimension: str, limit: int = 50) -> list[Share]:
    """Parts by "volunteer" or "university", the largest first; one statement.

    Whoever counts everything is answered out of one index of the parts, everybody else by way of the outcomes.
    """
    if scope.where or not (actor.is_staff or actor.is_system):
        where = outcome_conditions(actor, scope)
        return shares_by(session, dimension, where, limit, at_once=means_most(actor, scope))
    months = OutcomeShare.month.between(scope.from_month, scope.until_month)
    sums = (func.count(), func.sum(OutcomeShare.units), func.sum(OutcomeShare.pence))
    rows = session.execute(
        select(OutcomeShare.code, *sums)
        .where(OutcomeShare.dimension == dimension, months)
        .group_by(OutcomeShare.code)
        .order_by(sums[1].desc(), OutcomeShare.code)
        .limit(limit)
    )
    return shares_from(rows)
