"""The first page of each kind of person, and what is done from it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network.domain.states import (
    Confidentiality,
    IntroductionState,
    MembershipState,
    NeedState,
    OutcomeStatus,
    Role,
    VolunteerState,
)
from network.models import ChapterLead, OrganisationMember, Volunteer
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


@pytest.fixture
def amina(session):
    return make_user(session, name="Amina Rahman", timezone="Asia/Dubai")


@pytest.fixture
def gulf(session):
    return make_chapter(session, name="Gulf chapter", slug="gulf")


@pytest.fixture
def volunteer(session, amina, gulf):
    return make_volunteer(session, user=amina, chapter=gulf)


@pytest.fixture
def owner(session):
    return make_user(session, name="Robin Hale")


@pytest.fixture
def firm(session, owner):
    return make_organisation(session, owner=owner, name="Northfield Pumps")


def test_a_visitor_opens_the_account_and_is_sent_to_sign_in(visitor):
    page = visitor().get("/account", follow=False)
    assert page.status == 302
    assert "/sign-in" in page.headers["Location"]


def test_somebody_without_a_part_reads_two_ways_to_begin(visitor, session):
    page = visitor(make_user(session)).get("/account")
    assert "Nothing waits for you, Robin Hale." in page.text
    assert "Join as a volunteer" in page.text
    assert "Register your organisation" in page.text


def test_a_volunteer_reads_which_chapter_answers_and_by_when(visitor, session, amina, gulf):
    volunteer = make_volunteer(session, user=amina)
    make_membership(session, volunteer, gulf, MembershipState.APPLIED, next_action_at=NOW + timedelta(days=7))
    page = visitor(amina).get("/account")
    assert "Waiting for your chapter: Gulf chapter" in page.text
    assert "Monday 9 March" in page.text


def test_a_volunteer_who_did_not_finish_is_sent_on(visitor, session, amina):
    make_volunteer(session, user=amina, state=VolunteerState.REGISTERING)
    page = visitor(amina).get("/account")
    assert "Your registration is not finished" in page.text
    assert ("Go on", "/register/volunteer") in page.links


def test_a_returned_volunteer_reads_the_chapter_s_words_first(visitor, session, amina, gulf):
    volunteer = make_volunteer(session, user=amina)
    make_membership(session, volunteer, gulf, MembershipState.RETURNED, reason="Which city do you know best?")
    page = visitor(amina).get("/account")
    assert "Which city do you know best?" in page.text
    assert "One thing waits for you" in page.text


def test_a_volunteer_sees_requests_to_answer_first(visitor, session, amina, volunteer, firm, owner):
    need = make_need(session, firm, owner)
    make_introduction(session, need, volunteer, next_action_by="volunteer")
    page = visitor(amina).get("/account")
    assert "One thing waits for you" in page.text
    assert "Northfield Pumps asks: Sell dosing pumps to Gulf utilities" in page.text
    assert "Thursday 12 March" in page.text  # when the offer ends, not when the next reminder goes out


def test_a_volunteer_reads_neither_title_nor_firm_of_a_confidential_request(
    visitor, session, amina, volunteer, firm, owner
):
    need = make_need(session, firm, owner, confidentiality=Confidentiality.CONFIDENTIAL)
    make_introduction(session, need, volunteer)
    page = visitor(amina).get("/account")
    assert "A confidential request" in page.text
    assert "Northfield" not in page.html
    assert "dosing pumps" not in page.html


def test_a_volunteer_does_not_see_that_they_were_proposed(visitor, session, amina, volunteer, firm, owner):
    make_introduction(session, make_need(session, firm, owner), volunteer, IntroductionState.PROPOSED)
    assert "dosing pumps" not in visitor(amina).get("/account").html


def test_a_volunteer_reads_of_silences_kindly(visitor, session, amina, gulf):
    make_volunteer(session, user=amina, chapter=gulf, silences=2)
    page = visitor(amina).get("/account")
    assert "2 requests passed without an answer" in page.text
    assert "No harm done" in page.text


def test_a_volunteer_finds_the_profile_still_right(visitor, session, amina, gulf, clock):
    volunteer = make_volunteer(session, user=amina, chapter=gulf, reviewed_at=NOW - timedelta(days=200))
    page = visitor(amina).get("/account")
    assert "Is everything still right?" in page.text
    page = page.submit(button="All still right")
    assert "counts as fresh" in page.html
    assert session.get_one(Volunteer, volunteer.id).reviewed_at == clock.now()


def test_a_volunteer_takes_a_leave_and_comes_back(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/pause").submit(button="Take this leave", until="2026-04-10")
    assert "You are away until the end of Friday 10 April" in page.text
    assert session.get_one(Volunteer, volunteer.id).paused_until.isoformat() == "2026-04-10"
    page = page.submit(button="I am back")
    assert session.get_one(Volunteer, volunteer.id).paused_until is None
    assert "Take a leave" in page.text


def test_a_volunteer_reads_why_a_leave_cannot_be(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/pause").submit(button="Take this leave", until="2026-02-01")
    assert page.status == 422
    assert "Choose a day after the leave begins." in page.text
    assert page.form(button="Take this leave").values["until"] == ["2026-02-01"]


def test_a_firm_sees_its_needs_and_introductions(visitor, session, volunteer, firm, owner):
    need = make_need(session, firm, owner, next_action_by="requester")
    make_introduction(session, need, volunteer, IntroductionState.INTRODUCED, next_action_by="requester")
    page = visitor(owner).get("/account")
    assert "2 things wait for you" in page.text
    assert "Amina Rahman" in page.text
    assert "Sell dosing pumps to Gulf utilities" in page.text


def test_an_owner_sees_colleagues_who_wait_for_a_yes(visitor, session, firm, owner):
    colleague = make_user(session, name="Jo Newcomer")
    session.add(
        OrganisationMember(
            organisation_id=firm.id, user_id=colleague.id, role=Role.ORGANISATION_MEMBER, joined_at=NOW
        )
    )
    page = visitor(owner).get("/account")
    assert "Jo Newcomer would like to join Northfield Pumps." in page.text
    waiting = visitor(colleague).get("/account")
    assert "The owner of Northfield Pumps has your request" in waiting.text
    assert "Write what you need" not in waiting.text


def test_an_owner_reads_by_name_what_waits_for_a_colleague(visitor, session, gulf, firm, owner):
    asker = make_user(session, name="Ada Asker")
    session.add(
        OrganisationMember(
            organisation_id=firm.id,
            user_id=asker.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    session.flush()
    turn = {"next_action_by": "requester", "next_action_at": NOW + timedelta(days=3)}
    make_need(session, firm, asker, title="A question of hers", state=NeedState.NEEDS_INFO, **turn)
    need = make_need(session, firm, asker, title="An open one", next_action_by="system")
    helper = make_volunteer(session, chapter=gulf, name="Hel Per")
    make_introduction(session, need, helper, IntroductionState.EXPLORING, turn="requester", **turn)
    page = visitor(owner).get("/account")
    assert "Nothing waits for you, Robin Hale." in page.text
    assert page.text.count("Waits for Ada Asker") == 2
    assert "Your turn" not in page.text
    needs = visitor(owner).get("/needs")
    assert "Waiting for colleagues 1" in needs.text
    assert "Ada Asker has a question to answer." in needs.text
    assert "A question of hers" not in visitor(owner).get("/needs?show=waiting").text
    assert "A question of hers" in visitor(owner).get("/needs?show=colleagues").text
    assert "Has a question for Ada Asker" in visitor(owner).get(f"/needs/{need.id}").text
    introductions = visitor(owner).get("/introductions").text
    assert introductions.index("Waits for others") < introductions.index("Has a question for Ada Asker")
    hers = visitor(asker)
    assert "2 things wait for you, Ada Asker." in hers.get("/account").text
    assert "Has a question for you" in hers.get("/introductions").text
    assert "Waiting for colleagues" not in hers.get("/needs").text


def test_an_owner_reads_no_name_of_somebody_only_leads_may_find(visitor, session, gulf, firm, owner):
    hidden = make_volunteer(session, chapter=gulf, name="Hid Den", listing="leads")
    make_introduction(session, make_need(session, firm, owner), hidden)
    page = visitor(owner).get("/account")
    assert "Hid Den" not in page.text
    assert "A volunteer" in page.text


def test_a_lead_sees_what_waits_in_numbers(visitor, session, gulf, firm, owner):
    lead = make_lead(session, gulf)
    newcomer = make_volunteer(session, name="New Comer")
    make_membership(session, newcomer, gulf, MembershipState.APPLIED)
    make_need(session, firm, owner, state=NeedState.IN_TRIAGE, owner=gulf)
    page = visitor(lead).get("/account")
    assert "1 need to read" in page.text
    assert "1 newcomer to answer" in page.text
    assert any(href == "/chapters/gulf/members" for _words, href in page.links)


def test_staff_see_only_newcomers_whom_nobody_else_answers(visitor, session, gulf):
    make_lead(session, gulf)
    orphan = make_chapter(session, name="Orphan chapter")
    for chapter in (gulf, orphan):
        make_membership(session, make_volunteer(session), chapter, MembershipState.APPLIED)
    page = visitor(make_staff(session)).get("/account")
    assert "1 newcomer to answer" in page.text


def test_a_lead_reads_the_same_number_on_their_page_as_in_the_queue(visitor, session, gulf, firm, owner):
    lead = make_lead(session, gulf)
    waits = {"next_action_by": "broker", "next_action_at": NOW - timedelta(days=1)}
    need = make_need(session, firm, owner, state=NeedState.SUBMITTED, owner=gulf)
    make_need(session, firm, owner, owner=gulf, exhausted_at=NOW)
    make_introduction(
        session, need, make_volunteer(session, chapter=gulf), IntroductionState.PROPOSED, **waits
    )
    met = make_introduction(session, need, make_volunteer(session, chapter=gulf), IntroductionState.MET)
    for status in (OutcomeStatus.DISPUTED, OutcomeStatus.UNANSWERED, OutcomeStatus.AWAITING_CONFIRMATION):
        make_outcome(session, met, need, status=status, **waits)
    page = visitor(lead).get("/account")
    assert "5 things wait for you" in page.text
    assert "2 outcomes disputed or unanswered" in page.text
    assert "1 need with nobody left to ask" in page.text
    assert "3 of them are overdue." in page.text
    assert any(href == "/queue?kind=outcome" for _words, href in page.links)
    assert "5 things need a hand, 3 of them overdue" in visitor(lead).get("/queue").text


def test_a_volunteer_reads_what_came_of_it(visitor, session, amina, volunteer, firm, owner):
    need = make_need(session, firm, owner)
    done = make_introduction(
        session, need, volunteer, IntroductionState.COMPLETED, thanks="You saved us a year."
    )
    make_outcome(session, done, need, status=OutcomeStatus.CONFIRMED)
    make_outcome(session, done, need)
    page = visitor(amina).get("/account")
    assert "1 introduction made" in page.text
    assert "1 outcome confirmed" in page.text
    assert "1 outcome waits for confirmation" in page.text
    assert "The one word of thanks so far" in page.text
    assert "You saved us a year." in page.text


@pytest.mark.parametrize("count", [3, 30])
def test_a_person_of_all_parts_costs_twelve_statements_however_much_there_is(
    visitor, session, app, amina, volunteer, gulf, count
):
    firm = make_organisation(session, owner=amina, name="Own firm")
    other = make_user(session)
    asking = make_organisation(session, owner=other)
    make_lead(session, make_chapter(session, markets=("OM",)))
    session.add(ChapterLead(chapter_id=gulf.id, user_id=amina.id, since=NOW))
    for _number in range(count):
        make_introduction(session, make_need(session, asking, other), volunteer)
        helper = make_volunteer(session, chapter=gulf)
        make_introduction(session, make_need(session, firm, amina), helper)
        make_membership(session, make_volunteer(session), gulf, MembershipState.APPLIED)
    browser = visitor(amina)
    with counted(app) as statements:
        assert browser.get("/account").status == 200
    assert len(statements) <= 12
