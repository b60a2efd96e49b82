"""What the year came to, and whether it kept the promises of the lifecycles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain import introduction_moves, need_moves, risk_moves
from network.domain.introduction_moves import CONTACTS_SHARED
from network.matching.capacity import charged_of
from network.models import Introduction, MailMessage, Need, OutboxMessage, RiskReview, Transition, Volunteer

# The tenth of volunteers with the most offers may carry at most so much of what they would without fairness.
FAIR = 0.7


def broken_promises(session: Session, now: datetime) -> list[str]:
    """Each promise that does not hold at this moment, in a line; empty when all do."""
    found = []
    waits = (
        (Need, need_moves.LIVE),
        (Introduction, introduction_moves.LIVE),
        (RiskReview, risk_moves.LIVE),
    )
    for table, live in waits:
        rows = select(table.id).where(
            table.state.in_(sorted(live)),
            table.next_action_at.is_(None) | table.next_action_by.is_(None),
        )
        found += [f"{table.__name__} {id} waits without an owner or a date" for id in session.scalars(rows)]
    capacities = {row[0]: row[1] for row in session.execute(select(Volunteer.id, Volunteer.capacity))}
    charged = charged_of(session, list(capacities), now)
    found += [f"volunteer {id} is over capacity" for id, held in charged.items() if held > capacities[id]]
    found += [f"event {row[0]} failed: {row[1]}" for row in session.execute(_failed())]
    found += [f"two mails {row[0]}" for row in session.execute(_doubled())]
    found += _odd_moves(session)
    return found


def _failed() -> Any:
    return select(OutboxMessage.event, OutboxMessage.error).where(OutboxMessage.error.is_not(None)).distinct()


def _doubled() -> Any:
    return select(MailMessage.dedupe_key).group_by(MailMessage.dedupe_key).having(func.count() > 1)


def _odd_moves(session: Session) -> list[str]:
    tables = {
        "need": {(str(s), a, str(m.target)) for (s, a), m in need_moves.MOVES.items()},
        "introduction": {(str(s), a, str(m.target)) for (s, a), m in introduction_moves.MOVES.items()},
        "riskreview": {(str(s), a, str(m.target)) for (s, a), m in risk_moves.MOVES.items()},
    }
    made = select(Transition.subject, Transition.source, Transition.action, Transition.target).distinct()
    return [
        f"{subject} went from {source} by {action} to {target}"
        for subject, source, action, target in session.execute(made)
        if subject in tables and source is not None and (source, action, target) not in tables[subject]
    ]


def report(session: Session, by_fit_alone: Mapping[int, list[int]]) -> dict[str, Any]:
    """The funnel in counts, days to answer, and how the offers are shared out."""
    rows = session.execute(
        select(
            Introduction.need_id,
            Introduction.offered_at,
            Introduction.accepted_at,
            Introduction.introduced_at,
            Introduction.met_at,
            Introduction.completed_at,
            Introduction.state,
        ).where(Introduction.offered_at.is_not(None))
    ).all()
    needs = Counter(str(state) for state in session.scalars(select(Need.state)))
    waits = [(row.accepted_at - row.offered_at).total_seconds() / 86_400 for row in rows if row.accepted_at]
    return {
        "needs": dict(sorted(needs.items())),
        "funnel": {
            "needs sent": sum(needs.values()),
            "needs with an offer": len({row.need_id for row in rows}),
            "offers": len(rows),
            "accepted": sum(row.accepted_at is not None for row in rows),
            "introduced": sum(row.introduced_at is not None for row in rows),
            "met": sum(row.met_at is not None for row in rows),
            "completed": sum(row.completed_at is not None for row in rows),
            "needs with an introduction": len({row.need_id for row in rows if row.state in CONTACTS_SHARED}),
        },
        "days to yes, median": round(median(waits), 1) if waits else None,
        **share_of_the_top(session, by_fit_alone),
    }


def share_of_the_top(session: Session, by_fit_alone: Mapping[int, list[int]]) -> dict[str, Any]:
    """How the offers made so far are shared out, beside what the best fit alone would have made of as many."""
    made = session.execute(
        select(Introduction.need_id, Introduction.volunteer_id).where(Introduction.offered_at.is_not(None))
    ).all()
    offers = Counter(row.volunteer_id for row in made)
    asked_for = Counter(row.need_id for row in made)
    alone = Counter(id for need, ids in by_fit_alone.items() for id in ids[: asked_for[need]])
    people = session.scalar(select(func.count(Volunteer.id))) or 1
    top, top_alone = top_tenth(offers.values(), people), top_tenth(alone.values(), people)
    return {
        "offers a volunteer, most": max(offers.values(), default=0),
        "volunteers asked": len(offers),
        "share of the most loaded tenth": round(top, 3),
        "the same without fairness": round(top_alone, 3),
        "ratio": round(top / top_alone, 3) if top_alone else None,
    }


def top_tenth(loads: Iterable[int], people: int) -> float:
    """The share of all offers that went to the tenth of people who got the most."""
    ordered = sorted(loads, reverse=True)
    return sum(ordered[: max(people // 10, 1)]) / max(sum(ordered), 1)
