"""Who fits a need: the order, the reasons, and who is never there."""

from __future__ import annotations

from collections import namedtuple
from datetime import date
from math import exp

import pytest

from network.domain.states import IntroductionState, MarketDepth, MembershipState, Visibility
from network.matching.fit import Known, languages_of, parts_of, reasons, score
from network.matching.ranking import count_for_need, rank_for_need, wanted_of
from network.matching.reasons import why_today
from network.models import DeclaredInterest, OrganisationMember, User, VolunteerMarket
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_introduction,
    make_membership,
    make_need,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


@pytest.fixture
def chapter(session):
    """A chapter in the Gulf."""
    return make_chapter(session)


@pytest.fixture
def need(session):
    """A firm asks for market insight and a word with regulators, for photonics in the Emirates."""
    owner = make_user(session, name="Olive Owner")
    firm = make_organisation(session, owner=owner, name="Northfield Pumps Ltd")
    return make_need(
        session,
        firm,
        owner,
        sectors=["advanced_engineering.electronics"],
        help_types=["market_insight", "introduce_buyers"],
    )


# What a candidate's row holds, as far as the score reads it.
Candidate = namedtuple("Candidate", "id capacity charged asked answer_days answers_count")


def fitting(session, chapter, **given):
    """A volunteer who fits the need well."""
    values = {
        "sectors": ["advanced_engineering.electronics"],
        "help_types": ["market_insight", "introduce_buyers"],
        "languages": ["en", "ar"],
        **given,
    }
    return make_volunteer(session, chapter=chapter, **values)


def ranked(session, need, **given):
    """The ids in order."""
    return [match.volunteer_id for match in rank_for_need(session, need, now=NOW, **given)]


def test_requester_is_shown_who_knows_market_and_sector_best_first(session, chapter, need):
    elsewhere = fitting(session, chapter, markets=["DE"])
    other_sector = fitting(session, chapter, sectors=["food_drink"])
    above = fitting(session, chapter, sectors=["advanced_engineering"])
    best = fitting(session, chapter)
    visits = fitting(session, chapter)
    session.get(VolunteerMarket, (visits.id, "AE")).depth = MarketDepth.KNOWS
    assert ranked(session, need) == [best.id, above.id, visits.id, other_sector.id]
    assert elsewhere.id not in ranked(session, need)


def test_requester_is_told_why(session, chapter, need):
    fitting(session, chapter, answer_days=2.0, answers_count=4)
    [match] = rank_for_need(session, need, now=NOW)
    assert [(reason.kind, reason.code, reason.detail) for reason in match.reasons] == [
        ("market", "AE", "lived"),
        ("sector", "advanced_engineering.electronics", ""),
        ("load", "", ""),
        ("help", "introduce_buyers", ""),
        ("help", "market_insight", ""),
        ("answers", "", "2"),
        ("language", "ar", ""),
    ]
    assert 90 < match.score <= 100
    assert why_today(match.reasons) == (
        "Has lived in the United Arab Emirates, knows electronics and sensors, and offers introduction to buyers "
        "and market insight. Has time for a request"
    )


def test_each_part_of_a_score_is_told_in_words_or_kindly_kept(session, chapter, need):
    wanted = wanted_of(session, need.id)
    known = Known({"AE": MarketDepth.LIVED}, list(wanted.sectors), list(wanted.help_types), ["ar"])
    full = {"market": 28.0, "sector": 19.0, "help": 9.0, "language": 4.0, "load": 35.0, "answers": 5.0}
    free = Candidate(1, 2, 0, 0, 0.0, 4)
    assert parts_of(free, known, wanted, True) == full
    assert score(free, known, wanted, True) == sum(full.values()) == 100
    assert {one.kind for one in reasons(free, known, wanted)} == set(full)
    # Full to the brim, asked three times and slow: further back, and not a word of it.
    busy = Candidate(2, 2, 2, 3, 9.0, 4)
    told = {one.kind for one in reasons(busy, known, wanted)}
    assert told == {"market", "sector", "help", "language"}
    parts = parts_of(busy, known, wanted, True)
    assert (parts["load"], parts["answers"]) == (
        pytest.approx(35 * 0.75 * exp(-0.5)),
        pytest.approx(5 / 3.25),
    )


