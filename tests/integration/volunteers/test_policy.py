"""Who finds whom: the question and the filter agree over a grid of readers and volunteers."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from network.domain.actor import ANONYMOUS, system_actor
from network.domain.states import FieldGroup, MembershipState, Role, Visibility, VolunteerState
from network.models import User, Volunteer
from network.volunteers.policy import (
    can_edit_volunteer,
    can_view_volunteer,
    fields_visible_to,
    is_findable,
    volunteers_editable_by,
    volunteers_visible_to,
)
from tests.factories import (
    actor_of,
    make_chapter,
    make_lead,
    make_membership,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)


def everybody(session):
    """Chapters, readers of every role, and a volunteer for each state, listing and membership."""
    here, there = make_chapter(session), make_chapter(session)
    states = (
        VolunteerState.ACTIVE,
        VolunteerState.SUSPENDED,
        VolunteerState.REGISTERING,
        VolunteerState.LEFT,
    )
    memberships = (None, *MembershipState)
    for state, listing, held in itertools.product(states, Visibility, memberships):
        volunteer = make_volunteer(session, state=state, listing=listing)
        if held is not None:
            make_membership(session, volunteer, here, held)
    odd = make_volunteer(session, chapter=here, listing=Visibility.PUBLIC)
    make_volunteer(session, chapter=here, listing=Visibility.PUBLIC, merged_into_id=odd.id)
    unverified = make_volunteer(session, chapter=here, listing=Visibility.PUBLIC)
    session.get(User, unverified.user_id).email_verified_at = None
    imported = make_volunteer(session, state=VolunteerState.IMPORTED, listing=Visibility.PUBLIC)
    imported.user_id = None
    session.flush()
    firm = make_user(session)
    make_organisation(session, owner=firm)
    readers = {
        "visitor": ANONYMOUS,
        "system": system_actor(),
        "member": actor_of(session, make_user(session)),
        "firm": actor_of(session, firm),
        "staff": actor_of(session, make_staff(session)),
        "administrator": actor_of(session, make_user(session, roles=[Role.ADMINISTRATOR])),
        "lead here": actor_of(session, make_lead(session, here)),
        "lead there": actor_of(session, make_lead(session, there)),
        "volunteer": actor_of(session, session.get(User, odd.user_id)),
        "unapproved volunteer": actor_of(
            session,
            session.get(User, session.scalars(select(Volunteer).order_by(Volunteer.id)).first().user_id),
        ),
    }
    return readers, list(session.scalars(select(Volunteer).order_by(Volunteer.id)))


def test_every_reader_finds_by_the_filter_whom_they_may_view_by_the_question(session):
    readers, volunteers = everybody(session)
    for name, actor in readers.items():
        found = set(session.scalars(select(Volunteer.id).where(volunteers_visible_to(actor))))
        asked = {one.id for one in volunteers if can_view_volunteer(actor, one)}
        assert found == asked, name
        edits = set(session.scalars(select(Volunteer.id).where(volunteers_editable_by(actor))))
        assert edits == {one.id for one in volunteers if can_edit_volunteer(actor, one)}, name


def test_a_visitor_finds_only_approved_active_verified_volunteers_who_chose_to_be_public(session):
    _, volunteers = everybody(session)
    found = set(session.scalars(select(Volunteer.id).where(volunteers_visible_to(ANONYMOUS))))
    assert found
    findable = set(session.scalars(select(Volunteer.id).where(is_findable())))
    assert found < findable
    assert all(one.listing is Visibility.PUBLIC for one in volunteers if one.id in found)
    assert all(one.state is VolunteerState.ACTIVE and one.user_id for one in volunteers if one.id in found)


@pytest.mark.parametrize(
    ("who", "groups"),
    [
        ("visitor", {FieldGroup.PROFILE}),
        ("member", {FieldGroup.PROFILE, FieldGroup.WORK}),
        ("lead there", {FieldGroup.PROFILE, FieldGroup.WORK}),
        ("lead here", set(FieldGroup)),
        ("staff", set(FieldGroup)),
        ("oneself", set(FieldGroup)),
    ],
)
def test_a_reader_sees_the_groups_of_fields_that_the_volunteer_agreed_to(session, who, groups):
    here, there = make_chapter(session), make_chapter(session)
    volunteer = make_volunteer(
        session,
        chapter=here,
        profile_visibility=Visibility.PUBLIC,
        work_visibility=Visibility.MEMBERS,
        place_visibility=Visibility.LEADS,
        university_visibility=Visibility.LEADS,
        origin_visibility=Visibility.LEADS,
    )
    readers = {
        "visitor": ANONYMOUS,
        "member": actor_of(session, make_user(session)),
        "lead there": actor_of(session, make_lead(session, there)),
        "lead here": actor_of(session, make_lead(session, here)),
        "staff": actor_of(session, make_staff(session)),
        "oneself": actor_of(session, session.get(User, volunteer.user_id)),
    }
    assert fields_visible_to(readers[who], volunteer) == groups
