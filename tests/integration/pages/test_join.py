"""Joining as people do it: a volunteer's steps, an organisation, the mailed links."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from network.accounts.links import issue_link
from network.chapters.memberships import approve_membership
from network.domain.actor import system_actor
from network.domain.states import (
    FieldGroup,
    MembershipState,
    OrganisationState,
    Role,
    Visibility,
    VolunteerState,
)
from network.introductions.operations import refer_outside
from network.models import (
    DoNotAsk,
    Introduction,
    Membership,
    Organisation,
    OrganisationMember,
    User,
    Volunteer,
)
from network.organisations.operations import invite_colleague
from network.volunteers.claims import invite_to_claim
from network.volunteers.policy import visibility_of
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_lead,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.scene import make_scene

PASSWORD = "corn bread lantern"
ACCOUNT = {"name": "Amina Rahman", "email": "amina@example.org", "password": PASSWORD, "accepts_terms": "y"}


def link_in(mail) -> str:
    """The path of the first mailed link of a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", mail.text).group(1)


def verified(visitor, work, mails, path="/register/volunteer", **account):
    """Register and open the mailed link; the browser and the page it led to."""
    browser = visitor()
    browser.get(path).submit(button="Go on", **{**ACCOUNT, **account})
    work()
    page = browser.get(link_in(mails(event="verify_email")[-1])).submit(button="Yes, this is my address")
    return browser, page


def imported(session, **given) -> Volunteer:
    values = {
        "state": VolunteerState.IMPORTED,
        "name": "Huda Saleh",
        "contact_email": "huda@example.org",
        "source": "import",
        "created_at": NOW,
        "updated_at": NOW,
        **given,
    }
    volunteer = Volunteer(**values)
    session.add(volunteer)
    session.flush()
    return volunteer


def test_a_newcomer_registers_as_volunteer_in_one_sitting_and_waits_for_the_chapter(
    session, visitor, work, mails
):
    chapter = make_chapter(session, markets=["AE"], name="Gulf chapter")
    lead = make_lead(session, chapter)
    _, page = verified(visitor, work, mails)
    assert page.h1 == "About you"
    page = page.submit(
        button="Save and go on",
        headline="Power projects in the Gulf",
        country="AE",
        timezone="Asia/Dubai",
        family="y",
    )
    assert page.h1 == "What you know"
    page = page.submit(
        button="Save and go on", **{"markets-0-market": "AE", "markets-0-depth": "lived"}, sectors=["energy"]
    )
    assert page.h1 == "How you can help"
    page = page.submit(button="Save and go on", help_types=["market_insight"], capacity=3)
    assert page.h1 == "Who sees what"
    page = page.submit(button="Join", accepts_code="y", listing="public")
    assert page.h1 == "Thank you, Amina Rahman"
    assert "Gulf chapter reads your profile" in page.text
    volunteer = session.scalars(select(Volunteer)).one()
    assert volunteer.state is VolunteerState.ACTIVE
    assert volunteer.capacity == 3
    assert volunteer.listing is Visibility.PUBLIC
    assert visibility_of(volunteer, FieldGroup.ORIGIN) is Visibility.LEADS
    membership = session.scalars(select(Membership)).one()
    assert membership.state is MembershipState.APPLIED
    work()
    assert [mail.to_address for mail in mails(event="membership_asked")] == [lead.email]
    assert mails(event="membership_applied")[0].to_address == "amina@example.org"


def test_a_newcomer_who_leaves_in_the_middle_finds_everything_kept(session, visitor, work, mails):
    _, page = verified(visitor, work, mails)
    page.submit(button="Save and go on", headline="Power projects", country="AE", timezone="Asia/Dubai")
    user = session.scalars(select(User)).one()
    later = visitor(user)
    page = later.get("/register/volunteer")
    assert page.h1 == "What you know"
    assert "Power projects" in later.get("/register/volunteer?step=2").html
    assert later.get("/register/volunteer?step=5").h1 == "What you know"


def test_a_newcomer_with_a_wrong_answer_keeps_what_was_typed(session, visitor, work, mails):
    _, page = verified(visitor, work, mails)
    page = page.submit(
        button="Save and go on", headline="", job_title="Director", country="AE", timezone="UTC"
    )
    assert "Say in a line what you do" in page.text
    assert 'value="Director"' in page.html


def test_a_newcomer_with_a_known_address_reads_the_same_and_the_owner_gets_a_mail(
    session, visitor, work, mails
):
    owner = make_user(session)
    known = visitor().get("/register/volunteer").submit(button="Go on", **{**ACCOUNT, "email": owner.email})
    fresh = visitor().get("/register/volunteer").submit(button="Go on", **ACCOUNT)
    assert known.status == fresh.status == 200
    assert known.text.replace(owner.email, "X") == fresh.text.replace(ACCOUNT["email"], "X")
    work()
    assert [mail.event for mail in mails(to=owner.email)] == ["known_address"]
    assert session.get(User, owner.id).name == owner.name