def test_volunteer_below_the_sector_asked_for_fits_too(session, chapter, need):
    below = fitting(session, chapter, sectors=["advanced_engineering.electronics.photonics"])
    assert ranked(session, need) == [below.id]


def make_colleague(session, volunteer, need):
    """The volunteer belongs to the firm that asks."""
    session.add(
        OrganisationMember(
            organisation_id=need.organisation_id,
            user_id=volunteer.user_id,
            role="organisation_member",
            joined_at=NOW,
            approved_at=NOW,
        )
    )


def declare(session, volunteer, _need):
    """The volunteer declared the firm a competitor."""
    session.add(DeclaredInterest(volunteer_id=volunteer.id, kind="competitor", name="northfield pumps"))


@pytest.mark.parametrize(
    "happens",
    [
        make_colleague,
        declare,
        lambda session, volunteer, need: setattr(volunteer, "employer", "NORTHFIELD PUMPS LIMITED"),
        lambda session, volunteer, need: setattr(volunteer, "user_id", need.requester_id),
        lambda session, volunteer, need: setattr(volunteer, "paused_until", date(2026, 3, 9)),
        lambda session, volunteer, need: make_introduction(session, need, volunteer),
        lambda session, volunteer, need: make_introduction(
            session, need, volunteer, IntroductionState.DECLINED
        ),
    ],
    ids=["colleague", "competitor", "employee", "requester", "on leave", "asked", "declined"],
)
def test_conflicted_away_or_asked_volunteer_is_never_proposed(session, chapter, need, happens):
    volunteer = fitting(session, chapter)
    assert ranked(session, need) == [volunteer.id]
    happens(session, volunteer, need)
    session.flush()
    assert ranked(session, need) == []


def test_volunteer_without_capacity_is_never_proposed(session, chapter, need):
    volunteer = fitting(session, chapter, capacity=2)
    other = make_need(session, make_organisation(session), make_user(session))
    make_introduction(session, other, volunteer)
    assert ranked(session, need) == [volunteer.id]
    third = make_need(session, make_organisation(session), make_user(session))
    make_introduction(session, third, volunteer, IntroductionState.MET)
    assert ranked(session, need) == []


def test_acceptance_of_two_months_ago_is_not_counted_any_more(session, chapter, need, clock):
    volunteer = fitting(session, chapter, capacity=1)
    other = make_need(session, make_organisation(session), make_user(session))
    make_introduction(session, other, volunteer, IntroductionState.COMPLETED)
    assert ranked(session, need) == []
    later = rank_for_need(session, need, now=clock.advance(days=61))
    assert [match.volunteer_id for match in later] == [volunteer.id]


def test_applicant_is_never_proposed(session, chapter, need):
    volunteer = fitting(session, None)
    make_membership(session, volunteer, chapter, MembershipState.APPLIED)
    assert ranked(session, need) == []


def test_firm_is_never_proposed_whom_it_may_not_see(session, chapter, need):
    volunteer = fitting(session, chapter, listing=Visibility.LEADS)
    requester = actor_of(session, session.get_one(User, need.requester_id))
    assert ranked(session, need) == [volunteer.id]
    assert ranked(session, need, actor=requester) == []


def test_thirty_candidates_cost_as_many_statements_as_three(app, session, chapter, need):
    def cost():
        session.flush()
        with counted(app) as statements:
            found = rank_for_need(session, need, 40, now=NOW)
        return len(found), len(statements)

    for _ in range(3):
        fitting(session, chapter)
    assert cost() == (3, 3)
    for _ in range(27):
        fitting(session, chapter)
    assert cost() == (30, 3)


def test_writer_of_a_need_sees_how_many_could_help(session, chapter):
    fitting(session, chapter)
    fitting(session, chapter, sectors=["advanced_engineering"])
    fitting(session, chapter, paused_until=date(2026, 4, 1))
    make_volunteer(session, chapter=chapter, sectors=["food_drink"], help_types=["mentoring"])
    assert count_for_need(session, ["AE"], now=NOW) == 3
    assert count_for_need(session, ["AE"], ["advanced_engineering.electronics"], now=NOW) == 2
    assert count_for_need(session, ["AE"], [], ["mentoring"], now=NOW) == 1
    assert count_for_need(session, ["DE"], now=NOW) == 0


def test_languages_of_a_market_come_from_the_standard():
    assert "ar" in languages_of("AE")
    assert languages_of("ZZ") == frozenset()
