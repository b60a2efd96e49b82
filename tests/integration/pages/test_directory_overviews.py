"""The same question on the map and by chapter: counts of whom the reader may find, words and choices kept."""

from __future__ import annotations

import pytest

from network.domain.states import Visibility
from network.matching.index import rebuild_index
from tests.factories import NOW, make_chapter, make_organisation, make_user, make_volunteer
from tests.support.statements import counted


@pytest.fixture
def firm(session):
    """Somebody from a firm, and volunteers in two chapters, one of them hidden from members."""
    gulf, dach = (
        make_chapter(session, name="Gulf", slug="gulf"),
        make_chapter(session, markets=("DE",), name="DACH"),
    )
    make_volunteer(session, chapter=gulf, name="Ana Gulf")
    make_volunteer(session, chapter=gulf, name="Ben Public", listing=Visibility.PUBLIC)
    make_volunteer(session, chapter=gulf, name="Cid Hidden", listing=Visibility.LEADS)
    make_volunteer(
        session, chapter=dach, name="Dora Dach", markets=["DE"], sectors=["food_drink"], biography="Jam."
    )
    user = make_user(session)
    make_organisation(session, owner=user)
    session.commit()
    rebuild_index(session, NOW)
    return user


def test_firm_goes_from_the_map_to_the_people_of_a_market(visitor, firm):
    page = visitor(firm).get("/volunteers?sector=food_drink").follow("Map")
    assert page.url == "/volunteers/map?sector=food_drink"
    assert ("Germany", "/volunteers?sector=food_drink&market=DE") in page.links
    everywhere = page.follow("Remove Food and drink")
    assert "United Arab Emirates2Germany1" in everywhere.text
    assert "Dora Dach" in everywhere.follow("Germany").text


@pytest.mark.parametrize("view", ["map", "by-chapter"])
def test_firm_reads_how_its_words_were_read_and_takes_that_off_in_the_same_view(visitor, firm, view):
    page = visitor(firm).get(f"/volunteers/{view}?q=jam+in+germny")
    assert "Showing results for “jam in germany”." in page.text
    assert page.follow("Remove market: Germany").url == f"/volunteers/{view}?q=jam"


def test_place_at_home_is_no_slip_of_the_pen_and_a_phrase_may_be_taken_apart(session, visitor, firm):
    words = "Whoever needs a leads list asks her into the office of jam."
    make_volunteer(session, chapter=make_chapter(session), biography=words)
    session.commit()
    rebuild_index(session, NOW)
    for typed in ("Leeds", "intro"):
        assert "Showing results" not in visitor(firm).get(f"/volunteers/map?q={typed}").text
    apart = (
        visitor(firm)
        .get('/volunteers?q="jam+office"')
        .follow("1 person if the words need not stand together")
    )
    assert "asks her into" in apart.text


def test_map_and_chapters_count_only_whom_the_reader_may_find(visitor, firm):
    stranger = visitor()
    assert "United Arab Emirates1" in stranger.get("/volunteers/map").text
    page = stranger.get("/volunteers/by-chapter")
    assert "1 person in Gulf" in page.text
    assert "Ben Public" in page.text
    assert "Ana Gulf" not in page.text
    members = visitor(firm).get("/volunteers/by-chapter").text
    assert "2 people in Gulf" in members
    assert "Cid Hidden" not in members


def test_firm_goes_from_a_chapter_to_its_people(visitor, firm):
    page = visitor(firm).get("/volunteers/by-chapter?q=jam")
    assert "DACH" in page.text
    assert "Gulf" not in page.text
    assert "Dora Dach" in page.follow("1 person in DACH").text
    # What is chosen on the map does not hide the other countries; what nobody meets is said.
    assert ("Germany", "/volunteers?q=jam&market=DE") in visitor(firm).get(
        "/volunteers/map?q=jam&market=AE"
    ).links
    assert "Nobody fits all of this yet" in visitor(firm).get("/volunteers/map?q=zzzzz").text


def test_overviews_cost_few_statements(app, visitor, firm):
    reader = visitor(firm)
    for address in ("/volunteers/map?chapter=gulf", "/volunteers/by-chapter?market=AE"):
        with counted(app) as statements:
            reader.client.get(address)
        assert len(statements) <= 10
