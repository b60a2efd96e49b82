"""What the two say afterwards: how the meeting was, and what came of it, with one press out of the mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict
from network.domain.states import IntroductionState, OutcomeStatus
from network.introductions import operations
from network.models import FollowUp, Introduction, MailMessage, OutboxMessage, Outcome, User
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

_I = IntroductionState
Browse = Callable[..., Visitor]
Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def met(scene: Scene, session: Session, clock: FixedClock) -> Introduction:
    """An introduction whose two sides spoke today."""
    one = scene.introduce(scene.amina)
    operations.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())
    operations.log_meeting(session, scene.asker, one, held_on=date(2026, 3, 2), now=clock.now())
    return one


def links_in(mail: MailMessage) -> dict[str, str]:
    """The one-click links, by their answer."""
    return {found[1]: found[0] for found in re.findall(r"(https?://\S+?answer=(\w+))", mail.text)}


def test_both_say_the_day_after_how_it_was_and_only_brokers_read_it(
    scene: Scene,
    session: Session,
    visitor: Browse,
    met: Introduction,
    clock: FixedClock,
    work: Work,
    mails: Mails,
) -> None:
    amina = session.get_one(User, scene.amina.user_id)
    assert "How was your meeting?" not in visitor(amina).get(f"/introductions/{met.id}").text
    clock.advance(days=1, hours=2)
    work()
    assert len(mails(event="introduction_feedback")) == 2
    page = visitor(amina).get(f"/introductions/{met.id}")
    assert page.submit("/feedback", words="They had not read a thing.").status == 422
    page = page.submit("/feedback", answer="not_useful", words="They had not read a thing.")
    assert "right person next time" in page.html
    assert "How was your meeting?" not in page.text
    assert "They had not read a thing." in visitor(scene.lead).get(f"/introductions/{met.id}").text
    other = visitor(scene.owner).get(f"/introductions/{met.id}")
    assert "They had not read a thing." not in other.html
    assert "How was your meeting?" in other.text
    again = visitor(amina).post(
        f"/introductions/{met.id}/feedback", answer="useful", version=str(met.version)
    )
    assert again.status == 409


def test_one_press_in_the_mail_says_how_the_meeting_was(
    scene: Scene, session: Session, visitor: Browse, met: Introduction, clock: FixedClock, work: Work, mails: Mails
) -> None:  # fmt: skip
    clock.advance(days=1, hours=2)
    work()
    [mail] = [one for one in mails(event="introduction_feedback") if one.user_id == scene.amina.user_id]
    links = links_in(mail)
    assert (mail.subject, sorted(links)) == (
        "How did it go with Olive Owner?",
        ["not_useful", "useful", "very_useful"],
    )
    page = visitor().get(links["useful"])
    assert page.h1 == "How was your meeting?"
    assert "You said: very useful" in page.submit("/answer", answer="very_useful").text
    answers = select(FollowUp.answer).where(FollowUp.side == "volunteer")
    visitor().get(links["useful"])
    path = links["useful"].partition("?")[0].partition("//")[2].partition("/")[2]
    visitor().post(f"/{path}/answer", answer="deal")
    assert session.scalars(answers).all() == ["very_useful"]


def test_one_press_in_the_mail_says_that_a_deal_came_of_it_and_a_draft_waits(
    scene: Scene,
    session: Session,
    visitor: Browse,
    met: Introduction,
    clock: FixedClock,
    work: Work,
    mails: Mails,
) -> None:
    operations.complete_introduction(session, scene.asker, met, now=clock.now())
    clock.advance(days=30, hours=2)
    work()
    [mail] = [one for one in mails(event="introduction_follow_up") if one.to_address == scene.owner.email]
    links = links_in(mail)
    assert sorted(links) == ["deal", "nothing_yet", "stopped", "talking"]
    page = visitor().get(links["deal"])
    assert session.scalars(select(FollowUp.answer).where(FollowUp.days == 30)).all() == [None, None]
    assert "Amina Rahman" in page.text
    assert scene.amina.contact_email not in page.html
    done = page.submit("/answer", button="Something came of it")
    assert "A draft waits for you" in done.text
    work()
    draft = session.scalars(select(Outcome)).one()
    assert (draft.status, draft.reporter_id) == (OutcomeStatus.DRAFT, scene.owner.id)
    # The link answers once; the page may be looked at again.
    path = links["talking"].partition("?")[0].partition("//")[2].partition("/")[2]
    visitor().post(f"/{path}/answer", answer="talking")
    answers = select(FollowUp.answer).where(FollowUp.days == 30, FollowUp.side == "requester")
    assert session.scalars(answers).all() == ["deal"]
    assert "You said" in visitor().get(links["stopped"]).text
    operations.record_follow_up(session, scene.asker, met, "stopped", now=clock.now())
    work()
    session.refresh(draft)
    assert draft.status is OutcomeStatus.VOID


def test_a_draft_that_was_worked_on_stays(
    scene: Scene, session: Session, met: Introduction, clock: FixedClock, work: Work
) -> None:
    operations.record_follow_up(session, scene.asker, met, "deal", now=clock.now())
    work()
    draft = session.scalars(select(Outcome)).one()
    clock.advance(days=1)
    draft.updated_at = clock.now()
    operations.record_follow_up(session, scene.asker, met, "stopped", now=clock.now())
    work()
    session.refresh(draft)
    assert draft.status is OutcomeStatus.DRAFT


def test_links_that_are_old_or_not_ours_say_so_and_offer_a_way_on(
    scene: Scene,
    session: Session,
    visitor: Browse,
    met: Introduction,
    clock: FixedClock,
    work: Work,
    mails: Mails,
) -> None:
    operations.complete_introduction(session, scene.asker, met, now=clock.now())
    clock.advance(days=30, hours=2)
    work()
    links = links_in(mails(event="introduction_follow_up")[0])
    clock.advance(days=120)
    page = visitor().get(links["deal"])
    assert "too old" in page.h1
    assert ("Sign in and see it", f"/introductions/{met.id}") in page.links
    unknown = visitor().get("/follow-up/no-such-token")
    assert (unknown.status, unknown.h1) == (404, "We do not know this link")
    assert visitor().post("/follow-up/no-such-token/answer", answer="deal").status == 404


def test_news_of_an_introduction_that_staff_end_meanwhile_opens_no_draft_and_stops_nothing(
    scene: Scene, session: Session, met: Introduction, clock: FixedClock, work: Work
) -> None:
    operations.record_follow_up(session, scene.asker, met, "deal", now=clock.now())
    operations.cancel_introduction(session, scene.actor(scene.staff), met, "Moderated.", now=clock.now())
    work()
    assert session.scalars(select(OutboxMessage.error).where(OutboxMessage.error.is_not(None))).all() == []
    assert session.scalars(select(Outcome)).all() == []
    amina = scene.volunteer_actor(scene.amina)
    with pytest.raises(Conflict, match="ended"):
        operations.record_follow_up(session, amina, met, "deal", now=clock.now())
    assert session.scalars(select(FollowUp.side)).all() == ["requester"]
