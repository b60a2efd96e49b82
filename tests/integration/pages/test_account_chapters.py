"""A volunteer asks chapters, asks again, leaves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from network.domain.states import ChapterState, MembershipState
from network.models import Membership
from tests.factories import make_chapter, make_membership, make_user, make_volunteer
from tests.support.statements import counted


@pytest.fixture
def amina(session):
    return make_user(session, name="Amina Rahman", timezone="Asia/Dubai")


@pytest.fixture
def volunteer(session, amina):
    return make_volunteer(session, user=amina)


@pytest.fixture
def gulf(session):
    return make_chapter(session, name="Gulf chapter", slug="gulf")


def test_a_volunteer_asks_the_chapter_of_their_market(visitor, session, amina, volunteer, gulf):
    make_chapter(session, name="Japan chapter", markets=("JP",))
    make_chapter(session, name="Resting chapter", state=ChapterState.DORMANT)
    page = visitor(amina).get("/account/chapters")
    assert page.text.index("Gulf chapter") < page.text.index("Japan chapter")
    assert "Resting chapter" not in page.text
    page = page.submit(button="Ask to join Gulf chapter")
    membership = session.scalars(select(Membership)).one()
    assert (membership.chapter_id, membership.state) == (gulf.id, MembershipState.APPLIED)
    assert "The chapter reads your profile and answers you." in page.text
    assert "Monday 9 March" in page.text


def test_a_volunteer_asks_a_resting_chapter_and_is_refused(visitor, session, amina, volunteer):
    resting = make_chapter(session, state=ChapterState.DORMANT)
    page = visitor(amina).post("/account/chapters/apply", chapter_id=resting.id)
    assert page.status == 409
    assert session.scalars(select(Membership)).all() == []


@pytest.mark.parametrize("number", ["", "x", "999999", "²", "-1", "99999999999999999999"])
def test_a_volunteer_asks_a_chapter_that_is_not_there_and_reads_so(visitor, amina, volunteer, number):
    assert visitor(amina).post("/account/chapters/apply", chapter_id=number).status == 404


def test_a_returned_volunteer_reads_the_reason_and_asks_again(visitor, session, amina, volunteer, gulf):
    membership = make_membership(
        session, volunteer, gulf, MembershipState.RETURNED, reason="Tell us which emirate."
    )
    page = visitor(amina).get("/account/chapters")
    assert "Tell us which emirate." in page.text
    page.submit(button="Ask again")
    assert session.get_one(Membership, membership.id).state is MembershipState.APPLIED


def test_a_refused_volunteer_cannot_ask_again(visitor, session, amina, volunteer, gulf):
    membership = make_membership(session, volunteer, gulf, MembershipState.REFUSED, reason="Not our market.")
    browser = visitor(amina)
    page = browser.get("/account/chapters")
    assert "Not our market." in page.text
    assert not any("Ask again" in words for form in page.forms for words in form.buttons)
    assert browser.post("/account/chapters/apply", chapter_id=gulf.id).status == 409
    assert session.get_one(Membership, membership.id).state is MembershipState.REFUSED


def test_a_member_leaves_a_chapter(visitor, session, amina, volunteer, gulf):
    membership = make_membership(session, volunteer, gulf)
    page = visitor(amina).get("/account/chapters").submit(button="Leave this chapter")
    assert "You have left the chapter." in page.html
    assert session.get_one(Membership, membership.id).state is MembershipState.LEFT


def test_a_member_leaves_from_an_old_page_and_nothing_happens(visitor, session, amina, volunteer, gulf):
    membership = make_membership(session, volunteer, gulf, MembershipState.APPLIED)
    page = visitor(amina).get("/account/chapters")
    membership.reason = "Looked at by a lead"
    session.commit()
    answer = page.submit(button="Take the request back")
    assert answer.status == 409
    assert session.get_one(Membership, membership.id).state is MembershipState.APPLIED


def test_a_volunteer_ends_somebody_else_s_membership_and_is_refused(visitor, session, amina, volunteer, gulf):
    other = make_membership(session, make_volunteer(session), gulf)
    page = visitor(amina).post("/account/chapters/leave", membership_id=other.id, version=other.version)
    assert page.status == 403
    assert session.get_one(Membership, other.id).state is MembershipState.APPROVED


def test_somebody_who_is_no_volunteer_has_no_chapters(visitor, session):
    assert visitor(make_user(session)).get("/account/chapters").status == 403


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_of_chapters_costs_as_much_for_thirty_as_for_three(
    visitor, session, app, amina, volunteer, count
):
    for number in range(count):
        make_chapter(session, name=f"Gulf {number}")
        make_membership(session, volunteer, make_chapter(session, name=f"Mine {number}"))
    browser = visitor(amina)
    with counted(app) as statements:
        assert browser.get("/account/chapters").status == 200
    assert len(statements) <= 8
