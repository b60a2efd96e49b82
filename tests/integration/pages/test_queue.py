"""The broker's queue: what stands in it, for whom, in which order, at which cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import (
    IntroductionState,
    MembershipState,
    NeedState,
    OrganisationState,
    OutcomeStatus,
)
from network.models import Chapter, DeclaredInterest, Organisation, User
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_lead,
    make_membership,
    make_need,
    make_organisation,
    make_outcome,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


@pytest.fixture
def chapter(session: Session) -> Chapter:
    return make_chapter(session, name="Gulf chapter")


@pytest.fixture
def lead(session: Session, chapter: Chapter) -> User:
    return make_lead(session, chapter, name="Lee Lead")


@pytest.fixture
def firm(session: Session) -> Organisation:
    return make_organisation(session, owner=make_user(session, name="Ada Asker"), name="Northfield Pumps")


def _asker(session: Session, firm: Organisation) -> User:
    return make_user(session)


def _fill(session: Session, chapter: Chapter, firm: Organisation) -> None:
    asker = make_user(session)
    need = make_need(session, firm, asker, state=NeedState.SUBMITTED, owner=chapter, title="A new need")
    make_need(session, firm, asker, owner=chapter, exhausted_at=NOW, title="Nobody is left")
    volunteer = make_volunteer(session, chapter=chapter, name="Pia Proposed")
    waits = {"next_action_by": "broker", "next_action_at": NOW}
    make_introduction(session, need, volunteer, IntroductionState.PROPOSED, **waits)
    make_membership(session, make_volunteer(session, name="Nia Newcomer"), chapter, MembershipState.APPLIED)
    met = make_introduction(session, need, make_volunteer(session, chapter=chapter), IntroductionState.MET)
    make_outcome(session, met, need, status=OutcomeStatus.DISPUTED, title="A disputed order", **waits)


def test_lead_finds_everything_that_waits_for_their_chapter(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, firm: Organisation
) -> None:
    _fill(session, chapter, firm)
    text = visitor(lead).get("/queue").text
    for words in ("A new need", "Nobody is left", "Pia Proposed", "Nia Newcomer", "A disputed order"):
        assert words in text
    assert "5 things need a hand" in text


def test_lead_finds_nothing_of_another_chapter(
    visitor: PEOPLE, session: Session, chapter: Chapter, firm: Organisation
) -> None:
    _fill(session, chapter, firm)
    other = make_lead(session, make_chapter(session, markets=["DE"]))
    assert "Nothing waits for you" in visitor(other).get("/queue").text


def test_staff_find_what_nobody_owns_and_what_was_passed_on(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, firm: Organisation
) -> None:
    asker = make_user(session)
    triage = {"state": NeedState.SUBMITTED}
    make_need(session, firm, asker, title="Owned by a chapter", owner=chapter, **triage)
    make_need(session, firm, asker, title="Owned by nobody", **triage)
    make_need(session, firm, asker, title="Passed on", owner=chapter, next_action_by="staff", **triage)
    make_organisation(
        session,
        name="Unchecked Ltd",
        state=OrganisationState.UNVERIFIED,
        next_action_by="staff",
        next_action_at=NOW,
    )
    text = visitor(make_staff(session)).get("/queue").text
    assert "Owned by nobody" in text
    assert "Passed on" in text
    assert "Unchecked Ltd" in text
    assert "Owned by a chapter" not in text


def test_broker_reads_whose_turn_it_is_where_a_question_stays_open(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, firm: Organisation
) -> None:
    need = make_need(session, firm, make_user(session, name="Ada Asker"), owner=chapter)
    one = make_introduction(
        session,
        need,
        make_volunteer(session, chapter=chapter, name="Pia Patient"),
        IntroductionState.EXPLORING,
        turn="requester",
        state_since=NOW - timedelta(days=6),
        next_action_by="requester",
        next_action_at=NOW + timedelta(days=1),
    )
    browser = visitor(lead)
    assert "A question stays open: Ada Asker has the next word" in browser.get("/queue").text
    assert "waits for Ada Asker until" in browser.get(f"/queue/needs/{need.id}").text
    one.turn = "volunteer"
    assert "A question stays open: Pia Patient has the next word" in browser.get("/queue").text
    assert "waits for Pia Patient until" in browser.get(f"/queue/needs/{need.id}").text


def test_overdue_stands_first_then_urgent_then_by_date(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, firm: Organisation
) -> None:
    asker = make_user(session)
    days = {"Later": 3, "Sooner": 1, "Overdue": -2}
    for title, day in days.items():
        make_need(
            session,
            firm,
            asker,
            state=NeedState.SUBMITTED,
            owner=chapter,
            title=title,
            next_action_at=NOW + timedelta(days=day),
        )
    make_need(session, firm, asker, state=NeedState.SUBMITTED, owner=chapter, title="Urgent one", urgent=True)
    page = visitor(lead).get("/queue")
    places = [page.text.index(words) for words in ("Overdue", "Urgent one", "Sooner", "Later")]
    assert places == sorted(places)
    assert page.html.count('class="is-late"') == 1


def test_lead_narrows_the_queue_by_kind_and_chapter(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, firm: Organisation
) -> None:
    _fill(session, chapter, firm)
    text = visitor(lead).get("/queue?kind=membership").text
    assert "Nia Newcomer" in text
    assert "A new need" not in text
    assert "Nothing of this kind" in visitor(lead).get("/queue?chapter=none").text
    assert "A new need" in visitor(lead).get(f"/queue?chapter={chapter.id}").text


@pytest.mark.parametrize(
    "query", ["kind=nothing", "chapter=x", "chapter=-1", "page=0", "page=99999999", "chapter=①"]
)
def test_odd_filters_are_passed_over(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, query: str
) -> None:
    assert visitor(lead).get(f"/queue?{query}").status == 200


def test_conflicted_lead_finds_nothing_of_it(
    visitor: PEOPLE, session: Session, chapter: Chapter, firm: Organisation
) -> None:
    volunteer = make_volunteer(session, chapter=chapter)
    session.add(
        DeclaredInterest(volunteer_id=volunteer.id, kind="competitor", name=firm.name, name_key=firm.name_key)
    )
    user = session.get_one(User, volunteer.user_id)
    session.flush()
    from network.models import ChapterLead

    session.add(ChapterLead(chapter_id=chapter.id, user_id=user.id, since=NOW))
    need = make_need(session, firm, make_user(session), state=NeedState.SUBMITTED, owner=chapter)
    person = visitor(user)
    assert "Nothing waits for you" in person.get("/queue").text
    assert person.get(f"/queue/needs/{need.id}").status == 404
    assert person.post(f"/queue/needs/{need.id}/begin", version="1").status == 404


def test_applicant_who_leads_does_not_find_themselves(
    visitor: PEOPLE, session: Session, chapter: Chapter, lead: User
) -> None:
    volunteer = make_volunteer(session, user=lead, name="Lee Lead")
    make_membership(session, volunteer, chapter, MembershipState.APPLIED)
    assert "Nothing waits for you" in visitor(lead).get("/queue").text


def test_queue_is_for_brokers_only(visitor: PEOPLE, session: Session, firm: Organisation) -> None:
    assert visitor(make_user(session)).get("/queue").status == 403
    assert visitor().get("/queue", follow=False).status == 302


def test_queue_costs_the_same_for_thirty_lines_as_for_five(
    app: Flask, visitor: PEOPLE, session: Session, chapter: Chapter, lead: User, firm: Organisation
) -> None:
    person, sizes = visitor(lead), []
    for times in (1, 5):
        for _ in range(times):
            _fill(session, chapter, firm)
        session.commit()
        with counted(app) as sent:
            assert person.client.get("/queue").status_code == 200
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]
    assert sizes[0] <= 12
