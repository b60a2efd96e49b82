"""One need from its draft to what came of it, past a no and a silence, by rules and worker alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import DeclineReason, IntroductionState, NeedState
from network.introductions import operations as introductions
from network.introductions.queries import find_answer, shortlist_of
from network.models import Disclosure, FollowUp, Introduction, MailMessage
from network.needs import operations as needs
from network.needs.operations import NeedContent
from network.needs.queries import Topics
from tests.factories import (
    actor_of,
    make_chapter,
    make_lead,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.scene import secret_in

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
CONTENT = NeedContent(
    goal="find_partner",
    title="Sell dosing pumps to Gulf utilities",
    background="We make dosing pumps for desalination and sell in Spain and Malta.",
    ask="A call about how utilities in the Emirates approve a new supplier.",
    deadline_on=date(2026, 6, 1),
    contact_name="Robin Hale",
    contact_email="robin@northfield.example",
    topics=Topics(("AE",), ("energy",), ("market_insight",)),
)


def test_need_walks_from_draft_to_follow_up_past_a_no_and_a_silence(
    session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    chapter = make_chapter(session)
    lead = make_lead(session, chapter)
    owner = make_user(session)
    firm = make_organisation(session, owner=owner)
    amina, badr, carla = (
        make_volunteer(session, chapter=chapter, name=name)
        for name in ("Amina Rahman", "Badr Aziz", "Carla Ruiz")
    )
    asker, broker = actor_of(session, owner), actor_of(session, lead)

    need = needs.create_draft(session, asker, firm.id, CONTENT, now=clock.now())
    introductions.propose(session, asker, need, [amina.id, badr.id, carla.id], now=clock.now())
    needs.submit_need(session, asker, need, now=clock.now())
    assert need.owner_chapter_id == chapter.id
    work()
    assert [mail.event for mail in mails(to=lead.email)] == ["need_for_broker"]
    assert [mail.event for mail in mails(to=owner.email)] == ["need_received"]

    clock.advance(hours=3)
    needs.begin_triage(session, broker, need, now=clock.now())
    needs.open_need(session, broker, need, now=clock.now())
    work()
    first, second, third = shortlist_of(session, need.id)
    assert [one.state for one in (first, second, third)] == ["offered", "proposed", "proposed"]

    # Amina says no by the link in her mail; Badr is asked.
    clock.advance(days=1)
    [offer] = mails(event="introduction_offered")
    actor, asked = introductions.use_answer_link(session, secret_in(offer), "decline", now=clock.now())
    introductions.decline(session, actor, asked, DeclineReason.NO_CAPACITY, now=clock.now())
    work()
    session.refresh(second)
    assert second.state == IntroductionState.OFFERED
    assert "no time" not in mails(event="introduction_not_available")[0].text.lower()

    # Badr stays silent past both reminders; Carla is asked.
    for _round in range(3):
        clock.advance(days=4)
        work()
    session.refresh(second)
    session.refresh(third)
    assert second.state == IntroductionState.EXPIRED
    assert third.state == IntroductionState.OFFERED
    badrs = [mail.event for mail in mails() if mail.user_id == badr.user_id]
    assert badrs.count("introduction_offer_reminder") == 2
    assert badrs.count("introduction_expired") == 1

    # Carla asks, gets her answer and says yes by the newest link.
    by_mail = introductions.answering_actor(session, carla)
    introductions.ask_question(session, by_mail, third, "Which desalination plants?", now=clock.now())
    work()
    introductions.answer_question(session, asker, third, "Two in Malta.", now=clock.now())
    work()
    [answer] = mails(event="introduction_answer")
    found = find_answer(session, secret_in(answer))
    assert found is not None
    actor, asked = introductions.use_answer_link(session, secret_in(answer), "accept", now=clock.now())
    introductions.accept_introduction(session, actor, asked, now=clock.now())
    work()
    introduced = mails(event="introduction_introduced")
    assert {mail.to_address for mail in introduced} == {owner.email, carla.contact_email}
    assert {mail.reply_to for mail in introduced} == {owner.email, carla.contact_email}
    assert len(session.scalars(select(Disclosure)).all()) == 2

    clock.advance(days=2)
    introductions.log_meeting(session, asker, asked, held_on=date(2026, 3, 17), now=clock.now())
    clock.advance(days=1)
    introductions.complete_introduction(session, asker, asked, now=clock.now())
    work()
    session.refresh(need)
    assert need.asked_if_done_at is not None
    needs.fulfil_need(session, asker, need, now=clock.now())
    assert need.state == NeedState.FULFILLED
    for _month in range(14):
        clock.advance(days=30)
        work()
    asked_days = session.scalars(select(FollowUp.days).where(FollowUp.side == "requester")).all()
    assert asked_days == [30, 90, 180, 365]
    for introduction in session.scalars(select(Introduction)):
        assert introduction.next_action_at is None
    keys = [mail.dedupe_key for mail in mails()]
    assert len(keys) == len(set(keys))
