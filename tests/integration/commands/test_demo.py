"""The demo network as it stands in the tables: believable times, and a next date on everything that waits."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.demo.load import load_demo
from network.domain.clock import zone_or_utc
from network.domain.membership_moves import LIVE as LIVE_MEMBERSHIPS
from network.domain.organisation_moves import LIVE as LIVE_ORGANISATIONS
from network.domain.states import MembershipState, OrganisationState
from network.models import (
    Chapter,
    Membership,
    Mission,
    MissionOutcome,
    Organisation,
    OutcomeValue,
    Transition,
    UnmetSearch,
    User,
)
from tests.conftest import START


def test_a_newcomer_to_the_demo_finds_lives_that_were_lived_by_day_and_dates_that_lie_ahead(
    session: Session,
) -> None:
    load_demo(session, volunteers=300, now=START)
    acts = session.execute(
        select(Transition.at, User.timezone).join(User, User.id == Transition.actor_id)
    ).all()
    by_night = [at for at, zone in acts if not 7 <= at.astimezone(zone_or_utc(zone)).hour < 22]
    assert len(acts) > 1000
    assert len(by_night) < len(acts) / 100
    moves = session.execute(
        select(Transition.subject, Transition.subject_id, Transition.at).order_by(
            Transition.subject, Transition.subject_id, Transition.id
        )
    ).all()
    assert all(one.at <= two.at for one, two in pairwise(moves) if one[:2] == two[:2])
    assert max(move.at for move in moves) <= START
    for table, live in ((Membership, LIVE_MEMBERSHIPS), (Organisation, LIVE_ORGANISATIONS)):
        dates = session.execute(
            select(table.next_action_by, table.next_action_at).where(table.state.in_(sorted(live)))
        ).all()
        assert all(by is not None and at > START for by, at in dates)
    checked = select(func.count()).where(
        Organisation.state == OrganisationState.ELIGIBLE, Organisation.recheck_on.is_(None)
    )
    assert session.scalar(checked) == 0
    assert session.scalar(select(func.count()).where(Chapter.next_action_at <= START)) == 0
    late = select(func.count()).where(Membership.decided_at > START)
    assert session.scalar(late) == 0
    waiting = select(func.count()).where(Membership.state == MembershipState.APPLIED)
    assert session.scalar(waiting)
    for table in (Mission, MissionOutcome, UnmetSearch):
        assert session.scalar(select(func.count()).select_from(table))
    actual = select(func.count()).where(OutcomeValue.basis == "actual")
    assert session.scalar(actual)
