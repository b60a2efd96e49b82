"""Chapters and memberships: who decides, by when, and who is told."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from network.audit.moves import transitions_of
from network.chapters import memberships, operations
from network.chapters.operations import ChapterDetails
from network.chapters.policy import (
    can_decide_membership,
    can_view_chapter,
    can_view_membership,
    chapters_visible_to,
    memberships_decidable_by,
    memberships_visible_to,
)
from network.chapters.queries import owner_chapter_id, suggest_chapters
from network.domain.actor import ANONYMOUS
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import ChapterState, MembershipState
from network.models import Chapter, Membership, User
from network.volunteers.queries import is_volunteer_findable
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_lead,
    make_membership,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)


def self_of(session, volunteer):
    return actor_of(session, session.get(User, volunteer.user_id))


def applied(session):
    chapter = make_chapter(session)
    lead, staff = make_lead(session, chapter), make_staff(session)
    volunteer = make_volunteer(session)
    membership = memberships.apply_to_chapter(session, self_of(session, volunteer), chapter.id, now=NOW)
    return chapter, lead, staff, volunteer, membership


def test_every_reader_finds_by_the_filter_what_the_question_allows(session):
    chapters = [make_chapter(session, state=state) for state in ChapterState]
    leads = [make_lead(session, chapter) for chapter in chapters[:2]]
    leading_volunteer = make_volunteer(session)
    make_lead(session, chapters[0])
    from network.models import ChapterLead

    session.add(ChapterLead(chapter_id=chapters[0].id, user_id=leading_volunteer.user_id, since=NOW))
    volunteers = [make_volunteer(session) for _ in range(3)] + [leading_volunteer]
    firm = make_organisation(session, owner=leads[0], members=[session.get(User, volunteers[0].user_id)])
    assert firm
    for chapter, volunteer in itertools.product(chapters, volunteers):
        make_membership(session, volunteer, chapter, MembershipState.APPLIED)
    actors = [
        ANONYMOUS,
        *(actor_of(session, one) for one in (*leads, make_staff(session), make_user(session))),
    ]
    actors += [self_of(session, one) for one in volunteers]
    rows, groups = list(session.scalars(select(Membership))), list(session.scalars(select(Chapter)))
    for actor in actors:
        seen = set(session.scalars(select(Membership.id).where(memberships_visible_to(actor))))
        assert seen == {row.id for row in rows if can_view_membership(actor, row)}
        decides = set(session.scalars(select(Membership.id).where(memberships_decidable_by(actor))))
        assert decides == {row.id for row in rows if can_decide_membership(actor, row)}
        shown = set(session.scalars(select(Chapter.id).where(chapters_visible_to(actor))))
        assert shown == {row.id for row in groups if can_view_chapter(actor, row)}


def test_a_volunteer_applies_and_is_findable_from_the_first_yes(session, work, mails):
    chapter, lead, _, volunteer, membership = applied(session)
    assert membership.next_action_by == "broker"
    assert (membership.next_action_at - NOW).days == 7
    assert not is_volunteer_findable(session, volunteer.id)
    memberships.approve_membership(
        session, actor_of(session, lead), membership.id, now=NOW, seen=membership.version
    )
    assert is_volunteer_findable(session, volunteer.id)
    assert [one.action for one in transitions_of(session, "membership", membership.id)] == [
        "apply",
        "approve",
    ]
    work()
    told = mails(event="membership_approved")
    assert [mail.to_address for mail in told] == [session.get(User, volunteer.user_id).email]
    assert chapter.name in told[0].text


def test_a_lead_returns_an_applicant_with_a_question_who_applies_again(session, work, mails):
    chapter, lead, _, volunteer, membership = applied(session)
    with pytest.raises(Invalid):
        memberships.return_membership(session, actor_of(session, lead), membership.id, reason=" ", now=NOW)
    memberships.return_membership(
        session, actor_of(session, lead), membership.id, reason="Which years in Oman?", now=NOW
    )
    assert membership.next_action_by == "volunteer"
    work()
    assert "Which years in Oman?" in mails(event="membership_returned")[0].text
    again = memberships.apply_to_chapter(session, self_of(session, volunteer), chapter.id, now=NOW)
    assert again.id == membership.id
    assert again.state is MembershipState.APPLIED


def test_a_refused_applicant_cannot_apply_to_the_same_chapter_again(session):
    chapter, lead, _, volunteer, membership = applied(session)
    memberships.refuse_membership(
        session, actor_of(session, lead), membership.id, reason="Not abroad", now=NOW
    )
    assert membership.next_action_at is None
    with pytest.raises(Conflict):
        memberships.apply_to_chapter(session, self_of(session, volunteer), chapter.id, now=NOW)


def test_nobody_decides_about_themselves_or_a_colleague_or_elsewhere(session):
    chapter, _, _, volunteer, membership = applied(session)
    user = session.get(User, volunteer.user_id)
    from network.models import ChapterLead

    session.add(ChapterLead(chapter_id=chapter.id, user_id=user.id, since=NOW))
    colleague = make_lead(session, chapter)
    make_organisation(session, owner=colleague, members=[user])
    elsewhere = make_lead(session, make_chapter(session))
    for person in (user, colleague, elsewhere, make_user(session)):
        with pytest.raises(NotAllowed):
            memberships.approve_membership(session, actor_of(session, person), membership.id, now=NOW)


def test_a_second_decision_at_the_same_moment_is_a_conflict(session):
    _, lead, staff, _, membership = applied(session)
    seen = membership.version
    memberships.approve_membership(session, actor_of(session, lead), membership.id, now=NOW, seen=seen)
    with pytest.raises(Conflict):
        memberships.refuse_membership(
            session, actor_of(session, staff), membership.id, reason="No", now=NOW, seen=seen
        )


def test_a_suspended_member_is_not_findable_and_comes_back(session):
    _, lead, _, volunteer, membership = applied(session)
    actor = actor_of(session, lead)
    memberships.approve_membership(session, actor, membership.id, now=NOW)
    memberships.suspend_membership(session, actor, membership.id, reason="Complaint", now=NOW)
    assert not is_volunteer_findable(session, volunteer.id)
    memberships.reinstate_membership(session, actor, membership.id, reason="Cleared", now=NOW)
    assert is_volunteer_findable(session, volunteer.id)
    memberships.leave_chapter(session, self_of(session, volunteer), membership.id, now=NOW)
    assert not is_volunteer_findable(session, volunteer.id)


def test_a_chapter_that_is_silent_for_five_working_days_hands_over_to_staff(session, work, mails, clock):
    _, _, staff, _, membership = applied(session)
    work()
    seen = membership.version
    clock.advance(days=8)
    work()
    assert membership.escalated_at is not None
    assert membership.next_action_by == "staff"
    assert membership.version == seen
    assert membership.state is MembershipState.APPLIED
    assert [mail.to_address for mail in mails(event="membership_overdue")] == [staff.email]
    memberships.approve_membership(
        session, actor_of(session, staff), membership.id, now=clock.now(), seen=seen
    )


def test_an_applicant_who_never_answers_is_reminded_and_then_let_go(session, work, mails, clock):
    _, lead, _, _, membership = applied(session)
    memberships.return_membership(session, actor_of(session, lead), membership.id, reason="Where?", now=NOW)
    clock.advance(days=15)
    work()
    assert len(mails(event="membership_still_returned")) == 1
    clock.advance(days=80)
    work()
    assert membership.state is MembershipState.LEFT


def test_an_application_to_a_chapter_without_lead_goes_to_staff(session, work, mails):
    chapter, staff = make_chapter(session), make_staff(session)
    memberships.apply_to_chapter(session, self_of(session, make_volunteer(session)), chapter.id, now=NOW)
    work()
    assert [mail.to_address for mail in mails(event="membership_asked")] == [staff.email]


def test_staff_found_a_chapter_that_opens_with_two_leads(session, work, mails):
    staff = actor_of(session, make_staff(session))
    made = operations.create_chapter(
        session, staff, details=ChapterDetails(name="Gulf & Oman"), markets=["AE", "OM"], now=NOW
    )
    assert (made.slug, made.state) == ("gulf-oman", ChapterState.FORMING)
    with pytest.raises(Conflict):
        operations.activate_chapter(session, staff, made.id, now=NOW)
    for _ in range(2):
        operations.add_lead(session, staff, made.id, user_id=make_user(session).id, now=NOW)
    operations.activate_chapter(session, staff, made.id, now=NOW)
    work()
    assert len(mails(event="chapter_lead")) == 2
    twin = operations.create_chapter(
        session, staff, details=ChapterDetails(name="Gulf, Oman"), markets=["AE"], now=NOW
    )
    assert twin.slug == "gulf-oman-2"


@pytest.mark.parametrize("act", ["create", "markets", "edit", "add lead"])
def test_a_member_changes_nothing_of_a_chapter(session, act):
    chapter = make_chapter(session)
    actor = self_of(session, make_volunteer(session, chapter=chapter))
    acts = {
        "create": lambda: operations.create_chapter(
            session, actor, details=ChapterDetails(name="Mine"), markets=["AE"], now=NOW
        ),
        "markets": lambda: operations.set_chapter_markets(
            session, actor, chapter.id, markets=["AE"], sectors=[], now=NOW
        ),
        "edit": lambda: operations.edit_chapter(
            session, actor, chapter.id, details=ChapterDetails(name="Mine"), now=NOW
        ),
        "add lead": lambda: operations.add_lead(session, actor, chapter.id, user_id=actor.user_id, now=NOW),
    }
    with pytest.raises(NotAllowed):
        acts[act]()


def test_a_lead_edits_the_page_and_steps_down_and_staff_are_asked(session, work, mails):
    chapter = make_chapter(session)
    lead = make_lead(session, chapter)
    make_staff(session)
    actor = actor_of(session, lead)
    operations.edit_chapter(
        session, actor, chapter.id, details=ChapterDetails(name="New name"), seen=chapter.version, now=NOW
    )
    assert chapter.name == "New name"
    operations.remove_lead(session, actor, chapter.id, user_id=lead.id, now=NOW)
    assert chapter.next_action_by == "staff"
    work()
    assert len(mails(event="chapter_review")) == 1


def test_a_chapter_rests_and_revives(session):
    chapter = make_chapter(session)
    actor = actor_of(session, make_lead(session, chapter))
    operations.rest_chapter(session, actor, chapter.id, now=NOW)
    with pytest.raises(Conflict):
        memberships.apply_to_chapter(session, self_of(session, make_volunteer(session)), chapter.id, now=NOW)
    operations.revive_chapter(session, actor, chapter.id, now=NOW)
    assert chapter.state is ChapterState.ACTIVE


def test_a_need_is_owned_by_the_sector_chapter_else_the_market_chapter_else_staff(session):
    from network.models import ChapterSector

    general, special = make_chapter(session, markets=["AE"]), make_chapter(session, markets=["AE"])
    session.add(ChapterSector(chapter_id=special.id, sector="energy"))
    session.flush()
    assert owner_chapter_id(session, "AE", ["energy"]) == special.id
    assert owner_chapter_id(session, "AE", ["railways"]) == general.id
    assert owner_chapter_id(session, "BR") is None


def test_a_newcomer_is_shown_the_chapter_where_they_live_first(session):
    far = make_chapter(session, markets=["OM"], name="A far one")
    near = make_chapter(session, markets=["AE"], name="Z near one")
    make_chapter(session, markets=["OM"], state=ChapterState.CLOSED)
    assert [one.id for one in suggest_chapters(session, ["OM"], "AE")] == [near.id, far.id]
