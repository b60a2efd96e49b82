"""The invented firms, what they need and what came of it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from config import reference
from network.demo.firms import firms
from network.demo.knowledge import markets
from network.demo.needs import NeedSeed, generate_needs, mailbox_of, subject_of
from network.demo.people import generate_volunteers
from network.demo.stories import Storyteller
from network.domain.states import DeclineReason, OutcomeClass, OutcomeKind, ValueMode

UNFINISHED = re.compile(r"[{}~|]|[ ]{2}|\.\.|\ba (?:Emirati|Indian|Omani|Italian|American|Egyptian)\b")


@cache
def needs() -> tuple[NeedSeed, ...]:
    return tuple(generate_needs(220, 2026))


def test_eighty_firms_stand_in_the_midlands_under_invented_numbers() -> None:
    home = {*reference.local_authorities_in("E12000004"), *reference.local_authorities_in("E12000005")}
    assert len(firms()) == 80
    assert {firm.place for firm in firms()} <= home
    assert len({firm.registration_number for firm in firms()}) == 80
    assert all(re.fullmatch(r"MIDX\d{4}", firm.registration_number) for firm in firms())
    assert len({firm.name for firm in firms()}) == 80


def test_each_firm_has_one_to_three_people_with_addresses_of_their_own() -> None:
    assert all(1 <= len(firm.people) <= 3 for firm in firms())
    addresses = [person.email for firm in firms() for person in firm.people]
    assert len(addresses) == len(set(addresses))
    assert all(re.fullmatch(r"[a-z.-]+@[a-z0-9-]+\.example\.org", address) for address in addresses)


def test_each_firm_wants_markets_that_the_demo_knows_and_has_a_doubt_about_each() -> None:
    for firm in firms():
        assert set(firm.markets) <= set(markets()), firm.name
        assert set(firm.doubts) == set(firm.markets), firm.name
        assert all(reference.find_sector(code) for code in firm.sectors)


def test_a_seed_gives_the_same_needs_again() -> None:
    assert generate_needs(30, 4) == generate_needs(30, 4)
    assert generate_needs(30, 4) != generate_needs(30, 5)


def test_needs_read_finished_and_fit_the_form() -> None:
    for need in needs():
        for text in (need.title, need.background, need.ask, need.shareable):
            assert not UNFINISHED.search(text), text
            assert text[0].isupper() or text[0] == "£", text
        assert len(need.title) <= 140
        assert 1 <= len(need.markets) <= 2
        assert 1 <= need.wanted <= 3
        assert all(reference.find_market(code) for code in need.markets)
        assert all(reference.find_sector(code) for code in need.sectors)
        assert all(reference.find_help_type(code) for code in need.help_types)


def test_needs_spread_over_three_years_and_all_firms() -> None:
    assert needs()[0].submitted_days_ago > 1050
    assert needs()[-1].submitted_days_ago < 15
    asked = Counter(need.firm for need in needs() if need.firm is not None)
    assert len(asked) == 80
    assert max(asked.values()) <= 4
    assert sum(need.university is not None for need in needs()) >= 10


def test_no_two_needs_ask_for_the_same_in_the_same_words() -> None:
    assert len({(need.title, need.background) for need in needs()}) == 220
    assert Counter(need.title for need in needs()).most_common(1)[0][1] <= 3


def test_only_firms_with_goods_speak_of_containers() -> None:
    for need in needs():
        if need.firm is not None and not firms()[need.firm].ships_goods:
            assert not re.search(r"container|shipment|spare parts", need.background), need.background


def test_a_need_names_a_person_of_its_asker() -> None:
    for need in needs():
        name, address = mailbox_of(need)
        assert name
        assert address.endswith(".example.org")
        assert subject_of(need).name


def test_every_kind_of_outcome_is_told_in_finished_sentences() -> None:
    teller, volunteers = Storyteller(2026), list(generate_volunteers(60, 3))
    for kind in OutcomeKind:
        for need, volunteer in zip(needs()[:60], volunteers, strict=True):
            outcome = teller.outcome(need, volunteer, kind)
            for text in (outcome.title, outcome.help_given, outcome.what_happened):
                assert text
                assert not UNFINISHED.search(text), text
            assert len(outcome.title) <= 140
            assert (outcome.value_mode is ValueMode.CANNOT_SAY) == (not outcome.values)
            assert (outcome.none_reason is not None) == (kind.outcome_class is OutcomeClass.NONE)
            assert (outcome.decision is not None) == (kind is OutcomeKind.DECISION_MADE)
            assert outcome.total >= 0


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_a_volunteer_declines_in_words_of_their_own(reason: DeclineReason) -> None:
    teller = Storyteller(1)
    said = {teller.decline(reason, needs()[5], next(generate_volunteers(1, 1))) for _ in range(6)}
    assert len(said) >= 2
    assert not any(UNFINISHED.search(text) for text in said)


def test_the_small_texts_along_the_way_are_finished() -> None:
    teller, volunteers = Storyteller(5), list(generate_volunteers(50, 9))
    for need, volunteer in zip(needs()[100:150], volunteers, strict=True):
        meeting = teller.meeting(need, volunteer)
        answers = teller.confirmation(need, volunteer)
        question, answer = teller.question()
        texts = [
            meeting.note,
            teller.thanks(need, volunteer),
            teller.proposed(need, volunteer),
            question,
            answer,
        ]
        for kind in ("needs_info", "refused", "withdrawn", "closed_unmet", "disputed", "corrected", "notes"):
            texts.append(teller.reason(kind, need, volunteer))
        assert not any(UNFINISHED.search(text) for text in texts), texts
        assert meeting.form in {"call", "video", "in_person", "mail"}
        assert answers.ratings["overall"] in range(1, 6)


def test_university_reads_of_results_that_a_university_has() -> None:
    teller, volunteers = Storyteller(8), list(generate_volunteers(20, 4))
    asked = [need for need in needs() if need.university is not None]
    told = [(need, teller.outcome_kind(need)) for need in asked * 4]
    assert {OutcomeKind.EXPORT_CONTRACT, OutcomeKind.DISTRIBUTOR_AGREEMENT}.isdisjoint(
        kind for _, kind in told
    )
    texts = [teller.outcome(need, volunteers[at % 20], kind) for at, (need, kind) in enumerate(told)]
    assert not [one for one in texts if re.search(r"quotation|second source|order yet", one.what_happened)]
    assert all(not UNFINISHED.search(one.what_happened) for one in texts)
