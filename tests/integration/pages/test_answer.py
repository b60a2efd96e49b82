"""The answer from the mail: one page without signing in, and whoever should not get further by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.domain.clock import FixedClock
from network.domain.states import (
    Channel,
    Confidentiality,
    IntroductionState,
    NeedState,
    OrganisationState,
    Visibility,
)
from network.introductions import operations
from network.matching.index import rebuild_index
from network.models import (
    Disclosure,
    Introduction,
    IntroductionMessage,
    ReferralInvitation,
    Transition,
    User,
    Volunteer,
)
from tests.factories import NOW
from tests.support.scene import Scene, make_scene
from tests.support.statements import counted
from tests.support.visitor import Visitor

_I = IntroductionState
Browse = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def offered(scene: Scene) -> Introduction:
    return scene.introduce(scene.amina)


@pytest.fixture
def address(session: Session, offered: Introduction, clock: FixedClock) -> str:
    return address_of(session, offered, clock)


def address_of(session: Session, one: Introduction, clock: FixedClock, **given: object) -> str:
    """The path of a fresh answer link."""
    link = issue_link(
        session,
        "answer",
        one.id,
        now=clock.now(),
        expires_at=one.expires_at or clock.now() + timedelta(days=1),
        round=one.offer_round,
        **given,  # type: ignore[arg-type]
    )
    return "/answer/" + link_url(link).rsplit("/", 1)[1]


def state_of(session: Session, one: Introduction) -> IntroductionState:
    return session.scalars(select(Introduction.state).where(Introduction.id == one.id)).one()


def test_volunteer_reads_the_letter_and_every_answer_without_signing_in(
    scene: Scene, visitor: Browse, address: str
) -> None:
    page = visitor().get(address)
    assert page.status == 200
    assert page.h1 == "Can you help, Amina Rahman?"
    for words in (
        "Sell dosing pumps to Gulf utilities",
        "A 30-minute call",
        "We keep this for you until Thursday 12 March",
        "Yes, I can help",
        "Ask a question first",
        "Not this time",
        "I know somebody better",
        "I am away for a while",
    ):
        assert words in page.text, words
    for value in (scene.owner.email, scene.amina.contact_email or "", "555 0100", "496 0100"):
        assert value not in page.html


def test_opening_a_link_does_nothing_however_often_and_by_whom(
    scene: Scene, session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    browser = visitor()
    assert [browser.get(address).status, browser.client.head(address).status_code] == [200, 200]
    acts = ("accept", "ask", "decline", "refer", "pause")
    assert {browser.get(f"{address}/{act}").status for act in acts} == {405}
    assert "answers for Amina Rahman, not for you" in visitor(scene.owner).get(address).text
    assert state_of(session, offered) is _I.OFFERED
    assert session.scalar(select(func.count(Transition.id))) == 0


def test_post_without_the_proof_of_the_page_does_nothing(
    session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    page = visitor().request("post", f"{address}/accept", data={})
    assert page.status == 400
    assert state_of(session, offered) is _I.OFFERED


def test_volunteer_accepts_by_the_link_and_reads_no_details_there(
    scene: Scene, session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    page = visitor().get(address).submit("/accept")
    assert page.status == 200
    assert "Thank you. You are introduced" in page.text
    for value in (scene.owner.email, "555 0100", "496 0100", "Olive"):
        assert value not in page.html
    assert state_of(session, offered) is _I.INTRODUCED
    assert len(session.scalars(select(Disclosure)).all()) == 2
    channel = select(Transition.channel).where(Transition.action == "accept")
    assert session.scalars(channel).all() == [Channel.MAIL]


def test_yes_without_consent_says_that_they_confirm(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina, need=scene.another_need(consents=False))
    page = visitor().get(address_of(session, one, clock)).submit("/accept")
    assert "Thank you for saying yes" in page.text
    assert state_of(session, one) is _I.ACCEPTED


def test_volunteer_asks_by_the_link_and_may_answer_on(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, offered: Introduction, address: str
) -> None:
    browser = visitor()
    kept = browser.get(address).submit("/ask", text="See www.pumps.example")
    assert kept.status == 422
    assert "take that out and send it again" in kept.text
    page = kept.submit("/ask", text="Which plants?")
    assert "Your question is with them" in page.text
    assert "Ask a question first" not in page.text
    again = browser.post(f"{address}/ask", text="And why?")
    assert again.status == 409
    operations.answer_question(session, scene.asker, offered, "Two in Malta.", now=clock.now())
    told = browser.get(address)
    assert "Two in Malta." in told.text
    told.submit("/accept")
    assert state_of(session, offered) is _I.INTRODUCED
    assert session.scalar(select(func.count(IntroductionMessage.id))) == 3


def test_volunteer_declines_by_the_link_and_the_link_is_spent(
    session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    browser = visitor()
    page = browser.get(address)
    assert page.submit("/decline").status == 422
    later = page.submit("/decline", reason="not_now")
    assert later.status == 422
    done = later.submit("/decline", reason="not_now", not_before="2026-05-01")
    assert "Thank you for answering" in done.text
    assert state_of(session, offered) is _I.DECLINED
    for act, values in (
        ("accept", {}),
        ("decline", {"reason": "no_capacity"}),
        ("pause", {"until": "2026-04-01"}),
    ):
        refused = browser.post(f"{address}/{act}", **values)
        assert refused.status == 409, act
        assert address in [href for _words, href in refused.links]
    assert state_of(session, offered) is _I.DECLINED


def test_volunteer_invites_somebody_by_the_link(
    session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    page = visitor().get(address)
    refused = page.submit("/refer", button="Invite them", address="nobody")
    # Without script too the browser goes to what is wrong, and a screen reader hears it first.
    told = refused.html.partition("</title>")[0].rpartition("<title>")[2]
    assert (refused.status, told[:6], refused.html.count(" autofocus")) == (422, "Error:", 1)
    done = page.submit("/refer", button="Invite them", address="zara@example.org")
    assert "Thank you for the name" in done.text
    assert session.scalars(select(ReferralInvitation.address)).all() == ["zara@example.org"]
    assert state_of(session, offered) is _I.REFERRED_ON


def test_volunteer_pauses_by_the_link_once_and_may_still_answer(
    scene: Scene, session: Session, visitor: Browse, offered: Introduction, address: str,
    work: Callable[[], int],
) -> None:  # fmt: skip
    browser = visitor()
    page = browser.get(address).submit("/pause", until="2026-03-20")
    assert "We keep this for you until you are back" in page.text
    assert "You are away until the end of Friday 20 March" in page.text
    assert "I am away for a while" not in page.text
    work()
    assert browser.post(f"{address}/pause", until="2026-12-31").status == 409
    assert "until Tuesday 31 March" in browser.get(address).text
    until = select(Volunteer.paused_until).where(Volunteer.id == scene.amina.id)
    assert session.scalars(until).all() == [date(2026, 3, 20)]
    browser.get(address).submit("/accept")
    assert state_of(session, offered) is _I.INTRODUCED


def test_link_lives_as_long_as_the_offer_that_a_leave_or_a_question_put_off(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, offered: Introduction, address: str,
    work: Callable[[], int],
) -> None:  # fmt: skip
    browser = visitor()
    browser.get(address).submit("/pause", until="2026-03-04")
    work()
    assert "We keep this for you until Sunday 15 March" in browser.get(address).text
    clock.advance(days=11)
    browser.get(address).submit("/ask", text="Which plants?")
    operations.answer_question(session, scene.asker, offered, "Two in Malta.", now=clock.now())
    clock.advance(days=5)
    browser.get(address).submit("/accept")
    assert state_of(session, offered) is _I.INTRODUCED
    volunteer = visitor(session.get_one(User, scene.amina.user_id))
    scene.amina.paused_until = date(2026, 5, 1)
    assert "keeps its place" not in volunteer.get(f"/introductions/{offered.id}").text


# --- links that answer nothing any more -------------------------------------------------


def test_expired_link_says_so_and_leads_to_a_late_yes(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, offered: Introduction, address: str,
    work: Callable[[], int],
) -> None:  # fmt: skip
    browser = visitor()
    page = browser.get(address)
    clock.advance(days=11)
    too_late = page.submit("/accept")
    assert too_late.status == 409
    assert "The time to answer is over" in too_late.text
    work()
    over = browser.get(address)
    assert over.status == 410
    assert "The request is still open" in over.text
    assert f"/introductions/{offered.id}" in [href for _words, href in over.links]
    assert "dosing pumps" not in over.html
    assert state_of(session, offered) is _I.EXPIRED
    scene.need.state = NeedState.FULFILLED
    assert "has closed since" in browser.get(address).text


def test_withdrawn_older_and_unknown_links_say_what_is_so(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, offered: Introduction, address: str
) -> None:
    browser = visitor()
    operations.withdraw_introduction(session, scene.asker, offered, now=clock.now())
    page = browser.get(address)
    assert (page.status, page.h1) == (410, "This is no longer asked")
    other = scene.introduce(scene.badr, need=scene.another_need(), offer_round=2)
    older = address_of(session, other, clock)
    other.offer_round = 3
    assert browser.get(older).h1 == "This link belongs to an earlier request"
    assert browser.post(f"{older}/accept").status == 409
    dead = issue_link(
        session, "answer", other.id, now=clock.now(), expires_at=clock.now() - timedelta(hours=1), round=3
    )
    assert browser.get("/answer/" + link_url(dead).rsplit("/", 1)[1]).h1 == "This link is too old to answer"
    assert state_of(session, other) is _I.OFFERED


@pytest.mark.parametrize("token", ["nothing", "é" * 20, "x" * 5000, "%00", "..%2f.."])
def test_a_strangers_token_opens_nothing(
    session: Session, visitor: Browse, offered: Introduction, address: str, token: str
) -> None:
    browser = visitor()
    assert browser.get(f"/answer/{token}").status == 404
    for act in ("accept", "pause"):
        assert browser.post(f"/answer/{token}/{act}", until="2026-04-01").status == 404
    assert state_of(session, offered) is _I.OFFERED


def test_a_link_of_another_kind_answers_nothing(
    session: Session, visitor: Browse, clock: FixedClock, offered: Introduction
) -> None:
    other = issue_link(
        session, "confirm", offered.id, now=clock.now(), expires_at=clock.now() + timedelta(days=2)
    )
    secret = link_url(other).rsplit("/", 1)[1]
    assert visitor().get(f"/answer/{secret}").status == 404
    assert visitor().post(f"/answer/{secret}/accept").status == 404


def test_volunteer_who_left_answers_nothing_by_the_link(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock, offered: Introduction, address: str
) -> None:
    browser = visitor()
    page = browser.get(address)
    operations.leave_network(session, scene.volunteer_actor(scene.amina), scene.amina.id, now=clock.now())
    assert page.submit("/accept").status == 409
    assert browser.get(address).status == 410
    assert state_of(session, offered) is _I.WITHDRAWN


def test_volunteer_over_capacity_cannot_accept_by_the_link(
    scene: Scene, session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    scene.amina.capacity = 1
    scene.introduce(scene.amina, _I.MET, scene.another_need())
    page = visitor().get(address).submit("/accept")
    assert page.status == 409
    assert "as much as you set yourself" in page.text
    assert state_of(session, offered) is _I.OFFERED


def test_of_two_presses_at_the_same_moment_one_counts(
    session: Session, visitor: Browse, clock: FixedClock, offered: Introduction, address: str
) -> None:
    reminder = address_of(session, offered, clock)
    first, second = visitor().get(address), visitor().get(reminder)
    assert [first.submit("/accept").status, second.submit("/accept").status] == [200, 409]
    assert len(session.scalars(select(Disclosure)).all()) == 2


@pytest.mark.parametrize("frozen", ["need", "organisation"])
def test_nothing_is_accepted_while_the_request_waits(
    scene: Scene, session: Session, visitor: Browse, offered: Introduction, address: str, frozen: str
) -> None:
    if frozen == "need":
        scene.need.state = NeedState.IN_TRIAGE
    else:
        scene.firm.state = OrganisationState.SUSPENDED
    browser = visitor()
    page = browser.get(address)
    assert "The request waits at the moment" in page.text
    assert "Yes, I can help" not in page.text
    assert browser.post(f"{address}/accept").status == 409
    assert state_of(session, offered) is _I.OFFERED


def test_confidential_request_stays_unnamed_behind_the_link(
    scene: Scene, session: Session, visitor: Browse, clock: FixedClock
) -> None:
    need = scene.another_need(
        confidentiality=Confidentiality.CONFIDENTIAL,
        title="Secret pumps",
        background="The plant at Ludlow",
        shareable="A maker of pumps asks.",
    )
    one = scene.introduce(scene.amina, need=need)
    page = visitor().get(address_of(session, one, clock))
    assert "A maker of pumps asks." in page.text
    for value in ("Secret", "Ludlow", scene.firm.name, "Olive"):
        assert value not in page.html


def test_the_link_opens_no_other_page(
    scene: Scene, visitor: Browse, offered: Introduction, address: str
) -> None:
    browser = visitor()
    browser.get(address)
    for url in (f"/introductions/{offered.id}", "/introductions", "/account", f"/needs/{scene.need.id}"):
        assert browser.get(url, follow=False).headers["Location"].startswith("/sign-in"), url


def test_the_page_is_not_kept_and_tells_no_other_site(visitor: Browse, address: str) -> None:
    headers = visitor().get(address).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]


def test_the_page_costs_twelve_statements_at_most(
    app: Flask, visitor: Browse, offered: Introduction, address: str
) -> None:
    browser = visitor()
    with counted(app) as sent:
        browser.get(address)
    assert len(sent) <= 12


def test_search_behind_the_link_finds_only_whom_everybody_may_find(
    scene: Scene, session: Session, visitor: Browse, offered: Introduction, address: str
) -> None:
    scene.badr.listing = Visibility.PUBLIC
    session.commit()
    rebuild_index(session, NOW)
    browser = visitor()
    assert "Carla" not in browser.get(f"{address}?find=Carla").text
    assert "Write a name" in browser.get(f"{address}?find=").text
    page = browser.get(f"{address}?find=Badr")
    assert "Badr Aziz" in page.text
    assert "Thank you for the name" in page.submit(button="Name them").text
    assert session.scalars(
        select(Introduction.volunteer_id).where(Introduction.referred_from_id == offered.id)
    ).all() == [scene.badr.id]
