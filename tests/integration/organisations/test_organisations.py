"""Organisations: who may ask, who belongs, who decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from network.audit.moves import transitions_of
from network.domain.actor import ANONYMOUS
from network.domain.errors import Conflict, DomainError, Invalid, NotAllowed, OverLimit
from network.domain.states import OrganisationKind, OrganisationState, Role
from network.models import LinkToken, Organisation, OrganisationMember
from network.organisations import operations, standing
from network.organisations.operations import OrganisationDetails
from network.organisations.policy import (
    can_check_organisation,
    can_view_organisation,
    organisations_checkable_by,
    organisations_visible_to,
)
from network.organisations.queries import find_member, owners_of
from network.organisations.standing import in_trusted_domain
from tests.factories import NOW, actor_of, make_chapter, make_lead, make_organisation, make_staff, make_user

DETAILS = OrganisationDetails(
    name="Northfield Pumps", home_place="E12000005", sectors=["energy"], markets=["AE"]
)


def register(session, user, number="MH 12-34", **given):
    values = {"kind": OrganisationKind.COMPANY, "details": DETAILS, "now": NOW, **given}
    return operations.register_organisation(
        session, actor_of(session, user), registration_number=number, **values
    )


def people(session):
    owner, member, stranger = (make_user(session) for _ in range(3))
    firm = make_organisation(session, owner=owner, members=[member])
    chapter = make_chapter(session)
    return firm, {
        "owner": actor_of(session, owner),
        "member": actor_of(session, member),
        "stranger": actor_of(session, stranger),
        "lead": actor_of(session, make_lead(session, chapter)),
        "staff": actor_of(session, make_staff(session)),
        "visitor": ANONYMOUS,
    }


def test_every_reader_finds_by_the_filter_what_they_may_view_and_check(session):
    _, actors = people(session)
    conflicted = make_staff(session)
    make_organisation(session, owner=conflicted, state=OrganisationState.UNVERIFIED)
    make_organisation(session, kind=OrganisationKind.UNIVERSITY, members=[conflicted])
    rows = list(session.scalars(select(Organisation)))
    for name, actor in {**actors, "conflicted": actor_of(session, conflicted)}.items():
        seen = set(session.scalars(select(Organisation.id).where(organisations_visible_to(actor))))
        assert seen == {row.id for row in rows if can_view_organisation(actor, row)}, name
        checks = set(session.scalars(select(Organisation.id).where(organisations_checkable_by(actor))))
        assert checks == {row.id for row in rows if can_check_organisation(actor, row)}, name


def test_whoever_registers_a_firm_owns_it_and_it_waits_to_be_checked(session):
    user = make_user(session)
    made = register(session, user)
    assert made.organisation.registration_number == "MH1234"
    assert not made.waits_for_owner
    assert made.organisation.state is OrganisationState.UNVERIFIED
    assert made.organisation.next_action_by == "requester"
    assert [one.id for one in owners_of(session, made.organisation.id)] == [user.id]
    assert transitions_of(session, "organisation", made.organisation.id)[0].action == "register"


def test_the_same_number_written_otherwise_asks_the_owner_and_makes_no_second_firm(session):
    first = register(session, make_user(session)).organisation
    second = make_user(session)
    made = register(session, second, "mh1234")
    assert (made.organisation.id, made.waits_for_owner) == (first.id, True)
    member = find_member(session, first.id, second.id)
    assert member.approved_at is None
    assert first.id not in actor_of(session, second).organisation_ids
    assert register(session, second, "mh1234").organisation.id == first.id


def test_an_unverified_person_registers_nothing(session):
    with pytest.raises(NotAllowed):
        register(session, make_user(session, email_verified_at=None))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"home_place": "nowhere"}, "home_place"),
        ({"sectors": ["nonsense"]}, "sectors"),
        ({"markets": ["ZZ"]}, "markets"),
        ({"size": "huge"}, "size"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field(session, change, field):
    details = OrganisationDetails(**{"name": "Firm", "home_place": "E12000005", **change})
    with pytest.raises(Invalid) as told:
        register(session, make_user(session), details=details)
    assert told.value.field == field


def test_a_company_without_a_number_is_refused_and_a_university_is_not(session):
    with pytest.raises(Invalid):
        register(session, make_user(session), "")
    assert register(session, make_user(session), "", kind=OrganisationKind.UNIVERSITY)


@pytest.mark.parametrize(
    ("kind", "email", "trusted"),
    [
        (OrganisationKind.UNIVERSITY, "a@midhearth.ac.uk", True),
        (OrganisationKind.UNIVERSITY, "a@evilac.uk", False),
        (OrganisationKind.UNIVERSITY, "a@ac.uk.evil.example", False),
        (OrganisationKind.COMPANY, "a@midhearth.ac.uk", False),
        (OrganisationKind.AGENCY, "a@midhearth.ac.uk", False),
    ],
)
def test_only_an_address_in_a_trusted_domain_needs_no_check(app, session, kind, email, trusted):
    assert in_trusted_domain(kind, email) is trusted


@pytest.mark.parametrize("who", ["owner", "member", "stranger", "visitor"])
def test_nobody_but_an_unconflicted_broker_verifies(session, who):
    firm, actors = people(session)
    firm.state = OrganisationState.UNVERIFIED
    with pytest.raises(NotAllowed):
        standing.verify_organisation(session, actors[who], firm.id, now=NOW)


def test_a_broker_who_belongs_to_the_firm_does_not_verify_it(session):
    staff = make_staff(session)
    firm = make_organisation(session, owner=staff, state=OrganisationState.UNVERIFIED)
    with pytest.raises(NotAllowed):
        standing.verify_organisation(session, actor_of(session, staff), firm.id, now=NOW)


@pytest.mark.parametrize("who", ["lead", "staff"])
def test_a_broker_verifies_and_the_owner_is_told(session, work, mails, who):
    firm, actors = people(session)
    firm.state = OrganisationState.UNVERIFIED
    standing.verify_organisation(session, actors[who], firm.id, now=NOW, seen=firm.version)
    assert firm.state is OrganisationState.ELIGIBLE
    assert firm.recheck_on == (NOW + timedelta(days=365)).date()
    work()
    assert len(mails(event="organisation_standing")) == 1


def test_a_form_that_saw_an_older_version_changes_nothing(session):
    firm, actors = people(session)
    with pytest.raises(Conflict):
        standing.suspend_organisation(
            session, actors["staff"], firm.id, reason="Risk", now=NOW, seen=firm.version + 1
        )


def test_staff_suspend_with_a_reason_and_reinstate(session, work, mails):
    firm, actors = people(session)
    with pytest.raises(Invalid):
        standing.suspend_organisation(session, actors["staff"], firm.id, reason=" ", now=NOW)
    session.rollback()
    firm, actors = people(session)
    standing.suspend_organisation(session, actors["staff"], firm.id, reason="Unpaid fines", now=NOW)
    work()
    assert "Unpaid fines" in mails(event="organisation_standing")[0].text
    standing.reinstate_organisation(session, actors["staff"], firm.id, reason="Settled", now=NOW)
    assert firm.state is OrganisationState.ELIGIBLE


def test_the_owner_lets_a_colleague_in_and_nobody_lets_themselves_in(session, work, mails):
    firm, actors = people(session)
    asker = make_user(session)
    member = operations.ask_to_join(session, asker, firm.id, job_title="", phone=None, now=NOW)
    for who in ("member", "stranger", "lead", "visitor"):
        with pytest.raises(NotAllowed):
            operations.approve_colleague(session, actors[who], member.id, NOW)
    with pytest.raises(NotAllowed):
        operations.approve_colleague(session, actor_of(session, asker), member.id, NOW)
    operations.approve_colleague(session, actors["owner"], member.id, NOW)
    work()
    assert mails(event="organisation_joined")[0].to_address == asker.email


def test_an_invitation_says_the_same_for_known_and_unknown_addresses_and_is_limited(session):
    firm, actors = people(session)
    known = make_user(session)
    for email in (known.email, "new@example.org"):
        assert operations.invite_colleague(session, actors["owner"], firm.id, email=email, now=NOW) is None
    for number in range(18):
        operations.invite_colleague(
            session, actors["owner"], firm.id, email=f"p{number}@example.org", now=NOW
        )
    with pytest.raises(OverLimit):
        operations.invite_colleague(session, actors["owner"], firm.id, email="one@example.org", now=NOW)


def test_an_invitation_of_a_firm_nobody_checked_names_neither_firm_nor_inviter(session, work, mails):
    owner = make_user(session, name="Spam Sender")
    firm = make_organisation(session, owner=owner, name="Win A Prize", state=OrganisationState.UNVERIFIED)
    operations.invite_colleague(session, actor_of(session, owner), firm.id, email="x@example.org", now=NOW)
    work()
    mail = mails(event="colleague_invited")[0]
    assert "Win A Prize" not in mail.text + mail.subject + mail.html
    assert "Spam Sender" not in mail.text + mail.html


def test_an_invitation_is_for_its_address_only(session):
    firm, actors = people(session)
    operations.invite_colleague(session, actors["owner"], firm.id, email="x@example.org", now=NOW)
    from network.accounts.links import link_url

    secret = link_url(session.scalars(select(LinkToken)).one()).rsplit("/", 1)[-1]
    with pytest.raises(NotAllowed):
        operations.accept_invitation(session, make_user(session), secret, NOW)
    invited = make_user(session, email="x@example.org")
    assert operations.accept_invitation(session, invited, secret, NOW).approved_at == NOW
    assert operations.accept_invitation(session, invited, secret, NOW) is None


def test_the_owner_hands_over_before_leaving(session):
    firm, actors = people(session)
    own = find_member(session, firm.id, actors["owner"].user_id)
    with pytest.raises(Conflict):
        operations.remove_colleague(session, actors["owner"], own.id, NOW)
    with pytest.raises(Invalid):
        operations.change_owner(
            session, actors["owner"], firm.id, user_id=actors["stranger"].user_id, now=NOW
        )
    operations.change_owner(session, actors["owner"], firm.id, user_id=actors["member"].user_id, now=NOW)
    operations.remove_colleague(session, actors["owner"], own.id, NOW)
    left = session.scalars(
        select(OrganisationMember).where(OrganisationMember.organisation_id == firm.id)
    ).one()
    assert left.role is Role.ORGANISATION_OWNER


@pytest.mark.parametrize("who", ["member", "stranger", "lead", "visitor"])
def test_nobody_but_owner_and_staff_edits_or_invites(session, who):
    firm, actors = people(session)
    with pytest.raises(NotAllowed):
        operations.edit_organisation(session, actors[who], firm.id, details=DETAILS, now=NOW)
    with pytest.raises(DomainError):
        operations.invite_colleague(session, actors[who], firm.id, email="x@example.org", now=NOW)


def test_an_owner_edits_and_the_log_names_fields_and_no_values(session):
    from network.models import AuditEntry

    firm, actors = people(session)
    operations.edit_organisation(
        session, actors["owner"], firm.id, details=DETAILS, seen=firm.version, now=NOW
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "organisation.edit")).one()
    assert "name" in entry.fields
    assert "markets" in entry.fields
    assert "Northfield" not in str(entry.fields)


def test_a_firm_that_never_asked_is_reminded_once_and_staff_look_each_year(session, work, mails, clock):
    user = make_user(session)
    firm = register(session, user).organisation
    make_staff(session)
    seen = firm.version
    clock.advance(days=31)
    work()
    assert len(mails(event="organisation_first_need")) == 1
    assert firm.version == seen
    clock.advance(days=335)
    work()
    assert len(mails(event="organisation_review")) >= 1
    assert session.get(Organisation, firm.id).next_action_at > clock.now()
