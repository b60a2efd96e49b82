"""Leads and staff decide about those who knock, and about members."""

from __future__ import annotations

import pytest

from network.domain.states import MembershipState, Role
from network.models import Affiliation, Membership, OrganisationMember
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
    return make_chapter(session, name="Gulf chapter", slug="gulf")


@pytest.fixture
def lead(session, gulf):
    return make_lead(session, gulf)


@pytest.fixture
def applied(session, gulf):
    volunteer = make_volunteer(session, name="Amina Rahman")
    return make_membership(session, volunteer, gulf, MembershipState.APPLIED)


def _state(session, membership):
    return session.get_one(Membership, membership.id).state


def test_a_lead_approves_a_newcomer_from_the_list(visitor, session, gulf, lead, applied, work, mails):
    page = visitor(lead).get("/chapters/gulf/members")
    assert "One newcomer waits for your answer." in page.text
    page = page.submit(button="Approve Amina Rahman")
    assert "They are findable from now on" in page.html
    assert _state(session, applied) is MembershipState.APPROVED
    work()
    assert mails(event="membership_approved")


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("Send it back", MembershipState.APPLIED, MembershipState.RETURNED),
        ("Refuse", MembershipState.APPLIED, MembershipState.REFUSED),
        ("Suspend", MembershipState.APPROVED, MembershipState.SUSPENDED),
        ("Take back in", MembershipState.SUSPENDED, MembershipState.APPROVED),
    ],
)
def test_a_lead_decides_with_a_reason(visitor, session, gulf, lead, button, before, after):
    membership = make_membership(session, make_volunteer(session), gulf, before)
    page = visitor(lead).get(f"/chapters/gulf/members/{membership.id}")
    refused = page.submit(button=button)
    assert refused.status == 422
    assert "Say why, in a sentence." in refused.text
    assert _state(session, membership) is before
    page.submit(button=button, reason="After a talk with them.")
    assert _state(session, membership) is after
    assert session.get_one(Membership, membership.id).reason == "After a talk with them."


def test_a_lead_reads_who_knocks_before_deciding(visitor, session, gulf, lead, applied):
    session.add(
        Affiliation(volunteer_id=applied.volunteer_id, kind="origin", place="E07000034", text="Whittington")
    )
    page = visitor(lead).get(f"/chapters/gulf/members/{applied.id}")
    assert page.h1 == "Amina Rahman"
    assert "Led procurement for two solar plants" in page.text
    assert "Whittington" in page.text
    assert "@" not in page.text
    assert "555 0100" not in page.text


def test_two_leads_decide_at_once_and_the_second_reads_so(visitor, session, gulf, lead, applied):
    other = make_lead(session, gulf)
    first = visitor(lead).get("/chapters/gulf/members")
    second = visitor(other).get(f"/chapters/gulf/members/{applied.id}")
    first.submit(button="Approve Amina Rahman")
    answer = second.submit(button="Refuse", reason="Not our market.")
    assert answer.status == 409
    assert any(href == f"/chapters/gulf/members/{applied.id}" for _words, href in answer.links)
    assert _state(session, applied) is MembershipState.APPROVED


@pytest.mark.parametrize("kind", ["visitor", "member", "firm", "other lead"])
def test_others_do_not_decide(visitor, session, gulf, lead, applied, kind):
    user = {
        "visitor": lambda: None,
        "member": lambda: _member(session, gulf),
        "firm": lambda: _owner(session),
        "other lead": lambda: make_lead(session, make_chapter(session)),
    }[kind]()
    browser = visitor(user)
    for url in ("/chapters/gulf/members", f"/chapters/gulf/members/{applied.id}"):
        page = browser.get(url, follow=False)
        assert page.status == (302 if user is None else 403)
    for act in ("approve", "return", "refuse", "suspend", "reinstate"):
        page = browser.post(
            f"/chapters/gulf/members/{applied.id}/{act}", follow=False, version=applied.version, reason="x"
        )
        assert page.status == (302 if user is None else 403)
    assert _state(session, applied) is MembershipState.APPLIED


def _member(session, gulf):
    user = make_user(session)
    make_volunteer(session, user=user, chapter=gulf)
    return user


def _owner(session):
    user = make_user(session)
    make_organisation(session, owner=user)
    return user


def test_a_lead_does_not_decide_about_somebody_of_another_chapter_by_its_number(visitor, session, gulf, lead):
    other = make_membership(session, make_volunteer(session), make_chapter(session), MembershipState.APPLIED)
    browser = visitor(lead)
    assert browser.get(f"/chapters/gulf/members/{other.id}").status == 404
    page = browser.post(f"/chapters/gulf/members/{other.id}/approve", version=other.version)
    assert page.status == 404
    assert _state(session, other) is MembershipState.APPLIED


def test_a_lead_does_not_decide_about_themselves(visitor, session, gulf, lead):
    mine = make_membership(session, make_volunteer(session, user=lead), gulf, MembershipState.APPLIED)
    browser = visitor(lead)
    assert "you are too close" in browser.get("/chapters/gulf/members").text
    page = browser.get(f"/chapters/gulf/members/{mine.id}")
    assert "You are too close to this one" in page.text
    assert browser.post(f"/chapters/gulf/members/{mine.id}/approve", version=mine.version).status == 403
    assert _state(session, mine) is MembershipState.APPLIED


def test_a_lead_does_not_decide_about_a_colleague_of_their_firm(visitor, session, gulf, lead):
    colleague = make_user(session, name="Casey Colleague")
    firm = make_organisation(session, owner=lead)
    session.add(
        OrganisationMember(
            organisation_id=firm.id,
            user_id=colleague.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=NOW,
            approved_at=NOW,
        )
    )
    membership = make_membership(
        session, make_volunteer(session, user=colleague), gulf, MembershipState.APPLIED
    )
    browser = visitor(lead)
    assert "You are too close" in browser.get(f"/chapters/gulf/members/{membership.id}").text
    page = browser.post(f"/chapters/gulf/members/{membership.id}/approve", version=membership.version)
    assert page.status == 403


def test_staff_decide_where_nobody_else_does(visitor, session, gulf, applied):
    visitor(make_staff(session)).get("/chapters/gulf/members").submit(button="Approve Amina Rahman")
    assert _state(session, applied) is MembershipState.APPROVED


def test_a_lead_finds_members_by_name_and_standing(visitor, session, gulf, lead, applied):
    make_volunteer(session, name="Belal Approved", chapter=gulf)
    browser = visitor(lead)
    page = browser.get("/chapters/gulf/members?state=approved")
    assert ("Belal Approved" in page.text, "Amina Rahman" in page.text) == (True, False)
    page = browser.get("/chapters/gulf/members?q=amina")
    assert ("Belal Approved" in page.text, "Amina Rahman" in page.text) == (False, True)
    assert browser.get("/chapters/gulf/members?q=nobody&state=nonsense&page=x").status == 200


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_members_costs_as_much_for_thirty_as_for_three(visitor, session, app, gulf, lead, count):
    for _number in range(count):
        make_membership(session, make_volunteer(session), gulf, MembershipState.APPLIED)
    browser = visitor(lead)
    with counted(app) as statements:
        assert browser.get("/chapters/gulf/members").status == 200
    assert len(statements) <= 8


def test_the_page_of_a_member_costs_at_most_twelve_statements(visitor, session, app, gulf, lead, applied):
    browser = visitor(lead)
    with counted(app) as statements:
        assert browser.get(f"/chapters/gulf/members/{applied.id}").status == 200
    assert len(statements) <= 12
