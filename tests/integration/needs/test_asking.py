"""What the asking side does with its needs, and what is refused to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import NotAllowed, NotFound, OverLimit
from network.domain.states import Confidentiality, NeedState, OrganisationState
from network.models import AuditEntry, ChapterSector, MailMessage, OutboxMessage, Transition
from network.needs import operations as needs
from network.needs.queries import Topics, get_need, need_text, needs_of, text_for
from tests.factories import make_chapter, make_lead, make_volunteer
from tests.support.scene import Scene, draft, submitted

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


def test_a_submitted_need_lies_with_the_chapter_of_its_first_market(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = submitted(scene, clock, topics=Topics(("AE", "SA"), ("energy",), ("market_insight",)))
    assert need.state == NeedState.SUBMITTED
    assert need.owner_chapter_id == scene.chapter.id
    assert need.next_action_by == "broker"
    # Three working days from Monday end on Thursday, 23:59 in Dubai.
    assert need.next_action_at is not None
    assert need.next_action_at.isoformat() == "2026-03-05T19:59:00+00:00"
    work()
    assert {mail.event for mail in mails(to=scene.owner.email)} == {"need_received"}
    for lead in (scene.lead, scene.second_lead):
        assert [mail.event for mail in mails(to=lead.email)] == ["need_for_broker"]
    assert mails(to=scene.staff.email) == []


def test_a_sector_chapter_owns_before_a_general_one(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    special = make_chapter(session)
    make_lead(session, special)
    session.add(ChapterSector(chapter_id=special.id, sector="energy"))
    session.flush()
    assert submitted(scene, clock).owner_chapter_id == special.id
    plain = submitted(scene, clock, topics=Topics(("AE",), ("water",), ("market_insight",)))
    assert plain.owner_chapter_id == scene.chapter.id


def test_staff_own_a_need_for_a_market_without_an_active_chapter(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    make_chapter(session, markets=["JP"], state="forming")
    need = submitted(scene, clock, topics=Topics(("JP",), (), ("market_insight",)))
    assert need.owner_chapter_id is None
    assert need.next_action_by == "staff"
    work()
    assert [mail.event for mail in mails(to=scene.staff.email)] == ["need_for_broker"]


def test_a_conflicted_lead_leaves_the_need_to_another_lead(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    make_volunteer(session, user=scene.lead, employer=scene.firm.name)
    need = submitted(scene, clock)
    work()
    assert need.owner_chapter_id == scene.chapter.id
    assert mails(to=scene.lead.email) == []
    assert len(mails(to=scene.second_lead.email)) == 1


def test_staff_own_a_need_towards_which_every_lead_is_conflicted(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    for lead in (scene.lead, scene.second_lead):
        make_volunteer(session, user=lead, employer=scene.firm.name)
    assert submitted(scene, clock).owner_chapter_id is None


def test_a_chapter_without_a_lead_keeps_its_need_and_staff_act_for_it(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    empty = make_chapter(session, markets=["BR"])
    need = submitted(scene, clock, topics=Topics(("BR",), (), ("market_insight",)))
    assert need.owner_chapter_id == empty.id
    work()
    assert [mail.event for mail in mails(to=scene.staff.email)] == ["need_for_broker"]


def test_a_trusted_requester_skips_triage_unless_risk_was_flagged(scene: Scene, clock: FixedClock) -> None:
    needs.trust_requester(scene.session, scene.concierge, scene.owner, True, now=clock.now())
    assert submitted(scene, clock).state == NeedState.OPEN
    flagged = submitted(scene, clock, risk_answers=frozenset({"state_linked"}))
    assert flagged.state == NeedState.SUBMITTED
    scene.firm.state = OrganisationState.UNVERIFIED
    assert submitted(scene, clock).state == NeedState.SUBMITTED


def test_nobody_but_staff_says_whom_to_trust(scene: Scene, clock: FixedClock) -> None:
    for actor, user in ((scene.broker, scene.owner), (scene.concierge, scene.staff)):
        with pytest.raises(NotAllowed):
            needs.trust_requester(scene.session, actor, user, True, now=clock.now())


def test_a_sixth_open_need_is_over_the_cap(scene: Scene, clock: FixedClock) -> None:
    for _number in range(4):
        submitted(scene, clock)
    with pytest.raises(OverLimit):
        submitted(scene, clock)


def test_a_firm_that_asks_all_day_waits_for_tomorrow(scene: Scene, clock: FixedClock) -> None:
    for _number in range(9):
        need = submitted(scene, clock)
        needs.withdraw_need(scene.session, scene.asker, need, now=clock.now())
    with pytest.raises(OverLimit) as refusal:
        submitted(scene, clock)
    assert refusal.value.code == "too_many_asks"
    clock.advance(days=1, minutes=1)
    assert submitted(scene, clock).state == NeedState.SUBMITTED


@pytest.mark.parametrize("state", [OrganisationState.SUSPENDED, OrganisationState.REFUSED])
def test_an_organisation_that_may_not_ask_cannot_submit(
    scene: Scene, clock: FixedClock, state: OrganisationState
) -> None:
    need = draft(scene, clock)
    scene.firm.state = state
    with pytest.raises(NotAllowed):
        needs.submit_need(scene.session, scene.asker, need, now=clock.now())


def test_a_lead_cannot_submit_for_the_firm(scene: Scene, clock: FixedClock) -> None:
    need = draft(scene, clock)
    with pytest.raises(NotAllowed):
        needs.submit_need(scene.session, scene.broker, need, now=clock.now())


def test_a_confidential_need_shows_a_volunteer_only_what_may_be_shared(scene: Scene) -> None:
    need = scene.another_need(confidentiality=Confidentiality.CONFIDENTIAL, shareable="A pump maker asks.")
    scene.introduce(scene.amina, need=need)
    partial = text_for(scene.session, scene.volunteer_actor(scene.amina), need)
    assert partial == need_text(scene.session, need, in_full=False)
    assert (partial.ask, partial.organisation_name, partial.title) == ("A pump maker asks.", None, "")
    assert text_for(scene.session, scene.asker, need).organisation_name == scene.firm.name


def test_what_may_not_be_seen_is_not_found(scene: Scene) -> None:
    assert get_need(scene.session, scene.asker, scene.need.id) is scene.need
    for actor in (scene.actor(scene.stranger), scene.actor(scene.colleague)):
        with pytest.raises(NotFound):
            get_need(scene.session, actor, scene.need.id)


def test_the_own_list_holds_ones_own_newest_first(scene: Scene, session: Session, clock: FixedClock) -> None:
    clock.advance(hours=1)
    newest = draft(scene, clock)
    scene.another_need(state=NeedState.WITHDRAWN)
    assert session.scalars(needs_of(scene.asker)).all()[0] is newest
    assert len(session.scalars(needs_of(scene.asker, live_only=True)).all()) == 2


def test_each_act_stands_in_the_log_and_names_no_values(scene: Scene, clock: FixedClock) -> None:
    need = submitted(scene, clock)
    session = scene.session
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject_id == need.id)).all()
    assert acts == ["need.create", "need.submit"]
    steps = session.scalars(select(Transition.action).where(Transition.subject_id == need.id)).all()
    assert steps == ["create", "submit"]
    for message in session.scalars(select(OutboxMessage)):
        assert need.title not in str(message.payload)


def test_mail_about_a_need_holds_nothing_that_a_stranger_wrote(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.firm.state = OrganisationState.UNVERIFIED
    scene.firm.name = "Buy pills at evil.example"
    need = draft(scene, clock, title="Buy my pills", ask="A pill a day", background="Pills pills")
    needs.submit_need(scene.session, scene.asker, need, now=clock.now())
    work()
    assert len(mails()) == 3
    for mail in mails():
        assert "pill" not in (mail.subject + mail.text + mail.html).lower()


def test_only_the_asking_side_or_a_broker_says_that_it_is_done(scene: Scene, clock: FixedClock) -> None:
    with pytest.raises(NotAllowed):
        needs.fulfil_need(scene.session, scene.actor(scene.stranger), scene.need, now=clock.now())
    needs.fulfil_need(scene.session, scene.broker, scene.need, now=clock.now())
    assert scene.need.state == NeedState.FULFILLED
