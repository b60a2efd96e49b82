"""A paragraph in plain words and the people it finds, with the reasons."""

from __future__ import annotations

import pytest

from network.domain.actor import ANONYMOUS
from network.domain.states import Visibility
from network.matching.reasons import why
from network.matching.shortlists import shortlist_for_text
from network.models import User
from tests.factories import actor_of, make_chapter, make_user, make_volunteer
from tests.integration.matching.test_index import changed
from tests.support.statements import counted

NEED = """We are a small firm that makes pressure valves. Next spring we want to sell to water utilities in the
UAE and - this is the hard part - we have never worked with a distributor there. We need somebody who can introduce us
to distributors and who speaks Arabic."""


@pytest.fixture
def chapter(session):
    """A chapter in the Gulf."""
    return make_chapter(session)


def test_firm_describes_its_need_and_reads_who_can_help_and_why(app, session, work, chapter):
    best = make_volunteer(
        session,
        chapter=chapter,
        headline="Buys valves for water utilities",
        markets=["AE"],
        help_types=["introduce_distributors"],
        languages=["en", "ar"],
    )
    near = make_volunteer(session, chapter=chapter, headline="Hotels", markets=["AE"], help_types=["talent"])
    far = make_volunteer(
        session, chapter=chapter, headline="Small firm in fashion", markets=["JP"], help_types=["talent"]
    )
    changed(session, best, near, far)
    work()
    reader = actor_of(session, make_user(session))
    with counted(app) as statements:
        found = shortlist_for_text(session, reader, NEED)
    assert len(statements) == 1
    assert [one.volunteer.id for one in found.people][:1] == [best.id]
    assert far.id not in [one.volunteer.id for one in found.people]
    assert {one.kind for one in found.understood} >= {"market", "help", "language"}
    first = found.people[0]
    assert first.fit == 1.0
    assert {"market", "help", "language", "words"} <= {reason.kind for reason in first.reasons}
    assert why(first.reasons).startswith("Has lived in the United Arab Emirates, ")


@pytest.mark.parametrize("text", ["", "  \n", "we need help with the", '"- OR :(', "\x00"])
def test_firm_says_nothing_and_is_shown_nobody(session, work, chapter, text):
    changed(session, make_volunteer(session, chapter=chapter))
    work()
    assert shortlist_for_text(session, actor_of(session, make_user(session)), text).people == ()


def test_visitor_describes_a_need_and_finds_by_public_words_only(session, work, chapter):
    volunteer = make_volunteer(
        session,
        chapter=chapter,
        listing=Visibility.PUBLIC,
        profile_visibility=Visibility.MEMBERS,
        biography="Knows quicksilver",
    )
    itself = actor_of(session, session.get(User, volunteer.user_id))
    changed(session, volunteer)
    work()
    text = "who knows about quicksilver"
    assert shortlist_for_text(session, ANONYMOUS, text).people == ()
    assert len(shortlist_for_text(session, actor_of(session, make_user(session)), text).people) == 1
    assert shortlist_for_text(session, itself, text).people == ()
