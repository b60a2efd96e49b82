"""An outcome that was borne out and then changed is borne out anew, and its reporter hears of each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from network.accounts.links import find_link
from network.domain.clock import FixedClock
from network.domain.errors import Conflict
from network.domain.states import (
    EvidenceTier,
    OutcomeStatus,
)
from network.outcomes.asking import answer_confirmation
from network.outcomes.drafts import ConfirmationDraft
from network.outcomes.operations import (
    corroborate_outcome,
    declare_only_contact,
    edit_outcome,
    record_outcome,
)
from tests.factories import (
    actor_of,
)
from tests.integration.outcomes.test_recording import DRAFT, Scene, link_in


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_only_contact_who_changes_what_was_borne_out_signs_again_and_it_is_borne_out_anew(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    alone = replace(DRAFT, contact_name=scene.owner.name, contact_email=scene.owner.email)
    made = record_outcome(session, scene.reporter, scene.introduction.id, alone, now=clock.now(), send=False)
    declare_only_contact(session, scene.reporter, made.id, seen=None, now=clock.now())
    work()
    lead = actor_of(session, scene.lead)
    corroborate_outcome(session, lead, made.id, seen=None, now=clock.now())
    clock.advance(days=1)
    changed = replace(alone, title="Two orders from a utility")
    edit_outcome(session, scene.reporter, made.id, changed, seen=None, now=clock.now())
    assert (made.status, made.tier) == (OutcomeStatus.AWAITING_CONFIRMATION, EvidenceTier.REPORTED)
    assert (made.declared_at, made.corroborated_by_id) == (clock.now(), None)
    work()
    assert len(mails(event="outcome_corroborate", to=scene.lead.email)) == 2
    corroborate_outcome(session, lead, made.id, seen=None, now=clock.now())
    assert made.tier is EvidenceTier.CORROBORATED


def test_what_was_signed_for_is_signed_for_no_more_once_a_contact_is_asked(
    session: Session, scene: Scene, clock: FixedClock
) -> None:
    made = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now(), send=False)
    declare_only_contact(session, scene.reporter, made.id, seen=None, now=clock.now())
    lead = actor_of(session, scene.lead)
    corroborate_outcome(session, lead, made.id, seen=None, now=clock.now())
    edit_outcome(session, lead, made.id, replace(DRAFT, title="Another text"), seen=None, now=clock.now())
    assert (made.declared_at, made.links_sent) == (None, 1)
    with pytest.raises(Conflict):
        corroborate_outcome(session, actor_of(session, scene.staff), made.id, seen=None, now=clock.now())


def test_reporter_hears_of_each_confirmation_of_a_changed_outcome(
    session: Session, scene: Scene, clock: FixedClock, work: Callable[[], int], mails: Any
) -> None:
    made = record_outcome(session, scene.reporter, scene.introduction.id, DRAFT, now=clock.now())
    for title in ("Two orders from a utility", ""):
        work()
        link = find_link(session, "confirm", link_in(mails(event="outcome_confirmation")[-1]))
        assert link is not None
        answer_confirmation(session, link, ConfirmationDraft("confirm"), now=clock.now())
        if title:
            edit_outcome(
                session, scene.reporter, made.id, replace(DRAFT, title=title), seen=None, now=clock.now()
            )
    work()
    assert len(mails(event="outcome_confirmed", to=scene.owner.email)) == 2