def test_a_newcomer_with_a_weak_password_is_told_and_nothing_is_mailed(session, visitor, work, mails):
    page = (
        visitor().get("/register/volunteer").submit(button="Go on", **{**ACCOUNT, "password": "password123"})
    )
    assert "first that are guessed" in page.text
    work()
    assert not mails()


def test_a_newcomer_verifies_once_and_the_link_is_used_up(session, visitor, work, mails):
    browser, _ = verified(visitor, work, mails)
    assert browser.get(link_in(mails(event="verify_email")[-1])).status == 410


def test_a_firm_registers_and_may_write_its_first_need_at_once(session, visitor, work, mails):
    _, page = verified(visitor, work, mails, "/register/organisation")
    # Asked of a company, so it is not called optional.
    assert "Registration number (optional)" not in page.text
    assert page.h1 == "Your organisation"
    place = re.search(r'value="(E0\d+)"', page.html).group(1)
    refused = page.submit(button="Register").text
    for words in (
        "Write its name.",
        "Write the company's registration number.",
        "Choose where it is at home.",
    ):
        assert words in refused
    done = page.submit(
        button="Register", name="Northfield Pumps", registration_number="mh 00 1", home_place=place
    )
    assert "Write your first need" in done.text
    organisation = session.scalars(select(Organisation)).one()
    assert organisation.registration_number == "MH001"
    assert organisation.state is OrganisationState.UNVERIFIED
    assert organisation.next_action_at is not None


def test_a_university_with_an_address_of_a_trusted_domain_is_eligible_at_once(session, visitor, work, mails):
    _, page = verified(visitor, work, mails, "/register/organisation", email="office@midhearth.ac.uk")
    place = re.search(r'value="(E0\d+)"', page.html).group(1)
    done = page.submit(button="Register", kind="university", name="University of Midhearth", home_place=place)
    assert "You may ask at once" in done.text
    assert session.scalars(select(Organisation)).one().state is OrganisationState.ELIGIBLE


def test_a_second_colleague_with_the_same_number_waits_for_the_owner(session, visitor, work, mails):
    owner = make_user(session)
    firm = make_organisation(session, owner=owner, registration_number="MH777")
    _, page = verified(visitor, work, mails, "/register/organisation")
    place = re.search(r'value="(E0\d+)"', page.html).group(1)
    done = page.submit(button="Register", name="Another name", registration_number="mh-777", home_place=place)
    assert "Its owner has your request" in done.text
    member = session.scalars(select(OrganisationMember).where(OrganisationMember.approved_at.is_(None))).one()
    assert member.organisation_id == firm.id
    work()
    assert mails(event="organisation_join_asked")[0].to_address == owner.email


def test_an_invited_colleague_without_an_account_joins_by_the_link(session, visitor, work, mails):
    owner = make_user(session)
    firm = make_organisation(session, owner=owner)
    invite_colleague(session, actor_of(session, owner), firm.id, email="new@example.org", now=NOW)
    work()
    browser = visitor()
    page = browser.get(link_in(mails(event="colleague_invited")[0]))
    assert firm.name in page.text
    landed = page.submit(button="Join", name="Nia New", password=PASSWORD, follow=False)
    assert landed.headers["Location"].endswith("/account")
    user = session.scalars(select(User).where(User.email == "new@example.org")).one()
    member = session.scalars(select(OrganisationMember).where(OrganisationMember.user_id == user.id)).one()
    assert member.approved_at is not None
    assert member.role is Role.ORGANISATION_MEMBER


def test_an_imported_person_claims_their_record_and_goes_on_with_it(session, visitor, work, mails):
    volunteer = imported(session, headline="Ports of the Gulf", country="AE")
    invite_to_claim(session, system_actor(), volunteer.id, NOW)
    work()
    browser = visitor()
    page = browser.get(link_in(mails(event="claim_record")[0]))
    assert "huda@example.org" not in page.html
    page = page.submit(button="This is me, go on", name="Huda Saleh", password=PASSWORD)
    assert page.h1 == "About you"
    assert "Ports of the Gulf" in page.html
    session.refresh(volunteer)
    assert volunteer.state is VolunteerState.REGISTERING
    assert volunteer.user_id is not None


