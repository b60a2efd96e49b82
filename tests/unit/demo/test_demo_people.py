"""The invented volunteers: the same for a seed, true to the reference data, and worth reading."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from zoneinfo import available_timezones

import pytest

from config import reference
from network.demo.chapters import chapter_of_market, chapters
from network.demo.home import towns, universities
from network.demo.knowledge import markets, trades
from network.demo.names import Addresses, cultures, pick_name, plain
from network.demo.people import VolunteerSeed, generate_volunteers
from network.domain.states import MarketDepth, MembershipState, VolunteerState


@cache
def people() -> tuple[VolunteerSeed, ...]:
    return tuple(generate_volunteers(1500, 2026))


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.)\s+(?=[A-Z])", text)


def test_a_seed_gives_the_same_people_again() -> None:
    assert list(generate_volunteers(40, 7)) == list(generate_volunteers(40, 7))
    assert list(generate_volunteers(40, 7)) != list(generate_volunteers(40, 8))


def test_a_thousand_and_a_half_live_in_more_than_sixty_markets() -> None:
    assert len(people()) == 1500
    assert len({one.country for one in people()}) >= 60
    assert len({one.email for one in people()}) == 1500


def test_nobody_can_be_written_to_or_rung() -> None:
    assert all(one.email.endswith(("@example.org", "@example.com", "@example.net")) for one in people())
    unreal = re.compile(
        r"\+44 7700 900\d{3}|\+1 \d{3} 555 01\d\d|\+61 2 5550 \d{4}"
        r"|\+33 1 99 00 \d\d \d\d|\+49 30 23125 \d{3}|\+353 20 91\d \d{4}"
    )
    assert all(unreal.fullmatch(one.phone) for one in people())


def test_every_code_of_a_profile_is_in_the_reference_data() -> None:
    zones = available_timezones()
    for one in people():
        assert reference.find_market(one.country)
        assert one.timezone in zones
        assert all(reference.find_market(code) for code, _ in one.markets)
        assert (one.country, MarketDepth.LIVED) == one.markets[0]
        assert one.sectors
        assert one.help
        assert all(reference.find_sector(code) for code in one.sectors)
        assert all(reference.find_help_type(offer.help_type) for offer in one.help)
        assert all(reference.find_language(code) for code in one.languages)
        assert one.languages[0] == "en"
        assert all(tie.place is None or reference.find_home_place(tie.place) for tie in one.affiliations)


def test_a_biography_has_two_to_five_finished_sentences() -> None:
    for one in people():
        count = len(sentences(one.biography))
        assert 2 <= count <= 6, one.biography
        assert not re.search(r"[{}]|\s\s|\.\.|passionate|lorem", one.biography), one.biography
        assert one.biography.endswith(".")
        assert not one.headline[0].islower()
        assert len(one.headline) <= 110, one.headline
        assert not re.search(r"\ba [aeio]", one.biography.lower().replace("a one", "")), one.biography


@pytest.mark.parametrize("chosen", ["AE", "US", "DE", "IN", "energy", "financial", "food_drink"])
def test_a_reader_of_thirty_cards_meets_no_sentence_often(chosen: str) -> None:
    page = [one for one in people() if one.country == chosen or one.sectors[0].startswith(chosen)][:30]
    said = Counter(sentence for one in page for sentence in sentences(one.biography))
    assert said.most_common(1)[0][1] <= 4, said.most_common(3)
    assert sum(count > 2 for count in said.values()) <= 5, said.most_common(8)
    assert Counter(one.headline for one in page).most_common(1)[0][1] <= 2
    assert len({one.biography for one in page}) == len(page)


def test_names_fit_places_and_seldom_carry_a_title() -> None:
    japanese = cultures()["japanese"]
    families = {man for man, _ in japanese.families}
    graduates = [
        one
        for one in people()
        if one.country == "JP" and [tie.kind for tie in one.affiliations] == ["university"]
    ]
    assert graduates
    assert all(one.name.split(" ")[-1] in families for one in graduates)
    assert sum(one.name.startswith("Dr ") for one in people()) < 0.06 * len(people())


def test_a_slavic_family_name_takes_the_womens_form() -> None:
    from random import Random

    names = {pick_name(Random(seed), "czech", woman=True).family for seed in range(60)}
    assert names
    assert all(name.endswith(("ová", "á")) for name in names)


def test_two_people_of_one_name_get_two_addresses() -> None:
    from random import Random

    book, name = Addresses(), pick_name(Random(1), "polish", woman=True)
    given = [book.address(Random(3), name) for _ in range(5)]
    assert len(set(given)) == 5
    assert all(address.isascii() for address in given)
    assert plain("Łukasz Øverland-Nguyễn") == "lukasz-overland-nguyen"


def test_most_people_are_members_of_the_chapter_of_their_market() -> None:
    approved = [one for one in people() if one.standing.membership is MembershipState.APPROVED]
    assert len(approved) > 0.88 * len(people())
    for one in people():
        chapter = chapter_of_market(one.country)
        assert chapter is not None
        assert one.chapter == chapter.slug
        if one.standing.membership is MembershipState.LEFT:
            assert one.standing.state is VolunteerState.LEFT
        if one.standing.membership is MembershipState.APPLIED:
            assert one.standing.registered_days_ago <= 45


def test_twelve_chapters_share_out_all_markets() -> None:
    looked_after = [code for chapter in chapters() for code in chapter.markets]
    assert len(chapters()) == 12
    assert len(looked_after) == len(set(looked_after))
    assert set(markets()) <= set(looked_after)
    assert all(chapter.timezone in available_timezones() for chapter in chapters())


def test_the_knowledge_speaks_only_of_sectors_and_help_that_exist() -> None:
    for trade in trades():
        assert all(reference.find_sector(code) for code in trade.sectors), trade.key
        assert all(reference.find_help_type(code) for code in trade.help), trade.key
    for market in markets().values():
        assert all(reference.find_sector(code) for code in (*market.know, *market.fairs, *market.sectors))
        assert all(reference.find_language(code) for code in market.languages), market.code
    assert {trade.sector for trade in trades()} == {
        sector.code for sector in reference.sectors() if sector.parent is None
    }


def test_four_universities_and_their_towns_lie_in_the_midlands() -> None:
    home = {*reference.local_authorities_in("E12000004"), *reference.local_authorities_in("E12000005")}
    assert len(universities()) == 4
    assert {university.place for university in universities()} <= home
    assert {town.place for town in towns()} <= home
