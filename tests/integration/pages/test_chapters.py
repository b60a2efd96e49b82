"""Chapters as everybody sees them: the list, one chapter with its people."""

from __future__ import annotations

import pytest

from network.domain.states import ChapterState, MembershipState, Role, Visibility
from network.models import OrganisationMember
from tests.factories import (
    NOW,
    make_chapter,
    make_lead,
    make_membership,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


@pytest.fixture
def gulf(session):
    return make_chapter(
        session, name="Gulf chapter", slug="gulf", city="Dubai", description="We meet on the first Monday."
    )


def test_a_visitor_reads_chapters_by_region(visitor, session, gulf):
    make_chapter(session, name="Japan chapter", markets=("JP",))
    make_chapter(session, name="Closed chapter", state=ChapterState.CLOSED)
    page = visitor().get("/chapters")
    assert "2 chapters" in page.text
    assert "Gulf chapter" in page.text
    assert "Japan chapter" in page.text
    assert "Closed chapter" not in page.text


def test_a_visitor_narrows_chapters_by_words_and_region(visitor, session, gulf):
    make_chapter(session, name="Japan chapter", markets=("JP",))
    page = visitor().get("/chapters?q=emirates")
    assert ("Gulf chapter" in page.text, "Japan chapter" in page.text) == (True, False)
    page = visitor().get("/chapters?region=gulf")
    assert ("Gulf chapter" in page.text, "Japan chapter" in page.text) == (True, False)
    assert "One chapter" in page.text


@pytest.mark.parametrize("query", ["q=nowhere", "q=%00", "region=nowhere", "q=%22%3E%3Cscript%3E"])
def test_a_visitor_asks_for_chapters_that_are_not_there_and_gets_a_page(visitor, gulf, query):
    assert visitor().get(f"/chapters?{query}").status == 200


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_chapters_costs_as_much_for_thirty_as_for_three(visitor, session, app, count):
    for number in range(count):
        chapter = make_chapter(session, name=f"Chapter of {number}", markets=("AE", "OM", "JP"))
        make_lead(session, chapter)
        make_volunteer(session, chapter=chapter)
    browser = visitor(make_user(session))
    with counted(app) as statements:
        assert browser.get("/chapters").status == 200
    assert len(statements) <= 6


def test_a_visitor_reads_a_chapter_and_sees_only_members_who_are_public(visitor, session, gulf):
    make_lead(session, gulf, name="Lee Lead")
    make_volunteer(session, name="Amina Open", chapter=gulf, listing=Visibility.PUBLIC)
    make_volunteer(session, name="Hidden Member", chapter=gulf)
    page = visitor().get("/chapters/gulf")
    assert page.h1 == "Gulf chapter"
    assert "We meet on the first Monday." in page.text
    assert "Lee Lead" in page.text
    assert "Amina Open" in page.text
    assert "Hidden Member" not in page.html
    assert "One more member is shown to people who are signed in." in page.text
    # The groups of fields follow their own choice: these are for members.
    assert "Power and water projects" not in page.html
    assert "Abu Dhabi" not in page.html
    assert "@" not in page.text


def test_somebody_signed_in_sees_members_as_these_chose(visitor, session, gulf):
    make_volunteer(session, name="Amina Rahman", chapter=gulf, place_visibility=Visibility.LEADS)
    make_volunteer(session, name="Only Leads", chapter=gulf, listing=Visibility.LEADS)
    page = visitor(make_user(session)).get("/chapters/gulf")
    assert "Amina Rahman" in page.text
    assert "Power and water projects in the Gulf" in page.text
    assert "Abu Dhabi" not in page.text
    assert "Only Leads" not in page.html


def test_applicants_and_suspended_members_are_nobody_s_business(visitor, session, gulf):
    for name, state in (
        ("An Applicant", MembershipState.APPLIED),
        ("A Suspended", MembershipState.SUSPENDED),
    ):
        volunteer = make_volunteer(session, name=name, listing=Visibility.PUBLIC)
        make_membership(session, volunteer, gulf, state)
    page = visitor(make_user(session)).get("/chapters/gulf")
    assert "An Applicant" not in page.html
    assert "A Suspended" not in page.html


def test_a_volunteer_asks_to_join_from_the_page(visitor, session, gulf):
    user = make_user(session)
    make_volunteer(session, user=user)
    page = visitor(user).get("/chapters/gulf").submit(button="Ask to join")
    assert "The chapter has your request" in page.html
    assert "It answers you by Monday 9 March." in visitor(user).get("/chapters/gulf").text


def test_a_visitor_is_shown_how_to_join(visitor, gulf):
    assert ("Join as a volunteer", "/register/volunteer") in visitor().get("/chapters/gulf").links


def test_a_dormant_chapter_takes_nobody(visitor, session):
    make_chapter(session, slug="rests", state=ChapterState.DORMANT)
    page = visitor().get("/chapters/rests")
    assert "rests at the moment" in page.text
    assert "Join as a volunteer" not in page.text


def test_the_address_of_a_merged_chapter_leads_to_its_successor(visitor, session, gulf):
    make_chapter(session, slug="old", state=ChapterState.MERGED_INTO, successor_id=gulf.id)
    answer = visitor().get("/chapters/old", follow=False)
    assert (answer.status, answer.headers["Location"]) == (301, "/chapters/gulf")


def test_a_closed_chapter_without_a_successor_is_not_there_but_for_staff(visitor, session):
    make_chapter(session, slug="gone", state=ChapterState.CLOSED)
    assert visitor().get("/chapters/gone").status == 404
    assert visitor(make_user(session)).get("/chapters/gone").status == 404
    assert "This chapter has ended" in visitor(make_staff(session)).get("/chapters/gone").text


@pytest.mark.parametrize("slug", ["nowhere", "%00", "x" * 400, "..%2f"])
def test_a_chapter_that_never_was_is_not_there(visitor, slug):
    assert visitor().get(f"/chapters/{slug}").status == 404


def test_only_those_who_look_after_a_chapter_see_the_ways_to_do_so(visitor, session, gulf):
    lead, other = make_lead(session, gulf), make_lead(session, make_chapter(session))
    for user, sees in ((lead, True), (make_staff(session), True), (other, False), (None, False)):
        page = visitor(user).get("/chapters/gulf")
        assert any(href == "/chapters/gulf/members" for _words, href in page.links) is sees


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_of_a_chapter_costs_as_much_for_thirty_as_for_three(visitor, session, app, gulf, count):
    lead = make_lead(session, gulf)
    make_volunteer(session, user=lead, chapter=gulf)
    firm = make_organisation(session)
    session.add(
        OrganisationMember(
            organisation_id=firm.id,
            user_id=lead.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    for _number in range(count):
        make_volunteer(session, chapter=gulf)
        make_lead(session, gulf)
    browser = visitor(lead)
    with counted(app) as statements:
        assert browser.get("/chapters/gulf").status == 200
    assert len(statements) <= 12
