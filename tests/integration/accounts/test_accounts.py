"""Accounts: sameness towards strangers, links, limits, roles, mail choices."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from network.accounts import operations, registration, signing_in
from network.accounts.jobs import forget
from network.accounts.links import find_link, is_live, issue_link, link_url
from network.accounts.passwords import hash_password, password_matches
from network.accounts.policy import can_view_user, users_visible_to
from network.domain.actor import ANONYMOUS, system_actor
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import Role
from network.mail.compose import unsubscribe_url
from network.models import FormDraft, LinkToken, User, UserRole, Volunteer
from tests.factories import NOW, actor_of, make_chapter, make_lead, make_staff, make_user, make_volunteer

PASSWORD = "corn bread lantern"


def secret_of(token: LinkToken) -> str:
    return link_url(token).rsplit("/", 1)[-1]


def register(session, email="new@example.org", **given):
    values = {
        "name": "Nia New",
        "password": PASSWORD,
        "joining_as": "volunteer",
        "address": "10.0.0.1",
        "now": NOW,
    }
    return registration.register(session, email=email, **{**values, **given})


def spent(*acts, times=15):
    """The least time that each act took, in seconds; they take turns, so that a busy machine slows all of them."""
    found = [[] for _ in acts]
    for number in range(times):
        for times_of, act in zip(found, acts, strict=True):
            began = time.perf_counter()
            act(number)
            times_of.append(time.perf_counter() - began)
    return [min(one) for one in found]


def test_a_stranger_signing_in_waits_as_long_for_an_unknown_address(session):
    user = make_user(session, password_hash=hash_password(PASSWORD))

    def tried(email):
        return lambda n: signing_in.sign_in(
            session, email=email, password="wrong", address=f"10.0.0.{n}", now=NOW + timedelta(hours=n)
        )

    known, unknown = spent(tried(user.email), tried("nobody@example.org"))
    assert 0.5 < known / unknown < 2


def test_a_stranger_registering_waits_as_long_for_a_known_address(session):
    user = make_user(session)
    known, unknown = spent(
        lambda n: register(session, user.email, address=f"10.0.1.{n}"),
        lambda n: register(session, f"new{n}@example.org", address=f"10.0.2.{n}"),
    )
    assert 0.5 < known / unknown < 2


def test_a_stranger_from_one_place_stops_being_tried_after_sixty(session):
    def tried(number):
        return signing_in.sign_in(
            session, email=f"person{number}@example.org", password="x", address="10.0.0.9", now=NOW
        ).refusal

    assert [tried(n) for n in range(62)][-3:] == ["wrong", "too_many", "too_many"]


def test_a_newer_registration_takes_over_an_address_that_was_never_verified(session, work, mails):
    register(session, name="Squatter", password="squat squat squat")
    work()
    old = session.scalars(select(LinkToken)).one()
    register(session, name="Nia New")
    work()
    user = session.scalars(select(User)).one()
    assert user.name == "Nia New"
    assert password_matches(user.password_hash, PASSWORD)
    session.refresh(old)
    assert not is_live(old, NOW)
    assert registration.verify_email(session, secret_of(old), NOW) is None


def test_a_flood_of_registrations_mails_one_address_five_times_an_hour(session, work, mails):
    for number in range(9):
        register(session, address=f"10.0.0.{number}")
    work()
    assert len(mails(event="verify_email")) == 5


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org", "é@example.org"]
)
def test_a_newcomer_with_no_address_is_told(session, email):
    with pytest.raises(Invalid) as told:
        register(session, email)
    assert told.value.field == "email"


@pytest.mark.parametrize(
    "name", ["", "https://evil.example win", "<b>Bob</b>", "x" * 121, "www.evil.example", "a@b.org"]
)
def test_a_newcomer_whose_name_is_none_is_told(session, name):
    with pytest.raises(Invalid):
        register(session, name=name)


def test_a_person_changes_the_address_by_the_link_to_the_new_one(session, work, mails):
    volunteer = make_volunteer(session)
    user = session.get(User, volunteer.user_id)
    user.password_hash = hash_password(PASSWORD)
    old = user.email
    actor = actor_of(session, user)
    registration.change_email(session, actor, email="New@Example.org", password=PASSWORD, now=NOW)
    work()
    mail = mails(event="change_email")[0]
    assert mail.to_address == "new@example.org"
    assert session.get(User, user.id).email == old
    token = session.scalars(select(LinkToken).where(LinkToken.address == "new@example.org")).one()
    registration.verify_email(session, secret_of(token), NOW)
    work()
    assert session.get(User, user.id).email == "new@example.org"
    assert session.get(Volunteer, volunteer.id).contact_email == "new@example.org"
    assert mails(event="email_changed")[0].to_address == old
    assert session.scalar(select(func.count(LinkToken.id)).where(LinkToken.address.is_not(None))) == 0


def test_a_person_who_wants_a_taken_address_reads_the_same_and_its_owner_is_told(session, work, mails):
    user = make_user(session, password_hash=hash_password(PASSWORD))
    other = make_user(session)
    registration.change_email(session, actor_of(session, user), email=other.email, password=PASSWORD, now=NOW)
    work()
    assert [mail.event for mail in mails()] == ["known_address"]


def test_a_person_changing_the_password_ends_all_sessions(session):
    user = make_user(session, password_hash=hash_password(PASSWORD))
    actor = actor_of(session, user)
    with pytest.raises(Invalid):
        signing_in.change_password(session, actor, current="wrong", password="four new words here", now=NOW)
    signing_in.change_password(session, actor, current=PASSWORD, password="four new words here", now=NOW)
    assert user.session_epoch == 2
    signing_in.sign_out_everywhere(session, actor, NOW)
    assert user.session_epoch == 3


def test_a_link_of_another_purpose_opens_nothing(session):
    user = make_user(session)
    token = issue_link(session, "verify_email", user.id, now=NOW, expires_at=NOW + timedelta(days=1))
    assert signing_in.sign_in_by_link(session, secret_of(token), NOW) is None
    assert signing_in.set_new_password(session, secret_of(token), "four new words here", NOW) is None
    assert find_link(session, "sign_in", "ä\x00" * 40) is None


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMINISTRATOR])
def test_only_an_administrator_gives_and_takes_roles(session, role):
    boss = make_user(session, roles=[Role.ADMINISTRATOR])
    staff, somebody = make_staff(session), make_user(session)
    for actor in (ANONYMOUS, actor_of(session, staff), actor_of(session, somebody)):
        with pytest.raises(NotAllowed):
            operations.give_role(session, actor, user_id=somebody.id, role=role, now=NOW)
    actor = actor_of(session, boss)
    operations.give_role(session, actor, user_id=somebody.id, role=role, now=NOW)
    assert role in actor_of(session, somebody).roles
    operations.take_role(session, actor, user_id=somebody.id, role=role, now=NOW)
    assert role not in actor_of(session, somebody).roles


def test_the_last_administrator_keeps_the_role(session):
    boss = make_user(session, roles=[Role.ADMINISTRATOR])
    actor = actor_of(session, boss)
    with pytest.raises(Conflict):
        operations.take_role(session, actor, user_id=boss.id, role=Role.ADMINISTRATOR, now=NOW)
    with pytest.raises(Conflict):
        operations.close_account(session, actor, boss.id, NOW)
    other = make_user(session, roles=[Role.ADMINISTRATOR])
    operations.take_role(session, actor, user_id=boss.id, role=Role.ADMINISTRATOR, now=NOW)
    assert session.scalars(select(UserRole.user_id)).all() == [other.id]


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.CHAPTER_LEAD, Role.SYSTEM])
def test_a_role_that_follows_from_belonging_is_not_given_by_hand(session, role):
    boss = make_user(session, roles=[Role.ADMINISTRATOR])
    with pytest.raises(Invalid):
        operations.give_role(session, actor_of(session, boss), user_id=boss.id, role=role, now=NOW)


def test_the_first_administrator_is_made_by_command(session):
    user = operations.create_user_by_hand(
        session,
        system_actor(),
        email="First@Midhearth.example",
        name="Fay First",
        password=PASSWORD,
        role=Role.ADMINISTRATOR,
        now=NOW,
    )
    assert user.email == "first@midhearth.example"
    assert actor_of(session, user).is_administrator


def test_a_person_stops_one_kind_of_mail_by_its_link_without_signing_in(session):
    user = make_user(session)
    token = unsubscribe_url(user.id, "digest").rsplit("/", 1)[-1]
    assert operations.stop_mail(session, token, NOW) == "digest"
    assert operations.stop_mail(session, token, NOW) == "digest"
    assert user.mail_off == "digest"
    assert operations.stop_mail(session, token + "x", NOW) is None
    operations.set_mail_choices(session, actor_of(session, user), wanted=["digest"], now=NOW)
    assert user.mail_off == "reminder news"


def test_an_address_that_bounced_gets_only_security_mail_until_it_is_verified(session):
    user = make_user(session)
    operations.mark_bounced(session, user.email.upper(), NOW)
    session.refresh(user)
    assert user.mail_bounced_at is not None
    token = issue_link(session, "verify_email", user.id, now=NOW, expires_at=NOW + timedelta(days=1))
    registration.verify_email(session, secret_of(token), NOW)
    assert user.mail_bounced_at is None


def test_what_is_long_over_is_forgotten_and_what_lives_stays(session):
    stale = make_user(session, email_verified_at=None, updated_at=NOW - timedelta(days=40))
    held = make_volunteer(
        session, user=make_user(session, email_verified_at=None, updated_at=NOW - timedelta(days=40))
    )
    fresh = make_user(session, email_verified_at=None)
    issue_link(session, "sign_in", fresh.id, now=NOW, expires_at=NOW - timedelta(days=31))
    kept = issue_link(session, "sign_in", fresh.id, now=NOW, expires_at=NOW)
    session.add(FormDraft(user_id=fresh.id, form="old", content="{}", updated_at=NOW - timedelta(days=200)))
    session.flush()
    ids = stale.id, held.user_id, fresh.id
    forget(session, NOW)
    session.expire_all()
    assert [session.get(User, one) is not None for one in ids] == [False, True, True]
    assert session.scalars(select(LinkToken.id)).all() == [kept.id]
    assert session.scalars(select(FormDraft)).first() is None


def test_every_reader_finds_by_the_filter_which_accounts_they_may_view(session):
    chapter = make_chapter(session)
    people = [make_user(session), make_staff(session), make_lead(session, chapter)]
    boss = make_user(session, roles=[Role.ADMINISTRATOR])
    for actor in (ANONYMOUS, system_actor(), *(actor_of(session, one) for one in (*people, boss))):
        found = set(session.scalars(select(User.id).where(users_visible_to(actor))))
        assert found == {one.id for one in (*people, boss) if can_view_user(actor, one)}
