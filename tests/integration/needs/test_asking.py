"""What the asking side does with its needs, and what is refused to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound, OverLimit
from network.domain.states import Confidentiality, NeedState, OrganisationKind, OrganisationState
from network.models import AuditEntry, ChapterSector, MailMessage, Need, OutboxMessage, Transition
from network.needs import operations as needs
from network.needs.queries import Topics, get_need, get_topics, need_text, needs_of, text_for
from tests.factories import make_chapter, make_lead, make_organisation, make_user, make_volunteer
from tests.support.scene import Scene, content

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


def draft(scene: Scene, clock: FixedClock, **given: Any) -> Need:
    """A draft of the firm's owner."""
    return needs.create_draft(scene.session, scene.asker, scene.firm.id, content(**given), now=clock.now())


def submitted(scene: Scene, clock: FixedClock, **given: Any) -> Need:
    """A need that lies with its owner."""
    return needs.submit_need(scene.session, scene.asker, draft(scene, clock, **given), now=clock.now())


# --- drafts -----------------------------------------------------------------------------


def test_a_member_writes_a_draft_that_waits_for_them(scene: Scene, clock: FixedClock) -> None:
    need = draft(scene, clock)
    assert need.state == NeedState.DRAFT
    assert get_topics(scene.session, need) == Topics(("AE",), ("energy",), ("market_insight",))
    assert need.next_action_by == "requester"
    assert need.next_action_at is not None
    assert (need.next_action_at - clock.now()).days == 75


def test_a_stranger_cannot_write_for_a_firm(scene: Scene, clock: FixedClock) -> None:
    with pytest.raises(NotAllowed):
        needs.create_draft(
            scene.session, scene.actor(scene.stranger), scene.firm.id, content(), now=clock.now()
        )


def test_a_university_office_asks_for_a_spin_out(scene: Scene, session: Session, clock: FixedClock) -> None:
    officer = make_user(session)
    make_organisation(session, owner=officer, kind=OrganisationKind.UNIVERSITY, name="Midhearth University")
    actor = scene.actor(officer)
    need = needs.create_draft(session, actor, scene.firm.id, content(), now=clock.now())
    needs.submit_need(session, actor, need, now=clock.now())
    assert need.organisation_id == scene.firm.id
    assert need.requester_id == officer.id
    assert need.state == NeedState.SUBMITTED


def test_a_saved_draft_keeps_half_of_a_need_and_begins_its_days_again(
    scene: Scene, clock: FixedClock
) -> None:
    need = draft(scene, clock)
    first = need.next_action_at
    clock.advance(days=10)
    needs.save_draft(
        scene.session,
        scene.asker,
        need,
        content(title="", topics=Topics()),
        now=clock.now(),
        seen=need.version,
    )
    assert need.title == ""
    assert first is not None
    assert need.next_action_at == first + timedelta(days=10)


def test_a_draft_changed_elsewhere_is_not_overwritten(scene: Scene, clock: FixedClock) -> None:
    need = draft(scene, clock)
    with pytest.raises(Conflict):
        needs.save_draft(scene.session, scene.asker, need, content(), now=clock.now(), seen=need.version - 1)


