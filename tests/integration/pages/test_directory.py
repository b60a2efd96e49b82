"""Finding volunteers through the pages: what each reader finds, reads and is offered."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from network.domain.states import (
    IntroductionState,
    MembershipState,
    OutcomeStatus,
    Visibility,
    VolunteerState,
)
from network.matching.index import rebuild_index
from network.models import Affiliation, UnmetSearch, User, VolunteerHelp
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_membership,
    make_need,
    make_organisation,
    make_outcome,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted

PUBLIC = {
    "listing": Visibility.PUBLIC,
    "profile_visibility": Visibility.PUBLIC,
    "work_visibility": Visibility.PUBLIC,
    "place_visibility": Visibility.PUBLIC,
}


@pytest.fixture
def chapter(session):
    """A chapter in the Gulf."""
    return make_chapter(session, name="Gulf chapter", slug="gulf")


@pytest.fixture
def index(app, session):
    """Writes the index from the rows, as the worker would."""

    def write():
        session.commit()
        rebuild_index(session, NOW)

    return write


@pytest.fixture
def firm(session):
    """Somebody from a firm."""
    user = make_user(session, name="Frances Firm")
    make_organisation(session, owner=user)
    return user


def names(page):
    """The people on the page, in order."""
    return [words for words, href in page.links if re.fullmatch(r"/volunteers/\d+", href) and words]


def test_firm_finds_a_volunteer_by_words_and_reads_why(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter, answer_days=1.6, answers_count=5)
    make_volunteer(
        session, chapter=chapter, name="Bea Baker", sectors=["food_drink"], markets=["DE"], biography=""
    )
    index()
    page = visitor(firm).get("/volunteers?q=procurement+Oman")
    assert names(page) == ["Amina Rahman"]
    assert "<mark>procurement</mark>" in page.html
    assert "<mark>Oman</mark>" in page.html
    assert "Speaks of “procurement”" in page.text
    assert "Abu Dhabi, United Arab Emirates" in page.text
    assert "13:00 there now" in page.text
    assert "Gulf chapter" in page.text
    assert "Usually answers within 2 days" in page.text
    assert ("Ask for an introduction to Amina Rahman", "/needs/new?volunteer=1&market=OM") in page.links


def test_firm_narrows_by_facets_and_takes_them_off_again(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter, sectors=["energy"])
    make_volunteer(session, chapter=chapter, name="Bea Baker", sectors=["food_drink"], markets=["DE", "AE"])
    index()
    reader = visitor(firm)
    page = reader.get("/volunteers").submit(button="Show these people", market=["DE"])
    assert names(page) == ["Bea Baker"]
    assert "Knows food and drink" not in page.text
    assert "Has lived in Germany" in page.text
    everybody = page.follow("Remove Germany")
    assert len(names(everybody)) == 2
    two = reader.get("/volunteers?market=DE&market=AE&sector=energy")
    assert names(two) == ["Amina Rahman"]
    assert len(names(two.follow("Clear all"))) == 2


def test_sector_facet_counts_parents_and_opens_its_children(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter, sectors=["advanced_engineering.electronics.photonics"])
    make_volunteer(session, chapter=chapter, sectors=["advanced_engineering.metals"])
    index()
    closed = visitor(firm).get("/volunteers")
    assert "Metals and metalworking" not in "".join(closed.form(button="Show these people").node.itertext())
    opened = visitor(firm).get("/volunteers?sector=advanced_engineering")
    facet = " ".join("".join(opened.form(button="Show these people").node.itertext()).split())
    assert "Advanced engineering 2 found" in facet
    assert "Metals and metalworking 1 found" in facet
    assert "Photonics and optics" not in facet


def test_searcher_is_told_what_was_understood(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter, biography="Buys pumps.")
    index()
    make_volunteer(session, chapter=chapter, name="Bea Baker", markets=["DE"], sectors=["energy"])
    index()
    page = visitor(firm).get("/volunteers?q=energy+in+the+UAE")
    assert "sector: Energy" in page.text
    assert "Has lived in the United Arab Emirates and knows energy" in page.text
    assert "speaks of" not in page.text
    anywhere = page.follow("Remove market: United Arab Emirates")
    assert anywhere.url == "/volunteers?q=energy"
    assert sorted(names(anywhere)) == ["Amina Rahman", "Bea Baker"]
    assert "market:" not in visitor(firm).get("/volunteers?q=energy+-UAE").text
    asked = page.follow("Ask for an introduction to Amina Rahman").form(action="/needs/new").values
    assert (asked["markets"], asked["sectors"]) == (["AE"], ["energy"])


def test_searcher_with_a_slip_of_the_pen_is_helped(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter)
    index()
    page = visitor(firm).get("/volunteers?q=procuremnet")
    assert names(page) == ["Amina Rahman"]
    assert "Showing results for “procurement”" in page.text
    assert names(page.follow("Keep to what I typed")) == []


def test_searcher_who_finds_nobody_is_told_what_to_loosen(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter, sectors=["energy"])
    index()
    page = visitor(firm).get("/volunteers?market=AE&sector=railways")
    assert "Nobody fits all of this yet" in page.text
    assert names(page.follow("1 person in any sector")) == ["Amina Rahman"]
    words = visitor(firm).get("/volunteers?q=railways+in+the+UAE")
    assert "Nobody has all of your words" in words.text
    assert names(words.follow("1 person in any sector")) == ["Amina Rahman"]
    make_volunteer(session, chapter=chapter, name="Bea Baker", markets=["OM"], sectors=["energy.nuclear"])
    index()
    thin = visitor(firm).get("/volunteers?q=nuclear+in+the+UAE")
    assert names(thin.follow("1 person in energy as a whole")) == ["Amina Rahman"]
    assert names(thin.follow("1 person in the Gulf as a whole")) == ["Bea Baker"]
    gap = session.scalars(select(UnmetSearch).order_by(UnmetSearch.id)).first()
    assert (gap.market, gap.sector, gap.help_type, gap.found) == ("AE", "railways", None, 0)


def test_firm_that_finds_too_few_posts_its_need_to_the_chapter_of_the_market(
    session, visitor, chapter, index, firm
):
    make_volunteer(session, chapter=chapter, sectors=["energy"])
    index()
    for address in ("/volunteers?market=AE&sector=energy", "/volunteers?market=AE&sector=railways"):
        page = visitor(firm).get(address)
        assert "The chapter Gulf chapter looks after this market." in page.text
        form = page.follow("Post what you need").form(action="/needs/new")
        assert form.values["markets"] == ["AE"]
        assert form.values["sectors"] == [address.rpartition("=")[2]]
    assert "looks after this market" not in visitor(firm).get("/volunteers?q=procurement").text


def test_search_for_words_that_mean_nothing_leaves_no_record(session, visitor, chapter, index, firm):
    index()
    page = visitor(firm).get("/volunteers?q=Jane+Smith+secret+project")
    assert "Nobody fits all of this yet" in page.text
    assert "We keep a note" not in page.text
    assert session.scalars(select(UnmetSearch)).all() == []


def test_record_of_gaps_cannot_be_filled_by_reloading(session, visitor, index, firm):
    index()
    reader = visitor(firm)
    for _ in range(25):
        reader.get("/volunteers?market=AE")
    assert len(session.scalars(select(UnmetSearch)).all()) == 20


@pytest.mark.parametrize(
    "address",
    [
        "/volunteers?page=999",
        "/volunteers?page=-1&sort=sideways",
        "/volunteers?q=%00%00",
        "/volunteers?q=" + "a" * 5000,
        "/volunteers?q=%22((**&&^^",
        "/volunteers?market=" + "x" * 500,
        "/volunteers?" + "&".join(f"market=X{n}" for n in range(300)),
        "/volunteers?affiliation=university-99999999999999999999&chapter=%F0%9F%92%A9",
        "/volunteers?sector=..%2f..&language=zz&available=never",
        "/volunteers?q=<script>alert(1)</script>",
    ],
)
def test_searcher_with_a_strange_address_gets_a_page(session, visitor, chapter, index, firm, address):
    make_volunteer(session, chapter=chapter)
    index()
    page = visitor(firm).get(address)
    assert page.status == 200
    assert "<script>alert" not in page.html


def test_visitor_finds_only_who_chose_to_be_public(session, visitor, chapter, index):
    make_volunteer(session, chapter=chapter)
    make_volunteer(session, chapter=chapter, name="Petra Public", **PUBLIC)
    index()
    page = visitor().get("/volunteers")
    assert names(page) == ["Petra Public"]
    assert "1 person" in page.text
    assert "Sign in" in page.text
    assert "2" not in [words for words, _href in page.links]


def test_visitor_reads_only_public_groups(session, visitor, chapter, index):
    person = make_volunteer(
        session,
        chapter=chapter,
        name="Petra Public",
        **{**PUBLIC, "work_visibility": Visibility.MEMBERS, "place_visibility": Visibility.LEADS},
    )
    index()
    stranger = visitor()
    for page in (stranger.get("/volunteers"), stranger.get(f"/volunteers/{person.id}")):
        assert "Power and water projects in the Gulf" in page.text
        for hidden in (
            "Al Noor Power",
            "Director of Projects",
            "Abu Dhabi",
            "there now",
            person.contact_email,
            person.phone,
        ):
            assert hidden not in page.html
    assert "Members of the network read more" in page.text


@pytest.mark.parametrize("role", ["visitor", "firm", "staff", "self"])
def test_nobody_reads_contact_details_on_a_profile(session, visitor, chapter, index, firm, role):
    person = make_volunteer(session, chapter=chapter, contact_email="amina@planted.example", **PUBLIC)
    index()
    reader = {"visitor": None, "firm": firm, "staff": make_staff(session), "self": person}[role]
    if role == "self":
        reader = session.get_one(User, person.user_id)
    page = visitor(reader).get(f"/volunteers/{person.id}")
    assert page.status == 200
    assert "planted" not in page.html
    assert "555 0100" not in page.html


@pytest.mark.parametrize(
    "hide",
    [
        {"state": VolunteerState.SUSPENDED},
        {"state": VolunteerState.LEFT},
        {"state": VolunteerState.REGISTERING},
        {"listing": Visibility.LEADS},
    ],
)
def test_member_gets_404_for_somebody_who_is_not_shown(session, visitor, chapter, index, firm, hide):
    person = make_volunteer(session, chapter=chapter, **hide)
    index()
    assert visitor(firm).get(f"/volunteers/{person.id}").status == 404
    assert visitor().get(f"/volunteers/{person.id}").status == 404
    assert visitor().get("/volunteers/99999").status == 404


def test_unapproved_volunteer_is_shown_to_nobody_by_address(session, visitor, chapter, firm):
    person = make_volunteer(session, **PUBLIC)
    make_membership(session, person, chapter, MembershipState.APPLIED)
    assert visitor(firm).get(f"/volunteers/{person.id}").status == 404


def test_merged_profile_leads_to_the_one_that_stayed(session, visitor, chapter, index, firm):
    kept = make_volunteer(session, chapter=chapter, name="Amina Rahman")
    gone = make_volunteer(session, name="A. Rahman", merged_into_id=kept.id)
    index()
    reader = visitor(firm)
    assert reader.get(f"/volunteers/{gone.id}", follow=False).status == 301
    assert reader.get(f"/volunteers/{gone.id}").h1 == "Amina Rahman"


def test_firm_reads_how_somebody_can_help_and_what_was_done(session, visitor, chapter, index, firm):
    person = make_volunteer(
        session, chapter=chapter, introductions_count=4, thanks_count=2, help_types=["mentoring"]
    )
    session.add(
        VolunteerHelp(
            volunteer_id=person.id,
            help_type="market_insight",
            words="A 30-minute call about selling to utilities in Oman",
        )
    )
    session.add(Affiliation(volunteer_id=person.id, kind="origin", place="E08000025", text="Digbeth"))
    university = make_organisation(session, name="University of Midhearth")
    session.add(
        Affiliation(volunteer_id=person.id, kind="university", organisation_id=university.id, year=1998)
    )
    requester = make_user(session)
    need = make_need(session, make_organisation(session, owner=requester), requester)
    introduction = make_introduction(session, need, person, IntroductionState.COMPLETED)
    make_outcome(session, introduction, need, status=OutcomeStatus.CONFIRMED)
    make_volunteer(session, chapter=chapter, name="Similar Sam")
    index()
    page = visitor(firm).get(f"/volunteers/{person.id}")
    assert page.h1 == "Amina Rahman"
    assert "A 30-minute call about selling to utilities in Oman" in page.text
    assert "Mentoring in the United Arab Emirates" in page.text
    for term, value in (("Introductions", "4"), ("Thanked", "2 times"), ("confirmed by those helped", "1")):
        assert f"{term}{value}" in page.text.replace(f"{term} {value}", f"{term}{value}")
    assert "Studied: University of Midhearth, 1998" in page.text
    assert "Digbeth" not in page.html
    assert "Similar Sam" in names(page)
    assert "Also knows energy and the United Arab Emirates" in page.text.replace(
        "the United Arab Emirates and energy", "energy and the United Arab Emirates"
    )
    assert ("Ask for an introduction to Amina Rahman", f"/needs/new?volunteer={person.id}") in page.links


def test_volunteer_sees_themselves_and_is_not_offered_to_ask(session, visitor, chapter, index):
    person = make_volunteer(session, chapter=chapter)
    index()
    page = visitor(session.get_one(User, person.user_id)).get(f"/volunteers/{person.id}")
    assert "This is you" in page.text
    assert "Ask for an introduction" not in page.text


def test_somebody_on_leave_is_shown_as_away(session, visitor, chapter, index, firm):
    make_volunteer(session, chapter=chapter, paused_until=date(2026, 4, 3), leave_from=date(2026, 3, 1))
    index()
    page = visitor(firm).get("/volunteers")
    assert "Away until Friday 3 April" in page.text
    assert names(visitor(firm).get("/volunteers?available=now")) == []


def test_searcher_pages_through_thirty_people_and_sorts_them(session, visitor, chapter, index, firm):
    for number in range(30):
        make_volunteer(session, chapter=chapter, name=f"Person {number:02d}")
    index()
    reader = visitor(firm)
    first = reader.get("/volunteers?sort=name&market=AE")
    assert names(first) == [f"Person {number:02d}" for number in range(20)]
    second = first.follow("Next")
    assert names(second) == [f"Person {number:02d}" for number in range(20, 30)]
    assert "Person 00" in names(
        reader.get("/volunteers?page=7&sort=name&market=AE").follow("To the first page")
    )


def test_search_says_so_while_the_index_is_being_written(app, session, visitor, firm):
    shutil.rmtree(Path(app.config["DATA_DIR"]) / "search", ignore_errors=True)
    page = visitor(firm).get("/volunteers?q=pumps")
    assert page.status == 503
    assert ("Try again", "/volunteers?q=pumps") in page.links
    app.extensions["search_reset"]()


@pytest.mark.parametrize("who", ["visitor", "firm", "lead"])
def test_thirty_people_cost_as_many_statements_as_three(app, session, visitor, chapter, index, firm, who):
    lead = make_user(session)
    make_chapter(session, leads=[lead])
    reader = visitor({"visitor": None, "firm": firm, "lead": lead}[who])

    def cost(address):
        session.commit()
        with counted(app) as statements:
            reader.client.get(address)
        return len(statements)

    university = make_organisation(session, name="University of Midhearth")
    people = []

    def add(number):
        for _ in range(number):
            person = make_volunteer(session, chapter=chapter, **PUBLIC)
            session.add(Affiliation(volunteer_id=person.id, kind="university", organisation_id=university.id))
            people.append(person.id)
        index()

    add(3)
    few = cost("/volunteers?q=procurement"), cost(f"/volunteers/{people[0]}")
    add(27)
    many = cost("/volunteers?q=procurement"), cost(f"/volunteers/{people[0]}")
    assert many == few
    assert max(many) <= 12
