"""Who sees what, who was given details, the file with everything, leaving, erasure."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from network.domain.states import IntroductionState, MembershipState, Visibility, VolunteerState
from network.models import Disclosure, DoNotAsk, Introduction, Membership, User, Volunteer
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_need,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


@pytest.fixture
def amina(session):
    return make_user(session, name="Amina Rahman", timezone="Asia/Dubai")


@pytest.fixture
def volunteer(session, amina):
    return make_volunteer(session, user=amina, chapter=make_chapter(session))


@pytest.fixture
def owner(session):
    return make_user(session, name="Robin Hale")


@pytest.fixture
def need(session, owner):
    return make_need(session, make_organisation(session, owner=owner, name="Northfield Pumps"), owner)


def test_a_volunteer_chooses_who_sees_what(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/privacy")
    assert page.form(button="Save").values["origin"] == ["leads"]
    page.submit(button="Save", listing="public", work="leads")
    row = session.get_one(Volunteer, volunteer.id)
    assert (row.listing, row.work_visibility) == (Visibility.PUBLIC, Visibility.LEADS)


def test_somebody_who_is_no_volunteer_has_nothing_to_choose(visitor, owner):
    page = visitor(owner).get("/account/privacy")
    assert "Who may find you" not in page.text
    assert "Download my data" in page.text


@pytest.mark.parametrize("count", [3, 30])
def test_a_person_reads_who_was_given_their_details_in_few_statements(
    visitor, session, app, amina, volunteer, owner, need, count
):
    introduction = make_introduction(session, need, volunteer, IntroductionState.INTRODUCED)
    for _number in range(count):
        session.add(
            Disclosure(
                subject_user_id=amina.id,
                recipient_user_id=owner.id,
                introduction_id=introduction.id,
                organisation_id=need.organisation_id,
                fields="email phone",
                purpose="introduction",
                created_at=NOW,
            )
        )
    browser = visitor(amina)
    with counted(app) as statements:
        page = browser.get("/account/privacy")
    assert "Robin Hale, Northfield Pumps" in page.text
    assert "E-mail address, telephone" in page.text
    assert len(statements) <= 6


def test_the_other_side_does_not_read_whose_details_they_were_given_there(
    visitor, session, amina, volunteer, owner, need
):
    introduction = make_introduction(session, need, volunteer, IntroductionState.INTRODUCED)
    session.add(
        Disclosure(
            subject_user_id=amina.id,
            recipient_user_id=owner.id,
            introduction_id=introduction.id,
            organisation_id=need.organisation_id,
            fields="email",
            purpose="introduction",
            created_at=NOW,
        )
    )
    assert "Nobody so far." in visitor(owner).get("/account/privacy").text


def test_a_person_downloads_everything_they_gave(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/privacy").submit(button="Download my data")
    assert page.response.mimetype == "application/json"
    assert "attachment" in page.headers["Content-Disposition"]
    assert page.headers["Cache-Control"] == "no-store"
    found = json.loads(page.response.get_data(as_text=True))
    assert found["account"]["email"] == amina.email
    assert found["volunteer"][0]["phone"] == "+971 50 555 0100"
    assert "password_hash" not in found["account"]


def test_a_volunteer_leaves_and_whoever_waited_does_not_wait_any_more(
    visitor, session, amina, volunteer, need
):
    offer = make_introduction(session, need, volunteer)
    page = visitor(amina).get("/account/leave")
    assert "One introduction is under way." in page.text
    page = page.submit(button="Leave", sure="y", reason="Moving to another field")
    assert "You have left." in page.html
    assert session.get_one(Volunteer, volunteer.id).state is VolunteerState.LEFT
    assert session.get_one(Introduction, offer.id).state is IntroductionState.WITHDRAWN
    assert session.scalars(select(Membership.state)).all() == [MembershipState.LEFT]
    assert visitor(amina).get("/account").status == 200


def test_a_volunteer_leaves_by_mistake_only_when_they_say_so_twice(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/leave").submit(button="Leave")
    assert page.status == 422
    assert "Tick this to show that you mean it." in page.text
    assert session.get_one(Volunteer, volunteer.id).state is VolunteerState.ACTIVE


def test_somebody_who_is_no_volunteer_cannot_leave_as_one(visitor, owner):
    assert visitor(owner).get("/account/leave").status == 403


def test_a_person_deletes_the_account_and_nothing_is_left(visitor, session, amina, volunteer, need):
    make_introduction(session, need, volunteer)
    address = amina.email
    browser = visitor(amina)
    page = browser.get("/account/delete").submit(button="Delete my account", sure="y", never_ask="y")
    assert page.h1 == "Your account is deleted"
    assert "/sign-in" in browser.get("/account", follow=False).headers["Location"]
    assert session.scalar(select(func.count()).where(User.email == address)) == 0
    assert session.scalar(select(func.count()).where(Volunteer.name == "Amina Rahman")) == 0
    assert session.scalar(select(func.count(DoNotAsk.address_hash))) == 1


def test_a_requester_deletes_the_account_and_their_needs_pass_on(visitor, session, owner, need):
    page = visitor(owner).get("/account/delete")
    assert "What you asked for passes" in page.text
    page = page.submit(button="Delete my account", sure="y")
    assert page.h1 == "Your account is deleted"


def test_a_person_deletes_the_account_only_when_they_say_so_twice(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/delete").submit(button="Delete my account")
    assert page.status == 422
    assert session.get_one(User, amina.id).closed_at is None
