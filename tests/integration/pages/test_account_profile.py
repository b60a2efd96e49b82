"""A volunteer changes what their profile says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from network.domain.states import Effort, MarketDepth, OrganisationKind, VolunteerState
from network.models import Affiliation, DeclaredInterest, Volunteer
from network.volunteers.queries import knowledge_of
from tests.factories import make_chapter, make_organisation, make_user, make_volunteer
from tests.support.statements import counted


@pytest.fixture
def amina(session):
    return make_user(session, name="Amina Rahman", timezone="Asia/Dubai")


@pytest.fixture
def volunteer(session, amina):
    return make_volunteer(session, user=amina, chapter=make_chapter(session))


PAGES = ("/account/profile", "/account/profile/knowledge", "/account/profile/help")


@pytest.mark.parametrize("url", PAGES)
def test_a_visitor_opens_a_profile_form_and_is_sent_to_sign_in(visitor, url):
    assert "/sign-in" in visitor().get(url, follow=False).headers["Location"]


@pytest.mark.parametrize("url", PAGES)
def test_somebody_who_is_no_volunteer_opens_a_profile_form_and_is_refused(visitor, session, url):
    assert visitor(make_user(session)).get(url).status == 403


@pytest.mark.parametrize("url", PAGES)
def test_a_volunteer_who_did_not_finish_is_sent_to_the_registration(visitor, session, amina, url):
    make_volunteer(session, user=amina, state=VolunteerState.REGISTERING)
    assert visitor(amina).get(url, follow=False).headers["Location"] == "/register/volunteer"


@pytest.mark.parametrize("url", PAGES)
def test_a_profile_form_costs_at_most_twelve_statements(visitor, session, app, amina, volunteer, url):
    browser = visitor(amina)
    with counted(app) as statements:
        assert browser.get(url).status == 200
    assert len(statements) <= 12


def test_a_volunteer_changes_who_they_are_and_why_they_care(visitor, session, amina, volunteer):
    university = make_organisation(session, kind=OrganisationKind.UNIVERSITY, name="University of Midhearth")
    page = visitor(amina).get("/account/profile")
    page = page.submit(
        button="Save",
        headline="Buys pumps for desalination",
        biography="Ten years of tenders.",
        city="Dubai",
        phone="+971 4 555 0199",
        **{
            "studied-0-university": university.id,
            "studied-0-course": "Chemical engineering",
            "studied-0-year": "2009",
        },
        places=["E07000034"],
        family="y",
    )
    assert page.status == 200
    assert "Saved." in page.html
    row = session.get_one(Volunteer, volunteer.id)
    assert (row.headline, row.city, row.phone) == ("Buys pumps for desalination", "Dubai", "+971 4 555 0199")
    ties = session.scalars(select(Affiliation).order_by(Affiliation.id)).all()
    assert [(tie.kind, tie.text, tie.year, tie.place) for tie in ties] == [
        ("university", "Chemical engineering", 2009, None),
        ("origin", "", None, "E07000034"),
        ("family", "", None, None),
    ]
    assert page.form(button="Save").values["studied-1-course"] == [""]


def test_a_volunteer_takes_a_university_out_by_emptying_its_row(visitor, session, amina, volunteer):
    session.add(Affiliation(volunteer_id=volunteer.id, kind="university", text="Law"))
    session.add(Affiliation(volunteer_id=volunteer.id, kind="friend", text="Loves the canals"))
    page = visitor(amina).get("/account/profile")
    page.submit(button="Save", **{"studied-0-course": ""})
    ties = session.scalars(select(Affiliation)).all()
    assert [(tie.kind, tie.text) for tie in ties] == [("friend", "Loves the canals")]


def test_a_volunteer_leaves_the_headline_out_and_reads_why_at_the_field(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/profile").submit(button="Save", headline="", city="Muscat")
    assert page.status == 422
    assert "Say in a line what you do." in page.text
    assert page.form(button="Save").values["city"] == ["Muscat"]
    assert ("Say in a line what you do.", "#headline") in page.links


def test_a_volunteer_changes_markets_sectors_and_languages(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/profile/knowledge")
    page = page.submit(
        button="Save",
        **{
            "markets-0-depth": "sells_into",
            "markets-1-market": "OM",
            "markets-1-depth": "worked",
        },
        sectors=["energy", "water"],
        languages=["en", "ar"],
    )
    assert page.status == 200
    known = knowledge_of(session, volunteer.id)
    assert dict(known.markets) == {"AE": MarketDepth.SELLS_INTO, "OM": MarketDepth.WORKED}
    assert known.sectors == ("energy", "water")
    assert known.languages == ("ar", "en")
    assert "markets-4-market" in page.form(button="Save").values


def test_a_volunteer_empties_all_markets_and_is_refused(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/profile/knowledge").submit(button="Save", **{"markets-0-market": ""})
    assert page.status == 422
    assert "Choose at least one market you know." in page.text
    assert dict(knowledge_of(session, volunteer.id).markets) == {"AE": MarketDepth.LIVED}


def test_a_volunteer_offers_help_in_their_own_words(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/profile/help")
    names = {
        values[0]: name
        for name, values in page.form(button="Save").values.items()
        if name.endswith("-help_type")
    }
    row = names["introduce_buyers"].removesuffix("-help_type")
    page = page.submit(
        button="Save",
        **{f"{row}-offered": "y", f"{row}-effort": "series", f"{row}-words": "I know every utility here"},
        capacity="3",
        employers="Al Noor Power\nGulf Pumps",
        competitors="Rival Pumps",
    )
    assert page.status == 200
    known = knowledge_of(session, volunteer.id)
    offers = {offer.help_type: (offer.effort, offer.words) for offer in known.offers}
    assert offers["introduce_buyers"] == (Effort.SERIES, "I know every utility here")
    assert "market_insight" in offers
    assert session.get_one(Volunteer, volunteer.id).capacity == 3
    named = session.execute(select(DeclaredInterest.kind, DeclaredInterest.name)).all()
    assert {tuple(one) for one in named} == {
        ("employer", "Al Noor Power"),
        ("employer", "Gulf Pumps"),
        ("competitor", "Rival Pumps"),
    }


@pytest.mark.parametrize("capacity", ["0", "25", "many"])
def test_a_volunteer_gives_an_impossible_capacity_and_is_refused(
    visitor, session, amina, volunteer, capacity
):
    page = visitor(amina).get("/account/profile/help").submit(button="Save", capacity=capacity)
    assert page.status == 422
    assert session.get_one(Volunteer, volunteer.id).capacity == 2


def test_a_volunteer_saves_what_somebody_else_changed_meanwhile_only_knowingly(
    visitor, session, amina, volunteer
):
    first = visitor(amina).get("/account/profile")
    second = visitor(amina).get("/account/profile")
    second.submit(button="Save", city="Sharjah")
    page = first.submit(button="Save", city="Ajman")
    assert page.status == 422
    assert "Somebody changed this while you were writing." in page.text
    assert session.get_one(Volunteer, volunteer.id).city == "Sharjah"
    page.submit(button="Save")
    assert session.get_one(Volunteer, volunteer.id).city == "Ajman"


def test_a_volunteer_sends_field_names_that_no_browser_writes_and_nothing_breaks(
    visitor, session, amina, volunteer
):
    browser = visitor(amina)
    answer = browser.post(
        "/account/profile/knowledge", **{"markets-²-market": "AE", "markets-99999-market": "AE"}
    )
    assert answer.status == 422


def test_a_volunteer_sends_a_nul_and_is_asked_to_type_it_again(visitor, session, amina, volunteer):
    page = visitor(amina).get("/account/profile").submit(button="Save", headline="Pumps\x00and more")
    assert page.status in {200, 422}
    assert "\x00" not in session.get_one(Volunteer, volunteer.id).headline
