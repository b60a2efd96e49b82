"""Text made plain, and contact details found in it."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.conflict import normalise_name
from network.domain.errors import Invalid
from network.domain.text import clean_line, clean_text, contains_contact_details, slugify


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, ""),
        ("", ""),
        ("  two \t words\n here ", "two words here"),
        ("Cafe\u0301", "Café"),
        ("a\u202eb\ufeffc", "abc"),
        ("a\u00a0b", "a b"),
        ("شركة النور", "شركة النور"),
        ("\u200b \u2060\u00ad", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_line_is_composed_joined_and_stripped(text, line):
    assert clean_line(text) == line


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (" one \r\ntwo\rthree  ", "one\ntwo\nthree"),
        ("one\n\n\n\n two", "one\n\n two"),
        ("one\u2028two", "one\ntwo"),
        ("one  \n \n \n\ntwo", "one\n\ntwo"),
        (None, ""),
    ],
)
def test_a_text_keeps_its_lines(text, lines):
    assert clean_text(text) == lines


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x07", "\x7f", "\ud800"])
@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_a_character_that_cannot_be_stored_is_refused_at_its_field(clean, bad):
    with pytest.raises(Invalid) as refusal:
        clean(f"a{bad}b", field="headline")
    assert refusal.value.field == "headline"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_text(text).encode().decode() == clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "write to ana@firm.example please",
        "ana @ firm.com",
        "ana (at) firm (dot) com",
        "ana [at] firm.com",
        "ana at firm dot com",
        "ＡＮＡ＠ｆｉｒｍ．com",
        "call +44 20 7946 0958",
        "call 0044 20 7946 0958",
        "call 020 7946 0958",
        "ring (0121) 496 0123",
        "415-555-2671",
        "(415) 555 2671",
        "+971501234567",
        "see https://firm.example/x",
        "see www.firm.example",
        "look at our-firm.co.uk for more",
        "firm.com/contact",
        "wa.me/447700900123",
        "mailto:ana",
        "٠٠٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨",
        "ana @ f i r m . c o m",
        "ana@firm。com",
        "a\u200bna@fi\u200brm.com",
        "ana -at- firm -dot- com",
        "ana<at>firm.com",
        "ana arroba firma punto com",
        "ana at gmail",
        "ana@gmail",
        "Telegram: @ana_r",
        "I am @ana_r on Instagram",
        "skype ana: no, Skype: ana.rahman",
        "call me on 501 234 567",
        "ring 50-1234567",
        "plus 971 50 123 4567",
        "+971 501 234 567",
        "971501234567",
        "971-50-123-4567",
        "05O 123 4567",
        "050*123*4567",
        "oh five oh one two three four five six",
        "07700 900 one two three",
        "www evil com",
        "hxxps://firm.example",
        "linkedin dot com slash ana",
        "firm.om, or firm.xyz",
        "youtu.be/abc",
        "фирма.рф",
    ],
)
def test_contact_details_are_found(text: str):
    assert contains_contact_details(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "We make pumps. We sell 12,000 a year for £1,250,000.",
        "Between 2024 and 2026, or 2024-2026, about 10 000 000 units",
        "HS code 8471 30 00; ISO 9001:2015; company number 08123456",
        "from 01/02/2026 to 28/02/2026",
        "We meet at noon. e.g. in Osaka, i.e. Kansai. Node.js and B.Sc. welcome",
        "Growth of 12.5 % p.a. in U.K. and U.S. markets",
        "meet at the station, look at the dots",
        "end of sentence.Another begins",
        "price 1.250.000,00",
        "Call in 2024-2026 for proposals; we call 1 250 000 customers",
        "plus 1 200 000 units, one of two, three or four",
        "Inc./Ltd. and/or approx. 5.5/unit, U.S./U.K. market",
        "We use Signal, our telegram came, WhatsApp is fine later",
        "ISBN 978-0-306-40615-7, state-of-the-art at scale. We sell",
        "five zero-waste plants, two three-phase lines",
        "fourteen people at Kestrel Point Resources",
    ],
)
def test_ordinary_words_and_figures_are_let_through(text: str | None):
    assert not contains_contact_details(text)


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_looked_through(text: str):
    assert contains_contact_details(text) in {True, False}


@pytest.mark.parametrize(
    "piece",
    ["a", "1 ", "x.", "w at ", " ", "\n ", "a@", "0-", "(at)", "٤", "1/", "a-", "www", "\u0301", "00 "],
)
def test_a_long_text_made_to_tire_us_is_read_in_no_time(piece: str):
    text = piece * (60_000 // len(piece))
    begun = perf_counter()
    contains_contact_details(text + "!")
    clean_text(text + "!")
    clean_line(text + "!")
    slugify(text)
    normalise_name(text)
    assert perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Gulf & Levant Chapter", "gulf-levant-chapter"),
        ("São Paulo / Łódź", "sao-paulo-lodz"),
        ("東京", "chapter"),
        ("a" * 80, "a" * 60),
        ("-" * 3, "chapter"),
    ],
)
def test_a_slug_is_plain_and_never_empty(text: str, slug: str):
    assert slugify(text, fallback="chapter") == slug
