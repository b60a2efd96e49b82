"""The volunteer's letter: every confirmed outcome they had a part in, and a firm's name only where they know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from network.domain.states import OutcomeClass, OutcomeKind, OutcomeStatus, ValueMode
from network.measures.refreshing import rebuild_facts
from network.models import Introduction, Need, Organisation, Outcome, OutcomeContributor
from tests.factories import make_outcome
from tests.factories.people import NOW
from tests.factories.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_an_adviser_reads_of_all_that_was_confirmed_and_no_name_that_is_not_theirs_to_know(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    bo = world.people["other_volunteer"]
    assert bo is not None
    need = session.get_one(Need, world.ids["need_id"][0])
    met, offered = (session.get_one(Introduction, one) for one in world.ids["introduction_id"])
    firm = session.get_one(Organisation, need.organisation_id).name
    letter = visitor(bo)
    assert "Once you have helped somebody" in letter.get("/reports/letter").text
    told = {
        "status": OutcomeStatus.CONFIRMED,
        "first_confirmed_at": NOW,
        "value_mode": ValueMode.BAND,
        "value_band": "10k_50k",
    }
    one = make_outcome(session, met, need, kind=OutcomeKind.EXPORT_CONTRACT, **told)
    open_one = make_outcome(session, met, need, kind=OutcomeKind.FINANCE_RAISED)
    nothing = make_outcome(
        session, met, need, kind=OutcomeKind.NOTHING, outcome_class=OutcomeClass.NONE, **told
    )
    for outcome in (one, open_one, nothing):
        session.add(OutcomeContributor(outcome_id=outcome.id, user_id=bo.id, role="adviser"))
    rebuild_facts(session, NOW)
    page = letter.get("/reports/letter")
    assert "One outcome is confirmed by the one who benefited." in page.text
    for words in ("Export contract", "A firm not named here", "You advised", "£30,000"):
        assert words in page.text
    for words in (firm, "Finance raised", "Nothing came of it", "your part is", "not confirmed by those"):
        assert words not in page.text
    assert letter.get("/reports/letter.pdf").response.get_data().startswith(b"%PDF-")
    offered.introduced_at = NOW
    assert firm in letter.get("/reports/letter").text
    session.get_one(Outcome, one.id).anonymous = True
    assert firm not in letter.get("/reports/letter").text
    helper = visitor(world.people["volunteer"]).get("/reports/letter")
    for words in (firm, "Finance raised", "Waiting for an answer", "You were introduced", "your part is 1.0"):
        assert words in helper.text
