"""Whoever refused a need, or stopped it for its risks, does not judge the appeal, as long as there is anybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import NotAllowed
from network.domain.states import NeedState
from network.models import MailMessage, Need
from network.needs import operations as needs
from network.needs.policy import can_triage_need, needs_triageable_by
from network.needs.risk import can_decide_risk, latest_review
from tests.factories import make_staff
from tests.support.scene import Scene, make_scene, submitted
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]
Mails = Callable[..., list[MailMessage]]
Work = Callable[[], int]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def _appealed(scene: Scene, clock: FixedClock) -> Need:
    """A need that staff refused, and its asker appealed against."""
    need = submitted(scene, clock)
    needs.begin_triage(scene.session, scene.concierge, need, now=clock.now())
    needs.refuse_need(scene.session, scene.concierge, need, "Not for us.", now=clock.now())
    clock.advance(hours=1)
    return needs.appeal_need(scene.session, scene.asker, need, "You missed the point.", now=clock.now())


def test_staff_who_refused_a_need_look_on_while_a_colleague_reads_the_appeal(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE, work: Work, mails: Mails
) -> None:
    other = make_staff(session, name="Olga Other")
    need = _appealed(scene, clock)
    for user, may in ((scene.staff, False), (other, True)):
        actor = scene.actor(user)
        assert can_triage_need(actor, need) is may
        assert (need.id in session.scalars(select(Need.id).where(needs_triageable_by(actor)))) is may
        assert (need.title in visitor(user).get("/queue").text) is may
    page = visitor(scene.staff).get(f"/queue/needs/{need.id}")
    assert "You refused it first, so somebody else reads the appeal" in page.text
    assert "Open and offer" not in page.text
    with pytest.raises(NotAllowed):
        needs.begin_triage(session, scene.concierge, need, now=clock.now())
    work()
    assert [mail.to_address for mail in mails(event="need_for_broker")][-1:] == [other.email]
    needs.begin_triage(session, scene.actor(other), need, now=clock.now())
    needs.open_need(session, scene.actor(other), need, now=clock.now())
    # The appeal is over: whoever refused it before may help it along.
    assert can_triage_need(scene.concierge, need)


def test_the_only_one_of_the_staff_reads_an_appeal_rather_than_nobody(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = _appealed(scene, clock)
    assert can_triage_need(scene.concierge, need)
    assert need.id in session.scalars(select(Need.id).where(needs_triageable_by(scene.concierge)))


def test_a_need_stopped_for_its_risks_is_looked_at_by_another_reviewer_on_appeal(
    scene: Scene, session: Session, clock: FixedClock, visitor: PEOPLE
) -> None:
    other = make_staff(session, name="Olga Other")
    need = submitted(scene, clock, risk_answers=("sensitive_technology",))
    review = latest_review(session, need.id)
    assert review is not None
    first = scene.staff if review.reviewer_id == scene.staff.id else other
    second = other if first is scene.staff else scene.staff
    needs.stop_risk(session, scene.actor(first), review, "On the list.", words="We cannot.", now=clock.now())
    clock.advance(hours=1)
    needs.appeal_need(session, scene.asker, need, "It is not ours.", now=clock.now())
    again = latest_review(session, need.id)
    assert again is not None
    assert again.reviewer_id == second.id
    assert not can_decide_risk(scene.actor(first), need)
    assert visitor(first).get(f"/queue/risk/{again.id}").status == 404
    page = visitor(first).get(f"/queue/needs/{need.id}")
    assert "Open the look at its risks" not in page.text
    needs.clear_risk(session, scene.actor(second), again, "Not the same.", now=clock.now())
    assert need.state is NeedState.SUBMITTED
