"""A shortlist: people put on it from card and profile, compared as far as one may read, and asked together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from network.domain.states import Visibility
from network.matching.index import rebuild_index
from network.models import Introduction, Need
from tests.factories import NOW, make_chapter, make_organisation, make_user, make_volunteer
from tests.support.statements import counted


@pytest.fixture
def firm(session):
    """Somebody from a firm."""
    user = make_user(session)
    make_organisation(session, owner=user)
    return user


@pytest.fixture
def people(session, firm):
    """Seven volunteers."""
    chapter = make_chapter(session)
    rows = [make_volunteer(session, chapter=chapter, name=f"Person {number}") for number in range(7)]
    session.commit()
    rebuild_index(session, NOW)
    return rows


def test_firm_compares_people_from_card_and_profile_and_takes_one_off(visitor, firm, people):
    reader = visitor(firm)
    listed = reader.get("/volunteers?sort=name").submit(action=f"/volunteers/{people[0].id}/keep")
    assert listed.url == "/volunteers?sort=name"
    assert "Your shortlist 1 Person 0" in listed.text
    profile = reader.get(f"/volunteers/{people[1].id}").submit(button="Add to shortlist")
    assert "On your shortlist" in profile.text
    page = reader.get("/volunteers").follow("Compare and ask")
    assert page.h1 == "Your shortlist"
    assert "United Arab Emirates (" in page.text
    assert (
        "Ask for an introduction",
        f"/needs/new?volunteer={people[0].id}&volunteer={people[1].id}",
    ) in page.links
    left = page.submit(action=f"/volunteers/{people[0].id}/let-go")
    assert "Person 0" not in left.text
    assert "Nobody is on it yet" in left.submit(action=f"/volunteers/{people[1].id}/let-go").text


def test_full_shortlist_takes_nobody_else(visitor, firm, people):
    reader = visitor(firm)
    for person in people[:5]:
        reader.post(f"/volunteers/{person.id}/keep")
    listed = reader.get("/volunteers")
    assert "It is full" in listed.text
    assert "Add to shortlist" not in listed.text
    refused = reader.post(f"/volunteers/{people[5].id}/keep")
    assert "holds 5 people" in refused.text
    assert "Person 5" not in refused.text


def test_shortlist_shows_no_more_than_the_reader_may_see_today(session, visitor, firm, people):
    reader = visitor(firm)
    for person in people[:2]:
        reader.post(f"/volunteers/{person.id}/keep")
    people[0].listing = Visibility.LEADS
    people[1].place_visibility = people[1].profile_visibility = Visibility.LEADS
    page = reader.get("/volunteers/compare")
    assert "Person 0" not in page.html
    for hidden in (
        "Abu Dhabi",
        "there now",
        "Power and water projects",
        people[1].contact_email,
        people[1].phone,
    ):
        assert hidden not in page.html
    assert reader.post(f"/volunteers/{people[0].id}/keep").status == 404


def test_nobody_is_sent_elsewhere_by_the_button(visitor, firm, people):
    reader = visitor(firm)
    page = reader.post(f"/volunteers/{people[0].id}/keep", back="//evil.example/", follow=False)
    assert page.headers["Location"] == "/volunteers/compare"


def test_volunteer_and_visitor_are_offered_no_shortlist(session, visitor, people):
    assert "Add to shortlist" not in visitor().get("/volunteers").text
    assert "Add to shortlist" not in visitor(make_user(session)).get("/volunteers").text


def test_firm_asks_for_its_shortlist_in_its_order(session, visitor, firm, people):
    reader = visitor(firm)
    for person in (people[3], people[1]):
        reader.post(f"/volunteers/{person.id}/keep")
    page = reader.get("/volunteers/compare").follow("Ask for an introduction")
    assert "You asked for Person 3, Person 1" in page.text
    page.submit(action="/needs/new", button="Save", title="Pumps")
    need = session.scalars(select(Need)).one()
    query = (
        select(Introduction.volunteer_id)
        .where(Introduction.need_id == need.id)
        .order_by(Introduction.position)
    )
    assert list(session.scalars(query)) == [people[3].id, people[1].id]


def test_comparing_five_costs_as_many_statements_as_two(app, visitor, firm, people):
    reader = visitor(firm)

    def cost():
        with counted(app) as statements:
            reader.client.get("/volunteers/compare")
        return len(statements)

    for person in people[:2]:
        reader.post(f"/volunteers/{person.id}/keep")
    few = cost()
    for person in people[2:5]:
        reader.post(f"/volunteers/{person.id}/keep")
    assert cost() == few <= 10


def test_a_thin_list_beside_a_full_shortlist_costs_no_more_than_twelve_statements(app, visitor, firm, people):
    reader = visitor(firm)
    for person in people[:5]:
        reader.post(f"/volunteers/{person.id}/keep")
    for address in ("/volunteers?market=AE&sector=railways", "/volunteers?market=AE&q=procurement"):
        with counted(app) as statements:
            reader.client.get(address)
        assert len(statements) <= 12
