"""What people write is understood as they mean it, and what is not known stays unknown."""

import pytest

from config import reference
from config.reference import TermKind, find_terms
from config.reference.lookup import terms
from config.reference.words import fold


def said_in(sentence: str, kind: TermKind | None = None) -> list[str]:
    """The codes found in a sentence, of one kind or of all."""
    return [one.code for one in find_terms(sentence, (kind,) if kind else tuple(TermKind))]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("United Arab Emirates", "AE"),
        ("uae", "AE"),
        ("U.A.E.", "AE"),
        ("the Emirates", "AE"),
        ("Dubai", "AE"),
        ("US", "US"),
        ("us", "US"),
        ("U.S.A.", "US"),
        ("The United States of America", "US"),
        ("Turkey", "TR"),
        ("türkiye", "TR"),
        ("TURKIYE", "TR"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("Sao Paulo", "BR"),
        ("St Lucia", "LC"),
        ("Trinidad & Tobago", "TT"),
        ("German", "DE"),
        ("DEU", "DE"),
        ("South Korea", "KR"),
        ("  hong   kong ", "HK"),
        ("Northern Ireland", "GB"),
    ],
)
def test_an_importer_understands_a_market_as_people_write_it(written, code):
    assert reference.understand_market(written).code == code
    assert reference.find_market_by_words(written).code == code


@pytest.mark.parametrize(
    "pair",
    [
        ("Iran", "Ireland"),
        ("Niger", "Nigeria"),
        ("Iraq", "Iran"),
        ("Austria", "Australia"),
        ("Mali", "Malawi"),
        ("Guinea", "Guinea-Bissau"),
        ("Guinea", "Papua New Guinea"),
        ("Guinea", "Equatorial Guinea"),
        ("Dominica", "Dominican Republic"),
        ("Slovakia", "Slovenia"),
        ("Gambia", "Zambia"),
        ("Sudan", "South Sudan"),
        ("Samoa", "American Samoa"),
        ("North Korea", "South Korea"),
        ("Mauritius", "Mauritania"),
    ],
)
def test_countries_of_like_names_stay_apart(pair):
    first, second = pair
    codes = [reference.understand_market(name).code for name in pair]
    assert codes[0] != codes[1]
    assert said_in(f"We sell in {first}, and in {second} too", TermKind.MARKET) == codes


@pytest.mark.parametrize(
    "written", ["", "   ", "Irland", "Congo", "Korea Street", "Indiana", "Uae1", "nowhere", "\x00", "&", "."]
)
def test_what_is_not_known_or_could_mean_two_stays_unknown(written):
    assert reference.understand_market(written) is None
    assert reference.understand_sector(written) is None


def test_a_sentence_tells_its_terms_and_their_places():
    sentence = "Find a distributor in Saudi Arabia for our medtech (Riyadh), please"
    found = find_terms(sentence)
    assert [(one.kind, one.code) for one in found] == [
        ("help_type", "introduce_distributors"),
        ("market", "SA"),
        ("sector", "medical_devices"),
        ("market", "SA"),
    ]
    assert all(sentence[one.start : one.end] == one.matched for one in found)
    assert [one.matched for one in found] == ["Find a distributor", "Saudi Arabia", "medtech", "Riyadh"]


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Please help us sell it", []),
        ("US buyers for IT", ["US", "introduce_buyers", "technology"]),
        ("I speak at home", []),
        ("green hydrogen in Oman", ["energy.hydrogen.green", "OM"]),
        ("hydrogen", ["energy.hydrogen"]),
        ("New Mexico", ["US"]),
        ("New Jersey and Jersey", ["US", "JE"]),
        ("from Northern Ireland to the Republic of Ireland", ["GB", "IE"]),
        ("We polish lenses in a space with a good environment", []),
        ("ASEAN and the Gulf", ["asean", "gulf"]),
        ("Meet investors! South? Korea.", ["introduce_investors", "KR"]),
        ("Hong. Kong", []),
        ("St. Lucia", ["LC"]),
        ("Iranian, not Irish", ["IR", "IE"]),
        ("İstanbul", ["TR"]),
    ],
)
def test_a_sentence_is_read_word_by_word_and_never_bent(sentence, codes):
    kinds = (TermKind.MARKET, TermKind.MARKET_GROUP, TermKind.SECTOR, TermKind.HELP_TYPE)
    assert [one.code for one in find_terms(sentence, kinds)] == codes


def test_one_word_that_is_a_market_and_a_language_tells_both():
    assert {(one.kind, one.code) for one in find_terms("a German firm")} == {
        (TermKind.MARKET, "DE"),
        (TermKind.LANGUAGE, "de"),
    }
    assert said_in("a German partner", TermKind.LANGUAGE) == ["de"]


@pytest.mark.parametrize("said", ["a German speaker", "German-speaking", "German speakers, please"])
def test_somebody_who_speaks_a_language_need_not_know_its_country(said):
    assert [(one.kind, one.code) for one in find_terms(said)] == [(TermKind.LANGUAGE, "de")]


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("raise seed money", "introduce_investors"),
        ("how do I get my product certified", "regulation_standards"),
        ("set up a company", "soft_landing"),
        ("intro to buyers", "introduce_buyers"),
        ("hire engineers", "talent"),
        ("speak at our event", "speak"),
        ("VC funds", "introduce_investors"),
        ("a board adviser", "board_seat"),
        ("trade mark lawyer", "financial.legal"),
    ],
)
def test_help_is_understood_as_firms_say_it(sentence, code):
    assert [one.code for one in find_terms(sentence)] == [code]


def test_every_term_is_found_in_a_sentence_as_it_is_written():
    for kind in TermKind:
        for term in terms(kind):
            said = term.spelled or " ".join(term.words)
            assert term.code in said_in(f"about {said} today", kind), term


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("medtech", "medical_devices"),
        ("Pharma", "pharma_biotech"),
        ("EV", "automotive.electric_vehicles"),
        ("fintech", "financial.fintech"),
        ("Green Hydrogen", "energy.hydrogen.green"),
        ("e-commerce", "consumer.ecommerce"),
        ("ai", "technology.ai"),
        ("energy.renewables", "energy.renewables"),
        ("Food & drink", "food_drink"),
    ],
)
def test_an_importer_understands_a_sector_as_people_say_it(written, code):
    assert reference.understand_sector(written).code == code


def test_an_importer_understands_help_groups_languages_and_currencies():
    assert reference.understand_help_type("find a distributor").code == "introduce_distributors"
    assert reference.understand_help_type("Meet investors").code == "introduce_investors"
    assert reference.understand_market_group("GCC").code == "gulf"
    assert reference.understand_market_group("the Gulf").code == "gulf"
    assert reference.understand_language("français").code == "fr"
    assert reference.understand_language("MANDARIN").code == "zh"
    assert reference.understand_language("العربية").code == "ar"
    assert reference.understand_language("ara").code == "ar"
    assert reference.understand_language("Klingonese") is None
    assert reference.understand_currency("usd") == "USD"
    assert reference.understand_currency("pounds sterling") == "GBP"


def test_hostile_text_is_read_without_trouble():
    for text in ("\x00" * 50, "é" * 5_000, "a." * 5_000, "&" * 5_000, "New " * 5_000, "\u202e\u0301", "🇦🇪 ✈"):
        assert isinstance(find_terms(text), list)
        assert fold(fold(text)) == fold(text)
