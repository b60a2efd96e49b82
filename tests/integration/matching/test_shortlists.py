"""A paragraph in plain words and the people it finds, with the reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network.domain.actor import ANONYMOUS
from network.domain.states import Visibility
from network.matching.explaining import explained
from network.matching.fit import Reason
from network.matching.queries import search_volunteers
from network.matching.reasons import reasons_of, why
from network.matching.shortlists import shortlist_for_text
from network.models import User
from search import Match
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_introduction,
    make_need,
    make_organisation,
    make_user,
    make_volunteer,
)
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


@pytest.mark.parametrize(
    ("reasons", "phrase"),
    [
        ("market:OM:knows market:QA:knows", "Knows Oman and Qatar"),
        ("market:OM:lived sector:energy help:mentoring", "Has lived in Oman, knows energy and offers mentoring"),
        (
            "market:OM:knows sector:energy sector:water help:mentoring",
            "Knows Oman, energy and water, and offers mentoring",
        ),
        (
            "help:mentoring help:talent language:ar language:fr",
            "Offers mentoring and finding people to hire, and speaks Arabic and French",
        ),
        ("sector:food_drink sector:water", "Knows food and drink as well as water"),
    ],
)  # fmt: skip
def test_reader_is_told_reasons_of_one_kind_together(app, reasons, phrase):
    with app.test_request_context():
        assert why([Reason(*one.split(":")) for one in reasons.split()]) == phrase


def test_reader_is_told_nothing_twice(app):
    matches = [
        *(Match("market", code, detail="lived") for code in ("SG", "AE")),
        *(Match("sector", code) for code in ("energy", "energy.nuclear")),
        Match("help", "regulation_standards"),
        *(Match("word", said) for said in ("Singapore", "Dubai", "approvals", "nuclear power", "pumps")),
    ]
    with app.test_request_context():
        assert why(reasons_of(matches[:2] + matches[3:4] + matches[5:])) == (
            "Has lived in Singapore and the United Arab Emirates, knows nuclear,"
            " and speaks of “Dubai”, “approvals”, “pumps”"
        )
        assert why(reasons_of([*matches[2:5], matches[7], matches[8]])) == (
            "Knows nuclear and offers regulation and standards"
        )


def test_reader_is_told_where_a_word_stands_by_what_it_says_there(app):
    matches = [
        Match("word", "yildirim", fields=("name",)),
        Match("word", "dubai", fields=("headline", "city")),
        Match("word", "severnleigh", fields=("affiliations",)),
        Match("word", "pumps", fields=("biography",)),
    ]
    with app.test_request_context():
        assert why(reasons_of(matches)) == (
            "Has that name, lives in Dubai, has a tie to “severnleigh” and speaks of “pumps”"
        )


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


def test_reader_is_told_each_part_of_the_order_that_speaks_for_somebody_and_no_other(session, work, chapter):
    free = make_volunteer(
        session,
        chapter=chapter,
        headline="Valves",
        biography="Valves and tenders",
        markets=["AE"],
        sectors=["water"],
        help_types=["introduce_distributors"],
        languages=["ar"],
        answer_days=0.5,
        answers_count=4,
    )
    slow = make_volunteer(
        session, chapter=chapter, headline="Valves", answer_days=12.0, answers_count=4, capacity=1
    )
    slow.updated_at = NOW - timedelta(days=800)
    make_introduction(session, make_need(session, make_organisation(session), make_user(session)), slow)
    changed(session, free, slow)
    work()
    reader = actor_of(session, make_user(session))
    words = "valves for water in the UAE, introduce distributors, Arabic"
    found = search_volunteers(session, reader, words)
    rows = {row.id: (row, hit) for row, hit in found.rows}
    row, hit = rows[free.id]
    told = explained(hit, row, hit.matches, NOW)
    assert {one.part for one in told} | {"market_depth"} == set(hit.parts)
    assert [one.worth for one in told] == sorted((one.worth for one in told), reverse=True)
    assert {one.words for one in told} >= {
        "Has lived in the United Arab Emirates",
        "Found by “valves” in their headline and what they write of themselves",
        "Speaks Arabic",
        "Can help now",
        "Has time for a request",
        "Usually answers within a day",
        "Looked over their profile this month",
    }
    standing = {
        one.part: one.worth for one in told if one.part in {"available", "load", "answers", "freshness"}
    }
    assert standing == {part: hit.parts[part] for part in standing}
    row, hit = next(
        pair for pair in search_volunteers(session, reader, "valves").rows if pair[0].id == slow.id
    )
    assert {one.part for one in explained(hit, row, hit.matches, NOW)} == {"words"}
