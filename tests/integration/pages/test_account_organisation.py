"""An organisation's people: what it says, colleagues, the owner."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from network.domain.states import OrganisationState, Role
from network.models import Need, Organisation, OrganisationMember
from network.organisations.queries import markets_of, sectors_of
from tests.factories import (
    NOW,
    make_chapter,
    make_lead,
    make_need,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


@pytest.fixture
def owner(session):
    return make_user(session, name="Robin Hale")


@pytest.fixture
def colleague(session):
    return make_user(session, name="Casey Colleague")


@pytest.fixture
def firm(session, owner, colleague):
    return make_organisation(session, owner=owner, members=[colleague], name="Northfield Pumps")


def _ask(session, firm, user):
    member = OrganisationMember(
        organisation_id=firm.id, user_id=user.id, role=Role.ORGANISATION_MEMBER, joined_at=NOW
    )
    session.add(member)
    session.flush()
    return member


def test_an_owner_changes_what_the_firm_says(visitor, session, owner, firm):
    page = visitor(owner).get("/account/organisation").follow("Change")
    page = page.submit(
        button="Save",
        name="Northfield Pumps & Valves",
        home_place="E07000034",
        sectors=["energy", "water"],
        markets=["OM"],
        website="northfield.example",
        size="medium",
    )
    assert page.h1 == "Northfield Pumps & Valves"
    row = session.get_one(Organisation, firm.id)
    assert (row.website, row.size) == ("https://northfield.example", "medium")
    assert sectors_of(session, firm.id) == ["energy", "water"]
    assert markets_of(session, firm.id) == ["OM"]


def test_an_owner_gives_a_bad_website_and_reads_so_at_the_field(visitor, session, owner, firm):
    page = visitor(owner).get(f"/account/organisation/{firm.id}/edit")
    page = page.submit(button="Save", home_place="E07000034", website="javascript:alert(1)")
    assert page.status == 422
    assert "Write the address of a website" in page.text


def test_a_colleague_reads_the_page_and_changes_nothing(visitor, session, colleague, firm):
    browser = visitor(colleague)
    page = browser.get("/account/organisation")
    assert page.h1 == "Northfield Pumps"
    assert not any(words == "Change" for words, _href in page.links)
    assert browser.get(f"/account/organisation/{firm.id}/edit").status == 403
    assert browser.post(f"/account/organisation/{firm.id}/invite", email="x@example.org").status == 403
    assert browser.post(f"/account/organisation/{firm.id}/hand-over", user_id=colleague.id).status == 403


@pytest.mark.parametrize("kind", ["volunteer", "lead", "other firm"])
def test_others_do_not_see_the_organisation(visitor, session, firm, kind):
    if kind == "volunteer":
        user = make_user(session)
        make_volunteer(session, user=user)
        expected = 403
    elif kind == "lead":
        user = make_lead(session, make_chapter(session))
        expected = 403
    else:
        user = make_user(session)
        make_organisation(session, owner=user)
        expected = 404
    assert visitor(user).get(f"/account/organisation/{firm.id}").status == expected


def test_staff_see_any_organisation(visitor, session, firm):
    assert visitor(make_staff(session)).get(f"/account/organisation/{firm.id}").h1 == "Northfield Pumps"


def test_staff_without_an_organisation_are_sent_to_their_page(visitor, session):
    assert visitor(make_staff(session)).get("/account/organisation").h1 == "Your page"


def test_an_owner_invites_a_colleague_by_mail(visitor, session, owner, firm, work, mails):
    page = visitor(owner).get("/account/organisation")
    page = page.submit(button="Send the invitation", email="new.colleague@example.org")
    assert "We have written to your colleague." in page.html
    work()
    assert len(mails(to="new.colleague@example.org")) == 1


def test_an_owner_invites_nobody_and_reads_so_at_the_field(visitor, owner, firm):
    page = visitor(owner).get("/account/organisation").submit(button="Send the invitation", email="nobody")
    assert page.status == 422
    assert "Write an e-mail address like name@example.org." in page.text


def test_an_owner_lets_a_colleague_in(visitor, session, owner, firm):
    member = _ask(session, firm, make_user(session, name="Jo Newcomer"))
    page = visitor(owner).get("/account/organisation")
    assert "Jo Newcomer would like to join." in page.text
    page.submit(button="Let in Jo Newcomer")
    assert session.get_one(OrganisationMember, member.id).approved_at is not None


def test_an_owner_does_not_let_somebody_in(visitor, session, owner, firm):
    member_id = _ask(session, firm, make_user(session, name="Jo Newcomer")).id
    visitor(owner).get("/account/organisation").submit(button="Do not let in Jo Newcomer")
    assert session.get(OrganisationMember, member_id) is None


def test_somebody_who_waits_lets_themselves_in_and_is_refused(visitor, session, firm):
    newcomer = make_user(session)
    member = _ask(session, firm, newcomer)
    page = visitor(newcomer).post(f"/account/organisation/{firm.id}/approve", member_id=member.id)
    assert page.status == 403
    assert session.get_one(OrganisationMember, member.id).approved_at is None


def test_an_owner_names_a_member_of_another_firm_and_finds_nobody(visitor, session, owner, firm):
    other_owner = make_user(session)
    other = make_organisation(session, owner=other_owner)
    member = _ask(session, other, make_user(session))
    browser = visitor(owner)
    for act in ("approve", "remove"):
        page = browser.post(f"/account/organisation/{firm.id}/{act}", member_id=member.id)
        assert page.status == 404
    assert session.get_one(OrganisationMember, member.id).approved_at is None


def test_an_owner_removes_a_colleague_whose_needs_pass_to_them(visitor, session, owner, colleague, firm):
    need = make_need(session, firm, colleague)
    visitor(owner).get("/account/organisation").submit(button="Remove Casey Colleague")
    assert session.get_one(Need, need.id).requester_id == owner.id
    remaining = session.scalars(
        select(OrganisationMember.user_id).where(OrganisationMember.organisation_id == firm.id)
    )
    assert list(remaining) == [owner.id]


def test_a_colleague_leaves_the_firm(visitor, session, owner, colleague, firm):
    need = make_need(session, firm, colleague)
    page = visitor(colleague).get("/account/organisation").submit(button="Leave")
    assert "You have left Northfield Pumps." in page.html
    assert session.get_one(Need, need.id).requester_id == owner.id


def test_an_owner_cannot_leave_before_handing_over(visitor, session, owner, firm):
    member = session.scalars(select(OrganisationMember).where(OrganisationMember.user_id == owner.id)).one()
    page = visitor(owner).post(f"/account/organisation/{firm.id}/remove", member_id=member.id)
    assert page.status == 409
    assert "Make somebody else the owner first." in page.text


def test_an_owner_hands_over_to_a_colleague(visitor, session, owner, colleague, firm):
    visitor(owner).get("/account/organisation").submit(button="Make them the owner", user_id=colleague.id)
    roles = dict(session.execute(select(OrganisationMember.user_id, OrganisationMember.role)).all())
    assert roles == {owner.id: Role.ORGANISATION_MEMBER, colleague.id: Role.ORGANISATION_OWNER}


def test_an_owner_hands_over_to_a_stranger_and_is_refused(visitor, session, owner, firm):
    page = visitor(owner).post(f"/account/organisation/{firm.id}/hand-over", user_id=make_user(session).id)
    assert page.status == 422


def test_a_suspended_firm_reads_so_and_invites_nobody(visitor, session, owner):
    firm = make_organisation(session, owner=owner, state=OrganisationState.SUSPENDED)
    browser = visitor(owner)
    page = browser.get("/account/organisation")
    assert "cannot ask at the moment" in page.text
    assert "Invite a colleague" not in page.text
    answer = browser.post(f"/account/organisation/{firm.id}/invite", email="x@example.org")
    assert answer.status == 422


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_of_an_organisation_costs_as_much_for_thirty_people_as_for_three(
    visitor, session, app, owner, count
):
    firm = make_organisation(session, owner=owner, members=[make_user(session) for _ in range(count)])
    browser = visitor(owner)
    with counted(app) as statements:
        assert browser.get(f"/account/organisation/{firm.id}").status == 200
    assert len(statements) <= 8
