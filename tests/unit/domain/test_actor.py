"""What an actor is, and what refusals carry."""

import copy
import pickle

import pytest

from network.domain import errors
from network.domain.actor import ANONYMOUS, Actor, system_actor
from network.domain.states import DEFAULT_VISIBILITY, Channel, FieldGroup, Role, Visibility


def test_a_visitor_is_nobody():
    assert not ANONYMOUS.is_signed_in
    assert not ANONYMOUS.is_broker
    assert ANONYMOUS.roles == {Role.VISITOR}


@pytest.mark.parametrize("absent", ["leads", "belongs_to", "owns", "is_user", "is_volunteer"])
def test_nobody_is_anything_to_nothing(absent: str):
    assert not getattr(ANONYMOUS, absent)(None)
    assert not getattr(Actor(user_id=1), absent)(99)


def test_the_system_acts_by_the_clock_and_is_not_staff():
    actor = system_actor()
    assert actor.is_system
    assert actor.channel is Channel.CLOCK
    assert not actor.is_staff
    assert not actor.is_signed_in
    assert system_actor(Channel.IMPORT).channel is Channel.IMPORT


def test_an_administrator_is_staff_and_staff_is_no_administrator():
    administrator = Actor(user_id=1, roles=frozenset({Role.ADMINISTRATOR}))
    staff = Actor(user_id=2, roles=frozenset({Role.STAFF}))
    assert administrator.is_staff
    assert administrator.is_administrator
    assert staff.is_broker
    assert not staff.is_administrator


def test_a_lead_is_a_broker_of_the_chapters_led_only():
    lead = Actor(user_id=1, lead_chapter_ids=frozenset({3}))
    assert lead.is_broker
    assert lead.leads(3)
    assert not lead.leads(4)


def test_an_office_belongs_to_and_answers_for_its_university():
    office = Actor(user_id=1, office_organisation_ids=frozenset({9}))
    member = Actor(user_id=2, organisation_ids=frozenset({9}))
    assert office.belongs_to(9)
    assert office.owns(9)
    assert member.belongs_to(9)
    assert not member.owns(9)


def test_a_person_is_who_they_are():
    actor = Actor(user_id=1, volunteer_id=2)
    assert actor.is_signed_in
    assert actor.is_user(1)
    assert actor.is_volunteer(2)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.NotAllowed, 403),
        (errors.NotFound, 404),
        (errors.Conflict, 409),
        (errors.Invalid, 422),
        (errors.OverLimit, 429),
    ],
)
def test_each_refusal_carries_its_code_sentence_field_and_status(kind: type[errors.DomainError], status: int):
    refusal = kind("some_code", "A sentence.", "some_field")
    assert (refusal.code, refusal.message, refusal.field, refusal.status) == (
        "some_code",
        "A sentence.",
        "some_field",
        status,
    )
    assert str(refusal) == "A sentence."
    for twin in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):  # noqa: S301
        assert (type(twin), twin.code, twin.field) == (kind, "some_code", "some_field")


def test_origin_shows_only_to_leads_and_nothing_to_the_public_until_somebody_chooses():
    assert DEFAULT_VISIBILITY[FieldGroup.ORIGIN] is Visibility.LEADS
    assert Visibility.PUBLIC not in DEFAULT_VISIBILITY.values()
    assert set(DEFAULT_VISIBILITY) == set(FieldGroup)
