"""People, firms and chapters leave, and nothing they held is left hanging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.chapters.memberships import suspend_membership
from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.meeting_moves import MeetingState
from network.domain.states import (
    ChapterState,
    IntroductionState,
    MembershipState,
    MissionKind,
    NeedState,
    OrganisationState,
    VolunteerState,
)
from network.introductions import operations as introductions
from network.introductions.queries import shortlist_of
from network.models import ChapterLead, MailMessage, MeetingPlan, Membership, User, Volunteer
from network.organisations.operations import remove_colleague
from network.organisations.queries import find_member
from network.outcomes.missions import MissionDetails, plan_mission
from network.pages.introductions.story import introduction_page
from network.volunteers.policy import is_findable
from tests.factories import make_chapter, make_lead, make_membership, make_organisation, make_volunteer
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


# --- volunteers -------------------------------------------------------------------------


def test_a_volunteer_who_leaves_in_mid_offer_is_released_at_once_and_the_next_is_asked(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    offered = scene.introduce(scene.amina)
    scene.introduce(scene.badr, _I.PROPOSED, position=1)
    accepted = scene.introduce(scene.amina, _I.ACCEPTED, scene.another_need(consents=False))
    asked = scene.introduce(scene.amina, _I.EXPLORING, scene.another_need(), turn="requester")
    known = scene.introduce(scene.amina, _I.MET, scene.another_need())
    introductions.leave_network(session, scene.volunteer_actor(scene.amina), scene.amina.id, now=clock.now())
    # All in this very transaction, before any worker ran.
    assert [one.state for one in (offered, accepted, asked, known)] == [_I.WITHDRAWN] * 3 + [_I.MET]
    assert scene.amina.state == VolunteerState.LEFT
    memberships = session.scalars(select(Membership).where(Membership.volunteer_id == scene.amina.id)).all()
    assert [row.state for row in memberships] == [MembershipState.LEFT]
    assert session.scalar(select(Volunteer.id).where(Volunteer.id == scene.amina.id, is_findable())) is None
    work()
    session.expire_all()
    assert [row.state.value for row in shortlist_of(session, scene.need.id)] == ["withdrawn", "offered"]
    assert [mail.to_address for mail in mails(event="introduction_volunteer_left")] == [scene.owner.email]
    assert len(mails(event="introduction_not_available")) == 3
    assert mails(event="introduction_withdrawn") == []


def test_a_volunteer_who_left_answers_nothing_more(scene: Scene, session: Session, clock: FixedClock) -> None:
    offered = scene.introduce(scene.amina)
    actor = scene.volunteer_actor(scene.amina)
    introductions.leave_network(session, actor, scene.amina.id, now=clock.now())
    with pytest.raises(Conflict):
        introductions.accept_introduction(session, actor, offered, now=clock.now())


def test_a_lead_who_leaves_leads_no_more(scene: Scene, session: Session, clock: FixedClock) -> None:
    own = make_volunteer(session, user=scene.lead, chapter=scene.chapter)
    introductions.leave_network(session, scene.broker, own.id, now=clock.now())
    assert session.get(ChapterLead, (scene.chapter.id, scene.lead.id)) is None


def test_nobody_makes_another_leave(scene: Scene, session: Session, clock: FixedClock) -> None:
    for actor in (scene.volunteer_actor(scene.badr), scene.asker, scene.broker):
        with pytest.raises(NotAllowed):
            introductions.leave_network(session, actor, scene.amina.id, now=clock.now())


def test_a_suspended_volunteer_is_released_at_once(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    offered = scene.introduce(scene.amina)
    introductions.suspend_from_network(
        session, scene.concierge, scene.amina.id, reason="Complaint.", now=clock.now()
    )
    assert (offered.state, scene.amina.state) == (_I.WITHDRAWN, VolunteerState.SUSPENDED)
    with pytest.raises(NotAllowed):
        introductions.suspend_from_network(
            session, scene.broker, scene.badr.id, reason="Complaint.", now=clock.now()
        )


def test_a_suspended_membership_alone_releases_who_has_no_other(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    make_membership(session, scene.badr, make_chapter(session, markets=["SA"]))
    rows = [scene.introduce(one, need=scene.another_need()) for one in (scene.amina, scene.badr)]
    for volunteer in (scene.amina, scene.badr):
        membership = session.scalars(
            select(Membership).where(
                Membership.volunteer_id == volunteer.id, Membership.chapter_id == scene.chapter.id
            )
        ).one()
        suspend_membership(session, scene.broker, membership.id, reason="Complaint.", now=clock.now())
    work()
    for row in rows:
        session.refresh(row)
    assert [row.state for row in rows] == [_I.WITHDRAWN, _I.OFFERED]


# --- requesters and organisations -------------------------------------------------------


def test_needs_of_a_colleague_who_leaves_pass_to_the_owner(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.another_need(requester_id=scene.colleague.id)
    draft = scene.another_need(requester_id=scene.colleague.id, state=NeedState.DRAFT)
    member = find_member(session, scene.firm.id, scene.colleague.id)
    assert member is not None
    remove_colleague(session, scene.asker, member.id, clock.now())
    work()
    session.refresh(need)
    session.refresh(draft)
    assert (need.requester_id, need.state) == (scene.owner.id, NeedState.OPEN)
    assert draft.state == NeedState.WITHDRAWN
    assert len(mails(event="need_handed_over")) == 1


def test_needs_of_the_last_person_of_a_firm_go_to_staff(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    [need] = introductions.requester_leaves(session, scene.asker, scene.owner.id, now=clock.now())
    assert need.next_action_by == "staff"
    assert need.next_action_at is not None
    work()
    assert [mail.to_address for mail in mails(event="need_for_staff")] == [scene.staff.email]


def test_a_stranger_passes_nobodys_needs_on(scene: Scene, session: Session, clock: FixedClock) -> None:
    with pytest.raises(NotAllowed):
        introductions.member_leaves_organisation(
            session, scene.actor(scene.stranger), scene.firm.id, scene.owner.id, now=clock.now()
        )


# --- chapters ---------------------------------------------------------------------------


def test_a_closed_chapter_hands_needs_and_members_to_its_successor(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    heir = make_chapter(session)
    lead = make_lead(session, heir)
    make_membership(session, scene.badr, heir)
    in_triage = scene.another_need(state=NeedState.IN_TRIAGE)
    closed = introductions.close_chapter(
        session,
        scene.concierge,
        scene.chapter.id,
        successor_id=heir.id,
        reason="Nobody left.",
        now=clock.now(),
    )
    assert (closed.state, closed.successor_id) == (ChapterState.CLOSED, heir.id)
    assert (in_triage.owner_chapter_id, in_triage.state) == (heir.id, NeedState.IN_TRIAGE)
    there = session.scalars(
        select(Membership.volunteer_id).where(
            Membership.chapter_id == heir.id, Membership.state == MembershipState.APPROVED
        )
    ).all()
    assert set(there) == {scene.amina.id, scene.badr.id, scene.carla.id}
    work()
    assert {mail.event for mail in mails(to=lead.email)} >= {"need_for_broker"}


def test_a_chapter_closed_without_successor_leaves_its_needs_to_staff(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    introductions.close_chapter(
        session, scene.concierge, scene.chapter.id, reason="Nobody left.", now=clock.now()
    )
    assert scene.need.owner_chapter_id is None
    assert session.scalar(select(Volunteer.id).where(Volunteer.id == scene.amina.id, is_findable()))


def test_a_chapter_is_merged_into_an_active_one_by_staff_only(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    heir = make_chapter(session)
    with pytest.raises(NotAllowed):
        introductions.merge_chapters(session, scene.broker, scene.chapter.id, heir.id, now=clock.now())
    for wrong in (scene.chapter.id, make_chapter(session, state=ChapterState.DORMANT).id):
        with pytest.raises(Invalid):
            introductions.merge_chapters(session, scene.concierge, scene.chapter.id, wrong, now=clock.now())
    day = clock.now().date()
    details = MissionDetails("Visit", MissionKind.INFORMAL, "OM", day, day, chapter_id=scene.chapter.id)
    mission = plan_mission(session, scene.broker, details, now=clock.now())
    merged = introductions.merge_chapters(
        session, scene.concierge, scene.chapter.id, heir.id, now=clock.now()
    )
    assert merged.state == ChapterState.MERGED_INTO
    session.refresh(mission)
    assert scene.need.owner_chapter_id == mission.chapter_id == heir.id


# --- merging ----------------------------------------------------------------------------


def test_two_records_of_a_volunteer_become_the_older_with_the_stricter_consent(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    scene.amina.listing, scene.badr.listing = "public", "leads"  # type: ignore[assignment]
    scene.amina.capacity, scene.badr.capacity = 4, 1
    younger = session.get_one(User, scene.badr.user_id)
    younger.mail_off = "news"
    elsewhere = make_chapter(session, markets=["SA"])
    make_membership(session, scene.badr, elsewhere)
    history = scene.introduce(scene.badr, _I.COMPLETED, scene.another_need())
    kept = introductions.merge_volunteers(
        session, scene.concierge, scene.badr.id, scene.amina.id, now=clock.now()
    )
    assert kept is scene.amina
    assert (kept.listing, kept.capacity) == ("leads", 1)
    assert (scene.badr.merged_into_id, scene.badr.state) == (kept.id, VolunteerState.LEFT)
    assert history.volunteer_id == kept.id
    chapters = session.scalars(select(Membership.chapter_id).where(Membership.volunteer_id == kept.id)).all()
    assert set(chapters) == {scene.chapter.id, elsewhere.id}
    assert (younger.merged_into_id, younger.closed_at) == (kept.user_id, clock.now())
    assert session.get_one(User, kept.user_id).mail_off == "news"
    work()
    with pytest.raises(Invalid):
        introductions.merge_volunteers(
            session, scene.concierge, scene.badr.id, scene.amina.id, now=clock.now()
        )


def test_an_imported_record_keeps_its_id_and_gets_the_account(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    user_id, scene.amina.user_id = scene.amina.user_id, None
    session.flush()
    kept = introductions.merge_volunteers(
        session, scene.concierge, scene.amina.id, scene.badr.id, now=clock.now()
    )
    assert kept.user_id not in {None, user_id}


def test_the_same_need_put_to_both_records_is_asked_once(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    offered = scene.introduce(scene.amina)
    introduced = scene.introduce(scene.badr, _I.INTRODUCED)
    introductions.merge_volunteers(session, scene.concierge, scene.amina.id, scene.badr.id, now=clock.now())
    assert (offered.state, introduced.state) == (_I.WITHDRAWN, _I.INTRODUCED)
    assert introduced.volunteer_id == scene.amina.id


def test_records_that_were_both_introduced_are_not_merged_blindly(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    scene.introduce(scene.amina, _I.MET)
    scene.introduce(scene.badr, _I.INTRODUCED)
    with pytest.raises(Invalid):
        introductions.merge_volunteers(
            session, scene.concierge, scene.amina.id, scene.badr.id, now=clock.now()
        )


def test_only_staff_merge_and_never_themselves(scene: Scene, session: Session, clock: FixedClock) -> None:
    own = make_volunteer(session, user=scene.staff, chapter=scene.chapter)
    for actor, other in ((scene.broker, scene.badr.id), (scene.concierge, own.id)):
        with pytest.raises(NotAllowed):
            introductions.merge_volunteers(session, actor, scene.amina.id, other, now=clock.now())
    with pytest.raises(Invalid):
        introductions.merge_volunteers(
            session, scene.concierge, scene.amina.id, scene.amina.id, now=clock.now()
        )


def test_two_records_of_a_firm_become_the_older_with_the_stricter_standing(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    twin = make_organisation(
        session,
        owner=scene.stranger,
        members=[scene.colleague, session.get_one(User, scene.carla.user_id)],
        state=OrganisationState.SUSPENDED,
    )
    scene.firm.registration_number = None
    need = scene.another_need(organisation_id=twin.id)
    offered = scene.introduce(scene.carla)
    number = twin.registration_number
    kept = introductions.merge_organisations(
        session, scene.concierge, twin.id, scene.firm.id, now=clock.now()
    )
    assert kept is scene.firm
    assert (kept.registration_number, kept.state) == (number, OrganisationState.SUSPENDED)
    assert (twin.merged_into_id, twin.state) == (kept.id, OrganisationState.MERGED_INTO)
    session.refresh(need)
    assert need.organisation_id == kept.id
    for user in (scene.owner, scene.colleague, scene.stranger):
        assert find_member(session, kept.id, user.id) is not None
    # Carla belongs to the firm now, so she is not asked by it.
    session.refresh(offered)
    assert offered.state == _I.WITHDRAWN
    work()


def test_nobody_merges_their_own_firm_or_a_firm_with_itself(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    own = make_organisation(session, members=[scene.staff])
    with pytest.raises(NotAllowed):
        introductions.merge_organisations(session, scene.concierge, own.id, scene.firm.id, now=clock.now())
    with pytest.raises(NotAllowed):
        introductions.merge_organisations(session, scene.broker, own.id, scene.firm.id, now=clock.now())
    with pytest.raises(Invalid):
        introductions.merge_organisations(session, scene.concierge, own.id, own.id, now=clock.now())


def agreed_plan(introduction_id: int, clock: FixedClock) -> MeetingPlan:
    starts_at = clock.now() + timedelta(days=3)
    return MeetingPlan(
        introduction_id=introduction_id,
        uid="one",
        state=MeetingState.AGREED,
        side="volunteer",
        starts_at=starts_at,
        slots=[starts_at.isoformat()],
        sequence=1,
        created_at=clock.now(),
        updated_at=clock.now(),
    )


def test_volunteer_hears_who_goes_on_in_place_of_whoever_asked_and_the_meeting_stands(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.another_need(requester_id=scene.colleague.id)
    met = scene.introduce(scene.amina, IntroductionState.INTRODUCED, need)
    scene.introduce(scene.badr, IntroductionState.OFFERED, need, position=1)
    session.add(agreed_plan(met.id, clock))
    session.flush()
    introductions.hand_over(session, scene.actor(scene.colleague), need, scene.owner.id, now=clock.now())
    work()
    amina = session.get_one(User, scene.amina.user_id).email
    [told] = mails(event="introduction_asker_changed")
    assert (told.to_address, told.reply_to) == (amina, scene.owner.email)
    assert scene.owner.name in told.text
    assert "A new invitation for your calendar follows." in told.text
    assert [mail.to_address for mail in mails(event="meeting_agreed")] == [amina, scene.owner.email]
    assert scene.colleague.email not in "".join(mail.calendar or "" for mail in mails(event="meeting_agreed"))
    [out] = mails(event="meeting_passed_on")
    assert out.to_address == scene.colleague.email
    assert f"{scene.owner.name} goes on in your place" in out.text
    assert [line for line in out.calendar.splitlines() if line.startswith(("METHOD", "SEQUENCE", "UID"))] == [
        "METHOD:CANCEL",
        "UID:one@localhost",
        "SEQUENCE:2",
    ]
    assert scene.owner.email not in out.calendar
    assert "have your contact details now" in mails(event="need_handed_over")[0].text
    read = introduction_page(session, scene.asker, met.id, clock.now())
    assert read.next is not None
    assert read.next.text.startswith("You meet Amina Rahman on ")


def test_owner_reads_of_a_colleagues_meeting_who_meets_whom(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = scene.another_need(requester_id=scene.colleague.id)
    met = scene.introduce(scene.amina, IntroductionState.INTRODUCED, need)
    session.add(agreed_plan(met.id, clock))
    session.flush()
    read = introduction_page(session, scene.asker, met.id, clock.now())
    assert read.next is not None
    assert read.next.text.startswith("Amina Rahman and Col League meet on ")
