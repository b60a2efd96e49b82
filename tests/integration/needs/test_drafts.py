"""Drafts, and what is refused when a need is written or changed later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import Confidentiality, NeedState, OrganisationKind
from network.models import MailMessage, OutboxMessage
from network.needs import operations as needs
from network.needs.queries import Topics, get_topics
from tests.factories import actor_of, make_chapter, make_lead, make_organisation, make_user
from tests.support.scene import Scene, content, draft, submitted

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


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
    # The worker was killed after the mail, and by the time it comes back the need is open once more.
    need.opened_at = clock.now()
    lead = actor_of(scene.session, scene.lead)
    needs.open_need(scene.session, lead, need, now=clock.now(), organisation_checked=True)
    told = OutboxMessage.event == "need.edited"
    scene.session.execute(update(OutboxMessage).where(told).values(finished_at=None))
    work()
    assert [mail.event for mail in mails(to=scene.lead.email)].count("need_for_broker") == 1


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


def test_a_need_is_not_renewed_into_the_past_or_beyond_reckoning(scene: Scene, clock: FixedClock) -> None:
    for day in (date(2026, 3, 1), date(9999, 12, 31)):
        with pytest.raises(Invalid):
            needs.renew_need(scene.session, scene.asker, scene.need, day, now=clock.now())


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