def test_an_imported_person_who_refuses_is_forgotten_and_never_asked_again(session, visitor, work, mails):
    volunteer = imported(session)
    invite_to_claim(session, system_actor(), volunteer.id, NOW)
    work()
    page = visitor().get(link_in(mails(event="claim_record")[0])).submit(button="Delete my record")
    assert page.h1 == "Your record is deleted"
    work()
    assert session.scalars(select(Volunteer)).first() is None
    assert session.scalars(select(DoNotAsk.reason)).one() == "erased"


def test_somebody_who_registers_with_an_imported_address_goes_on_with_the_record(
    session, visitor, work, mails
):
    volunteer = imported(session, contact_email=ACCOUNT["email"], headline="Ports of the Gulf")
    _, page = verified(visitor, work, mails)
    assert "Ports of the Gulf" in page.html
    assert session.get(Volunteer, volunteer.id).state is VolunteerState.REGISTERING


def test_a_volunteer_who_is_done_sees_what_they_wait_for(session, visitor):
    volunteer = make_volunteer(session)
    page = visitor(session.get(User, volunteer.user_id)).get("/register/volunteer")
    assert "Choose a chapter to join" in page.text


def test_a_signed_in_person_begins_as_volunteer_by_a_button_and_not_by_looking(session, visitor):
    user = make_user(session)
    browser = visitor(user)
    page = browser.get("/register/volunteer")
    assert session.scalars(select(Volunteer)).first() is None
    assert page.submit(button="Begin").h1 == "About you"


@pytest.mark.parametrize("days", [3, 4])
def test_a_verification_link_ends_after_three_days(session, visitor, clock, days):
    user = make_user(session, email_verified_at=None)
    token = issue_link(
        session, "verify_email", user.id, now=NOW, expires_at=NOW + timedelta(days=3), user_id=user.id
    )
    from network.accounts.links import link_url

    path = link_url(token).split("localhost", 1)[-1].partition("/")[2]
    clock.advance(days=days)
    assert visitor().get(f"/{path}").status == (200 if days == 3 else 410)


def test_somebody_whom_a_volunteer_named_registers_and_sees_the_need_once_approved(
    session, visitor, work, mails, clock
):
    scene = make_scene(session)
    named_by = scene.introduce(scene.amina)
    refer_outside(
        session, scene.volunteer_actor(scene.amina), named_by, "dana@elsewhere.example", now=clock.now()
    )
    work()
    [invitation] = mails(event="referral_invitation")
    told = invitation.subject + invitation.text + invitation.html
    assert scene.amina.name in told
    for secret in (
        scene.need.title,
        scene.need.ask,
        scene.firm.name,
        scene.owner.name,
        "United Arab Emirates",
    ):
        assert secret not in told
    browser, path = visitor(), link_in(invitation)
    page = browser.get(path)
    assert f"{scene.amina.name} knows your work" in page.text
    assert not [word for word in (scene.need.title, scene.firm.name) if word in page.html]
    # The link proves the address: no second mail, and nothing to type but a name and a password.
    page = page.submit(button="Join", name="Dana Haddad", password=ACCOUNT["password"])
    assert visitor().get(path).status == 410
    page = page.submit(
        button="Save and go on", headline="Pumps", country="AE", timezone="Asia/Dubai", family="y"
    )
    known = {"markets-0-market": "AE", "markets-0-depth": "lived"}
    page = page.submit(button="Save and go on", **known, sectors=["energy"])
    page = page.submit(button="Save and go on", help_types=["market_insight"], capacity=3)
    page.submit(button="Join", accepts_code="y", listing="public")
    work()
    assert browser.get(f"/needs/{scene.need.id}").status == 404
    asked = session.scalars(select(Introduction).where(Introduction.need_id == scene.need.id)).all()
    assert asked == [named_by]
    membership = session.scalars(select(Membership).where(Membership.state == MembershipState.APPLIED)).one()
    approve_membership(session, scene.broker, membership.id, now=clock.now())
    work()
    made = session.scalars(select(Introduction).where(Introduction.referred_from_id == named_by.id)).one()
    assert mails(event="verify_email") == []
    assert mails(event="introduction_offered")[-1].to_address == "dana@elsewhere.example"
    page = browser.get(f"/introductions/{made.id}")
    assert scene.need.ask in page.text
    assert scene.owner.email not in page.html
    # Each side reads the lineage as far as it may: the asking side never who named whom.
    assert f"Named by{scene.amina.name}" in visitor(scene.lead).get(f"/introductions/{made.id}").text
    firms = visitor(scene.owner).get(f"/introductions/{made.id}").text
    assert "Suggested by another member" in firms
    assert scene.amina.name not in firms
    assert "Passed on toDana Haddad" in visitor(scene.lead).get(f"/introductions/{named_by.id}").text