def test_a_sent_need_is_no_draft_any_more(scene: Scene, clock: FixedClock) -> None:
    need = submitted(scene, clock)
    with pytest.raises(Conflict):
        needs.save_draft(scene.session, scene.asker, need, content(), now=clock.now())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"ask": ""}, "ask"),
        ({"contact_email": ""}, "contact_email"),
        ({"topics": Topics((), ("energy",), ("market_insight",))}, "markets"),
        ({"topics": Topics(("AE",), (), ())}, "help_types"),
        ({"confidentiality": Confidentiality.CONFIDENTIAL}, "shareable"),
        ({"deadline_on": date(2026, 3, 2)}, "deadline_on"),
        ({"ask": "Write to me at olive@northfield.example"}, "ask"),
        ({"background": "See www.northfield.example"}, "background"),
        ({"title": "Ring +44 121 496 0100"}, "title"),
    ],
)
def test_a_need_that_cannot_be_put_to_anybody_is_refused_by_field(
    scene: Scene, clock: FixedClock, given: dict[str, Any], field: str
) -> None:
    need = draft(scene, clock, **given)
    with pytest.raises(Invalid) as refusal:
        needs.submit_need(scene.session, scene.asker, need, now=clock.now())
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"wanted": 4}, "wanted"),
        ({"wanted": 0}, "wanted"),
        ({"title": "x" * 141}, "title"),
        ({"ask": "nul\x00"}, "ask"),
        ({"topics": Topics(("AE", "SA", "OM"))}, "markets"),
        ({"topics": Topics(("XX",))}, "markets"),
        ({"topics": Topics(("AE",), ("nonsense",))}, "sectors"),
        ({"topics": Topics(("AE",), (), ("nonsense",))}, "help_types"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_by_field(
    scene: Scene, clock: FixedClock, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        draft(scene, clock, **given)
    assert refusal.value.field == field


# --- submitting -------------------------------------------------------------------------


def test_a_submitted_need_lies_with_the_chapter_of_its_first_market(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = submitted(scene, clock, topics=Topics(("AE", "SA"), ("energy",), ("market_insight",)))
    assert need.state == NeedState.SUBMITTED
    assert need.owner_chapter_id == scene.chapter.id
    assert need.next_action_by == "broker"
    # Three working days from Monday end on Thursday, 23:59 in Dubai.
    assert need.next_action_at is not None
    assert need.next_action_at.isoformat() == "2026-03-05T19:59:00+00:00"
    work()
    assert {mail.event for mail in mails(to=scene.owner.email)} == {"need_received"}
    for lead in (scene.lead, scene.second_lead):
        assert [mail.event for mail in mails(to=lead.email)] == ["need_for_broker"]
    assert mails(to=scene.staff.email) == []


def test_a_sector_chapter_owns_before_a_general_one(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    special = make_chapter(session)
    make_lead(session, special)
    session.add(ChapterSector(chapter_id=special.id, sector="energy"))
    session.flush()
    assert submitted(scene, clock).owner_chapter_id == special.id
    plain = submitted(scene, clock, topics=Topics(("AE",), ("water",), ("market_insight",)))
    assert plain.owner_chapter_id == scene.chapter.id


def test_staff_own_a_need_for_a_market_without_an_active_chapter(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    make_chapter(session, markets=["JP"], state="forming")
    need = submitted(scene, clock, topics=Topics(("JP",), (), ("market_insight",)))
    assert need.owner_chapter_id is None
    assert need.next_action_by == "staff"
    work()
    assert [mail.event for mail in mails(to=scene.staff.email)] == ["need_for_broker"]


def test_a_conflicted_lead_leaves_the_need_to_another_lead(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    make_volunteer(session, user=scene.lead, employer=scene.firm.name)
    need = submitted(scene, clock)
    work()
    assert need.owner_chapter_id == scene.chapter.id
    assert mails(to=scene.lead.email) == []
    assert len(mails(to=scene.second_lead.email)) == 1


def test_staff_own_a_need_towards_which_every_lead_is_conflicted(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    for lead in (scene.lead, scene.second_lead):
        make_volunteer(session, user=lead, employer=scene.firm.name)
    assert submitted(scene, clock).owner_chapter_id is None


def test_a_chapter_without_a_lead_keeps_its_need_and_staff_act_for_it(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    empty = make_chapter(session, markets=["BR"])
    need = submitted(scene, clock, topics=Topics(("BR",), (), ("market_insight",)))
    assert need.owner_chapter_id == empty.id
    work()
    assert [mail.event for mail in mails(to=scene.staff.email)] == ["need_for_broker"]


def test_a_trusted_requester_skips_triage_unless_risk_was_flagged(scene: Scene, clock: FixedClock) -> None:
    needs.trust_requester(scene.session, scene.concierge, scene.owner, True, now=clock.now())
    assert submitted(scene, clock).state == NeedState.OPEN
    flagged = submitted(scene, clock, risk_answers=frozenset({"state_linked"}))
    assert flagged.state == NeedState.SUBMITTED
    scene.firm.state = OrganisationState.UNVERIFIED
    assert submitted(scene, clock).state == NeedState.SUBMITTED


def test_nobody_but_staff_says_whom_to_trust(scene: Scene, clock: FixedClock) -> None:
    for actor, user in ((scene.broker, scene.owner), (scene.concierge, scene.staff)):
        with pytest.raises(NotAllowed):
            needs.trust_requester(scene.session, actor, user, True, now=clock.now())


def test_a_sixth_open_need_is_over_the_cap(scene: Scene, clock: FixedClock) -> None:
    for _number in range(4):
        submitted(scene, clock)
    with pytest.raises(OverLimit):
        submitted(scene, clock)


def test_a_firm_that_asks_all_day_waits_for_tomorrow(scene: Scene, clock: FixedClock) -> None:
    for _number in range(9):
        need = submitted(scene, clock)
        needs.withdraw_need(scene.session, scene.asker, need, now=clock.now())
    with pytest.raises(OverLimit) as refusal:
        submitted(scene, clock)
    assert refusal.value.code == "too_many_asks"
    clock.advance(days=1, minutes=1)
    assert submitted(scene, clock).state == NeedState.SUBMITTED


@pytest.mark.parametrize("state", [OrganisationState.SUSPENDED, OrganisationState.REFUSED])
def test_an_organisation_that_may_not_ask_cannot_submit(
    scene: Scene, clock: FixedClock, state: OrganisationState
) -> None:
    need = draft(scene, clock)
    scene.firm.state = state
    with pytest.raises(NotAllowed):
        needs.submit_need(scene.session, scene.asker, need, now=clock.now())


def test_a_lead_cannot_submit_for_the_firm(scene: Scene, clock: FixedClock) -> None:
    need = draft(scene, clock)
    with pytest.raises(NotAllowed):
        needs.submit_need(scene.session, scene.broker, need, now=clock.now())


# --- later ------------------------------------------------------------------------------


def test_a_material_edit_sends_an_open_need_back_to_triage(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.another_need(state=NeedState.OPEN)
    needs.edit_need(scene.session, scene.asker, need, content(ask="Find us a distributor."), now=clock.now())
    assert need.state == NeedState.IN_TRIAGE
    assert need.next_action_by == "broker"
    assert need.next_action_at is not None
    assert need.next_action_at > clock.now()
    work()
    assert [mail.event for mail in mails(to=scene.lead.email)] == ["need_for_broker"]


def test_a_new_deadline_alone_leaves_the_need_open(scene: Scene, clock: FixedClock) -> None:
    same = content(ask=scene.need.ask, deadline_on=date(2026, 7, 1), contact_name="Somebody Else")
    needs.edit_need(scene.session, scene.asker, scene.need, same, now=clock.now())
    assert scene.need.state == NeedState.OPEN
    assert scene.need.deadline_on == date(2026, 7, 1)


def test_another_first_market_brings_another_owner(scene: Scene, session: Session, clock: FixedClock) -> None:
    other = make_chapter(session, markets=["BR"])
    make_lead(session, other)
    need = submitted(scene, clock)
    changed = content(topics=Topics(("BR", "AE"), ("energy",), ("market_insight",)))
    needs.edit_need(session, scene.asker, need, changed, now=clock.now())
    assert need.owner_chapter_id == other.id


def test_a_draft_edited_on_its_page_stays_a_draft(scene: Scene, clock: FixedClock) -> None:
    need = draft(scene, clock)
    needs.edit_need(scene.session, scene.asker, need, content(title="Other"), now=clock.now())
    assert (need.state, need.title) == (NeedState.DRAFT, "Other")


def test_nobody_edits_what_is_closed_or_not_theirs(scene: Scene, clock: FixedClock) -> None:
    closed = scene.another_need(state=NeedState.FULFILLED)
    with pytest.raises(Conflict):
        needs.edit_need(scene.session, scene.asker, closed, content(), now=clock.now())
    with pytest.raises(NotAllowed):
        needs.edit_need(scene.session, scene.broker, scene.need, content(), now=clock.now())


def test_a_need_is_appealed_once_and_read_by_staff(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    need = scene.another_need(state=NeedState.REFUSED)
    needs.appeal_need(scene.session, scene.asker, need, "You missed the point.", now=clock.now())
    assert need.state == NeedState.SUBMITTED
    assert need.owner_chapter_id is None
    work()
    assert "once more" in mails(to=scene.staff.email)[0].text
    needs.begin_triage(scene.session, scene.concierge, need, now=clock.now())
    needs.refuse_need(scene.session, scene.concierge, need, "Still no.", now=clock.now())
    with pytest.raises(Conflict):
        needs.appeal_need(scene.session, scene.asker, need, "Please.", now=clock.now())
    work()
    assert "answer stands" in mails(event="need_refused")[-1].text


def test_an_appeal_without_a_reason_is_refused(scene: Scene, clock: FixedClock) -> None:
    need = scene.another_need(state=NeedState.REFUSED)
    with pytest.raises(Invalid):
        needs.appeal_need(scene.session, scene.asker, need, " ", now=clock.now())


def test_a_need_is_renewed_once(scene: Scene, clock: FixedClock) -> None:
    needs.renew_need(scene.session, scene.asker, scene.need, date(2026, 9, 1), now=clock.now())
    assert scene.need.deadline_on == date(2026, 9, 1)
    with pytest.raises(Conflict):
        needs.renew_need(scene.session, scene.broker, scene.need, date(2026, 12, 1), now=clock.now())


def test_a_need_is_not_renewed_into_the_past(scene: Scene, clock: FixedClock) -> None:
    with pytest.raises(Invalid):
        needs.renew_need(scene.session, scene.asker, scene.need, date(2026, 3, 1), now=clock.now())


def test_a_withdrawn_need_waits_for_nobody(scene: Scene, clock: FixedClock, work: Work, mails: Mails) -> None:
    needs.withdraw_need(scene.session, scene.asker, scene.need, reason="Found it.", now=clock.now())
    assert scene.need.state == NeedState.WITHDRAWN
    assert scene.need.next_action_at is None
    work()
    assert [mail.event for mail in mails(to=scene.owner.email)] == ["need_withdrawn"]


def test_a_draft_thrown_away_makes_no_mail(scene: Scene, clock: FixedClock, work: Work, mails: Mails) -> None:
    needs.withdraw_need(scene.session, scene.asker, draft(scene, clock), now=clock.now())
    work()
    assert mails() == []


def test_a_need_is_handed_to_a_colleague_but_not_to_a_stranger(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    with pytest.raises(Invalid):
        needs.hand_over_need(scene.session, scene.asker, scene.need, scene.stranger.id, now=clock.now())
    needs.hand_over_need(scene.session, scene.asker, scene.need, scene.colleague.id, now=clock.now())
    assert scene.need.requester_id == scene.colleague.id
    work()
    assert [mail.event for mail in mails(to=scene.colleague.email)] == ["need_handed_over"]


# --- reading ----------------------------------------------------------------------------


def test_a_confidential_need_shows_a_volunteer_only_what_may_be_shared(scene: Scene) -> None:
    need = scene.another_need(confidentiality=Confidentiality.CONFIDENTIAL, shareable="A pump maker asks.")
    scene.introduce(scene.amina, need=need)
    partial = text_for(scene.session, scene.volunteer_actor(scene.amina), need)
    assert partial == need_text(scene.session, need, in_full=False)
    assert (partial.ask, partial.organisation_name, partial.title) == ("A pump maker asks.", None, "")
    assert text_for(scene.session, scene.asker, need).organisation_name == scene.firm.name


def test_what_may_not_be_seen_is_not_found(scene: Scene) -> None:
    assert get_need(scene.session, scene.asker, scene.need.id) is scene.need
    for actor in (scene.actor(scene.stranger), scene.actor(scene.colleague)):
        with pytest.raises(NotFound):
            get_need(scene.session, actor, scene.need.id)


def test_the_own_list_holds_ones_own_newest_first(scene: Scene, session: Session, clock: FixedClock) -> None:
    clock.advance(hours=1)
    newest = draft(scene, clock)
    scene.another_need(state=NeedState.WITHDRAWN)
    assert session.scalars(needs_of(scene.asker)).all()[0] is newest
    assert len(session.scalars(needs_of(scene.asker, live_only=True)).all()) == 2


def test_each_act_stands_in_the_log_and_names_no_values(scene: Scene, clock: FixedClock) -> None:
    need = submitted(scene, clock)
    session = scene.session
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject_id == need.id)).all()
    assert acts == ["need.create", "need.submit"]
    steps = session.scalars(select(Transition.action).where(Transition.subject_id == need.id)).all()
    assert steps == ["create", "submit"]
    for message in session.scalars(select(OutboxMessage)):
        assert need.title not in str(message.payload)


def test_mail_about_a_need_holds_nothing_that_a_stranger_wrote(
    scene: Scene, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.firm.state = OrganisationState.UNVERIFIED
    scene.firm.name = "Buy pills at evil.example"
    need = draft(scene, clock, title="Buy my pills", ask="A pill a day", background="Pills pills")
    needs.submit_need(scene.session, scene.asker, need, now=clock.now())
    work()
    assert len(mails()) == 3
    for mail in mails():
        assert "pill" not in (mail.subject + mail.text + mail.html).lower()


def test_only_the_asking_side_or_a_broker_says_that_it_is_done(scene: Scene, clock: FixedClock) -> None:
    with pytest.raises(NotAllowed):
        needs.fulfil_need(scene.session, scene.actor(scene.stranger), scene.need, now=clock.now())
    needs.fulfil_need(scene.session, scene.broker, scene.need, now=clock.now())
    assert scene.need.state == NeedState.FULFILLED
