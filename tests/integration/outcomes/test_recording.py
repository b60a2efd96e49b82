"""Recording an outcome: who may, what is taken from the introduction, whom it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import find_link
from network.domain.clock import FixedClock
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from network.domain.states import (
    EvidenceTier,
    IntroductionState,
    OutcomeKind,
    OutcomeStatus,
    PublishConsent,
    ValueMode,
)
from network.models import Confirmation, LinkToken, MailMessage, Outcome, OutcomeValue
from network.outcomes.asking import answer_confirmation
from network.outcomes.drafts import ConfirmationDraft, OutcomeDraft, YearValue
from network.outcomes.operations import (
    corroborate_outcome,
    declare_only_contact,
    edit_outcome,
    record_outcome,
    reissue_link,
    void_outcome,
)
from network.outcomes.policy import can_view_outcome, outcomes_visible_to
from tests.factories import (
    actor_of,
    make_chapter,
    make_introduction,
    make_lead,
    make_membership,
    make_need,
    make_organisation,
    make_outcome,
    make_staff,
    make_user,
    make_volunteer,
)

DRAFT = OutcomeDraft(
    kind=OutcomeKind.EXPORT_CONTRACT,
    title="First order from a utility",
    what_happened="An order for 40 dosing pumps.",
    happened_on=date(2026, 2, 20),
    help_given="Explained how suppliers are approved.",
    value_mode=ValueMode.EXACT,
    values=(YearValue(1, "sales", Decimal(48500)), YearValue(2, "sales", Decimal(60000))),
    contact_name="Kim Contact",
    contact_email="Kim@Firm.example",
)


class Scene:
    """A firm, its helper, their chapter, and an introduction between them."""

    def __init__(self, session: Session, state: IntroductionState = IntroductionState.MET) -> None:
        self.session = session
        self.owner = make_user(session, name="Olive Owner")
        self.organisation = make_organisation(session, owner=self.owner)
        self.chapter = make_chapter(session)
        self.lead = make_lead(session, self.chapter)
        self.staff = make_staff(session)
        self.volunteer = make_volunteer(session, chapter=self.chapter)
        self.need = make_need(session, self.organisation, self.owner, owner=self.chapter)
        self.introduction = make_introduction(session, self.need, self.volunteer, state)
        self.reporter = actor_of(session, self.owner)

    def helper(self) -> Any:
        from network.models import User

        return self.session.get_one(User, self.volunteer.user_id)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def link_in(mail: MailMessage) -> str:
    return mail.text.split("/confirm/")[1].split()[0]


def test_a_firm_records_an_outcome_and_its_place_market_and_chapter_come_from_the_introduction(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    assert outcome.status is OutcomeStatus.AWAITING_CONFIRMATION
    assert outcome.tier is EvidenceTier.REPORTED
    assert (outcome.market, outcome.sector, outcome.home_place) == ("AE", "energy", "E12000005")
    assert (outcome.chapter_id, outcome.contact_email) == (scene.chapter.id, "kim@firm.example")
    assert (outcome.next_action_by, outcome.next_action_at) == (
        "beneficiary",
        clock.now() + timedelta(days=7),
    )
    assert [v.amount for v in session.scalars(select(OutcomeValue).order_by(OutcomeValue.year))] == [
        48500,
        60000,
    ]


def test_the_contact_gets_one_personal_link_that_lives_seven_days(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    work()
    asked = mails(event="outcome_confirmation")
    assert [mail.to_address for mail in asked] == ["kim@firm.example"]
    link = find_link(session, "confirm", link_in(asked[0]))
    assert link is not None
    assert link.expires_at == clock.now() + timedelta(days=7)
    work()
    assert len(mails(event="outcome_confirmation")) == 1


def test_the_contact_confirms_once_and_a_second_answer_is_refused(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    work()
    link = find_link(session, "confirm", link_in(mails(event="outcome_confirmation")[0]))
    assert link is not None
    answer_confirmation(
        session, link, ConfirmationDraft("confirm", publish=PublishConsent.BY_NAME), now=clock.now()
    )
    session.refresh(outcome)
    assert (outcome.status, outcome.tier) == (OutcomeStatus.CONFIRMED, EvidenceTier.CONFIRMED)
    with pytest.raises(Conflict):
        answer_confirmation(session, link, ConfirmationDraft("confirm"), now=clock.now())
    assert len(session.scalars(select(Confirmation)).all()) == 1
    work()
    assert [mail.to_address for mail in mails(event="outcome_thanks")] == [scene.helper().email]


@pytest.mark.parametrize("who", ["reporter", "volunteer"])
def test_the_reporter_and_the_volunteer_cannot_be_the_ones_who_confirm(
    session: Session, scene: Scene, clock: FixedClock, who: str
) -> None:
    address = scene.owner.email if who == "reporter" else scene.helper().email
    with pytest.raises(Invalid) as refused:
        record_outcome(
            session,
            scene.reporter,
            scene.introduction.id,
            replace(DRAFT, contact_email=address),
            now=clock.now(),
        )
    assert refused.value.field == "contact_email"


def test_a_contact_who_turned_out_to_be_the_reporter_is_refused_in_the_operation_too(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    work()
    link = find_link(session, "confirm", link_in(mails(event="outcome_confirmation")[0]))
    outcome.contact_email = scene.owner.email
    session.flush()
    assert link is not None
    with pytest.raises(NotAllowed):
        answer_confirmation(session, link, ConfirmationDraft("confirm"), now=clock.now())
    assert outcome.status is OutcomeStatus.AWAITING_CONFIRMATION


def test_the_only_contact_signs_and_an_unconflicted_volunteer_bears_it_out_and_it_counts_apart(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    draft = replace(DRAFT, contact_email=scene.owner.email)
    outcome = record_outcome(
        session, scene.reporter, scene.introduction.id, draft, now=clock.now(), send=False
    )
    with pytest.raises(Conflict):
        corroborate_outcome(session, actor_of(session, scene.staff), outcome.id, seen=None, now=clock.now())
    declare_only_contact(session, scene.reporter, outcome.id, seen=None, now=clock.now())
    with pytest.raises(NotAllowed):
        corroborate_outcome(session, scene.reporter, outcome.id, seen=None, now=clock.now())
    # There is nobody else a link could go to.
    with pytest.raises(Conflict, match="signed for this"):
        reissue_link(session, actor_of(session, scene.staff), outcome.id, seen=None, now=clock.now())
    corroborate_outcome(session, actor_of(session, scene.helper()), outcome.id, seen=None, now=clock.now())
    assert (outcome.status, outcome.tier) == (OutcomeStatus.CONFIRMED, EvidenceTier.CORROBORATED)


def test_silence_brings_a_new_link_each_week_four_in_all_then_the_broker(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    work()
    for _week in range(6):
        clock.advance(days=7, minutes=2)
        work()
    assert len(mails(event="outcome_confirmation")) == 4
    links = session.scalars(
        select(LinkToken).where(LinkToken.purpose == "confirm").order_by(LinkToken.id)
    ).all()
    assert links[-1].round == 4
    session.refresh(outcome)
    assert outcome.status is OutcomeStatus.UNANSWERED
    assert {mail.user_id for mail in mails(event="outcome_unanswered")} == {scene.lead.id}
    with pytest.raises(Conflict):
        answer_confirmation(session, links[-1], ConfirmationDraft("confirm"), now=clock.now())


def test_an_outcome_without_any_confirmation_lapses_twelve_months_after_the_event(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    for _ in range(30):
        clock.advance(days=14, minutes=2)
        work()
    session.refresh(outcome)
    assert outcome.status is OutcomeStatus.LAPSED
    assert (outcome.next_action_by, outcome.next_action_at) == (None, None)
    assert len(mails(event="outcome_lapsed")) == 1


def test_a_material_change_after_the_confirmation_asks_again(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    outcome = make_outcome(
        session,
        scene.introduction,
        scene.need,
        status=OutcomeStatus.CONFIRMED,
        reporter_id=scene.owner.id,
        contact_email="kim@firm.example",
        first_confirmed_at=clock.now(),
    )
    edit_outcome(
        session,
        scene.reporter,
        outcome.id,
        replace(DRAFT, what_happened="An order for 80 pumps."),
        seen=None,
        now=clock.now(),
    )
    assert (outcome.status, outcome.tier) == (OutcomeStatus.AWAITING_CONFIRMATION, EvidenceTier.REPORTED)
    assert session.scalar(select(LinkToken.id).where(LinkToken.purpose == "confirm")) is not None


def test_a_dispute_needs_a_reason_and_is_told_to_reporter_and_brokers(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    work()
    link = find_link(session, "confirm", link_in(mails(event="outcome_confirmation")[0]))
    assert link is not None
    with pytest.raises(Invalid):
        answer_confirmation(session, link, ConfirmationDraft("dispute"), now=clock.now())
    answer_confirmation(
        session, link, ConfirmationDraft("dispute", comments="It was 4 pumps."), now=clock.now()
    )
    work()
    session.refresh(outcome)
    assert outcome.status is OutcomeStatus.DISPUTED
    assert {mail.user_id for mail in mails(event="outcome_disputed")} == {scene.owner.id, scene.lead.id}


def test_nobody_reports_before_the_two_sides_were_introduced(session: Session, clock: FixedClock) -> None:
    scene = Scene(session, IntroductionState.OFFERED)
    with pytest.raises(Conflict):
        record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())


def test_a_stranger_who_reports_finds_no_introduction(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    stranger = actor_of(session, make_user(session))
    with pytest.raises(NotFound):
        record_outcome(session, stranger, scene.introduction.id, DRAFT, now=clock.now())


def test_a_conflicted_broker_can_neither_reissue_nor_void(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    colleague = make_staff(session)
    from network.domain.states import Role
    from network.models import OrganisationMember

    session.add(
        OrganisationMember(
            organisation_id=scene.organisation.id,
            user_id=colleague.id,
            role=Role.ORGANISATION_MEMBER,
            joined_at=clock.now(),
            approved_at=clock.now(),
        )
    )
    actor = actor_of(session, colleague)
    with pytest.raises(NotAllowed):
        reissue_link(session, actor, outcome.id, seen=None, now=clock.now())
    with pytest.raises(NotAllowed):
        void_outcome(session, actor, outcome.id, reason="No", seen=None, now=clock.now())


def test_two_people_who_act_on_the_same_page_meet_one_success_and_one_conflict(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    outcome = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    staff = actor_of(session, scene.staff)
    seen = outcome.version
    reissue_link(session, staff, outcome.id, seen=seen, now=clock.now())
    with pytest.raises(Conflict):
        void_outcome(session, staff, outcome.id, reason="Entered twice", seen=seen, now=clock.now())


def test_a_draft_with_a_date_ahead_or_no_reason_for_nothing_is_refused_at_its_field(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    for draft, field in (
        (replace(DRAFT, happened_on=date(2026, 3, 9)), "happened_on"),
        (replace(DRAFT, kind=OutcomeKind.NOTHING), "none_reason"),
        (replace(DRAFT, value_mode=ValueMode.BAND), "value_band"),
        (replace(DRAFT, values=()), "value_year_1"),
    ):
        with pytest.raises(Invalid) as refused:
            record_outcome(session, scene.reporter, scene.introduction.id, draft, now=clock.now())
        assert refused.value.field == field


def test_the_question_who_may_see_and_the_filter_agree(session: Session, scene: Scene) -> None:
    other = Scene(session)
    university = make_organisation(session, owner=(office := make_user(session)), kind="university")
    outcomes = [
        make_outcome(
            session, side.introduction, side.need, status=status, reporter_id=side.owner.id, university_id=uni
        )
        for side in (scene, other)
        for status in OutcomeStatus
        for uni in (None, university.id)
    ]
    outcomes.append(
        make_outcome(
            session, scene.introduction, scene.need, status=OutcomeStatus.DRAFT, reporter_id=scene.lead.id
        )
    )
    make_membership(session, other.volunteer, scene.chapter)
    people = [
        scene.owner,
        scene.lead,
        scene.staff,
        scene.helper(),
        other.owner,
        other.helper(),
        office,
        make_user(session),
    ]
    volunteers = {scene.introduction.id: scene.volunteer.id, other.introduction.id: other.volunteer.id}
    for person in people:
        actor = actor_of(session, person)
        seen = set(session.scalars(select(Outcome.id).where(outcomes_visible_to(actor))))
        asked = {o.id for o in outcomes if can_view_outcome(actor, o, volunteers[o.introduction_id])}
        assert seen == asked
        assert (outcomes[-1].id in seen) is (person in {scene.lead, scene.staff})
