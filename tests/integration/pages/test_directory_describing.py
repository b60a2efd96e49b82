"""Describe your need: a paragraph gives people with reasons, and becomes a draft that keeps the text."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from network.accounts.passwords import hash_password
from network.domain.states import NeedState, Visibility
from network.matching.index import rebuild_index
from network.models import Introduction, Need, NeedMarket, NeedSector, User
from tests.factories import NOW, make_chapter, make_organisation, make_staff, make_user, make_volunteer

TEXT = "We make pumps for the energy industry and want to know how procurement goes in the Emirates."


@pytest.fixture
def people(session):
    """Two who could help, one of them hidden, and one who could not."""
    chapter = make_chapter(session)
    helper = make_volunteer(session, chapter=chapter, sectors=["energy"])
    hidden = make_volunteer(session, chapter=chapter, name="Hidden Helper", listing=Visibility.LEADS)
    make_volunteer(
        session, chapter=chapter, name="Bea Baker", markets=["DE"], sectors=["food_drink"], biography="Jam.",
        headline="Jam", help_types=["mentoring"],
    )  # fmt: skip
    session.commit()
    rebuild_index(session, NOW)
    return helper, hidden


@pytest.fixture
def firm(session):
    """Somebody from a firm."""
    user = make_user(session)
    make_organisation(session, owner=user)
    return user


def test_firm_describes_its_need_and_goes_on_to_the_form_with_it(session, visitor, people, firm):
    helper, _hidden = people
    reader = visitor(firm)
    page = reader.get("/volunteers").follow("Or describe your need").submit(button="Who can help?", text=TEXT)
    assert page.status == 200
    assert "1 person could help" in page.text
    assert "lived in the United Arab Emirates" in page.text
    assert "Hidden Helper" not in page.html
    assert "Bea Baker" not in page.html
    form = page.submit(button="Write it as a need")
    need = session.scalars(select(Need)).one()
    assert form.url == f"/needs/{need.id}/edit"
    assert (need.state, need.background, need.contact_email) == (NeedState.DRAFT, TEXT, firm.email)
    assert list(session.scalars(select(NeedMarket.market))) == ["AE"]
    assert "energy" in session.scalars(select(NeedSector.sector)).all()
    assert list(session.scalars(select(Introduction.volunteer_id))) == [helper.id]


def test_firm_asks_one_of_those_found_and_takes_its_text_along(session, visitor, people, firm):
    helper, _hidden = people
    make_volunteer(session, chapter=make_chapter(session), name="Second Helper", sectors=["energy"])
    session.commit()
    rebuild_index(session, NOW)
    page = visitor(firm).get("/volunteers/describe").submit(button="Who can help?", text=TEXT)
    assert "market: United Arab Emirates" in page.text
    [button] = page.tree.findall(f".//button[@name='only'][@value='{helper.id}']")
    form = page.tree.find(f".//form[@id='{button.get('form')}']")
    text = form.find(".//input[@name='text']").get("value")
    visitor(firm).post(form.get("action"), text=text, only=helper.id)
    assert session.scalars(select(Need.background)).one() == TEXT
    assert list(session.scalars(select(Introduction.volunteer_id))) == [helper.id]


def test_firm_cannot_propose_hidden_people_by_number(session, visitor, people, firm):
    _helper, hidden = people
    visitor(firm).post("/volunteers/describe/write", text=TEXT, volunteer=str(hidden.id))
    assert session.scalars(select(Introduction)).all() == []
    assert session.scalars(select(Need.background)).one() == TEXT


def test_searcher_is_told_what_helps_where_nobody_is_found(visitor, people, firm):
    page = visitor(firm).get("/volunteers/describe").submit(button="Who can help?", text="zzzz qqqq")
    assert "We found nobody by this text" in page.text
    empty = visitor(firm).get("/volunteers/describe").submit(button="Who can help?", text=" ")
    assert empty.status == 422
    assert "Write a sentence or two" in empty.text
    assert visitor(firm).post("/volunteers/describe", text="x" * 2001).status == 422


def test_visitor_finds_only_public_people_and_is_asked_to_sign_in(session, visitor, people):
    helper, _hidden = people
    page = visitor().get("/volunteers/describe").submit(button="Who can help?", text=TEXT)
    assert helper.name not in page.html
    helper.listing = helper.profile_visibility = Visibility.PUBLIC
    session.commit()
    rebuild_index(session, NOW)
    page = visitor().get("/volunteers/describe").submit(button="Who can help?", text=TEXT)
    assert helper.name in page.text
    assert "Sign in" in page.text
    assert "/volunteers/describe" not in [form.action for form in page.forms if "write" in form.action]


def test_somebody_without_an_organisation_is_led_to_register_one(session, visitor, people):
    helper, _hidden = people
    page = visitor(session.get_one(User, helper.user_id)).post("/volunteers/describe/write", text=TEXT)
    assert page.url == "/needs/new"
    assert session.scalars(select(Need)).all() == []
    told = visitor(make_staff(session)).post("/volunteers/describe", text=TEXT)
    assert "As a broker you put people on the list" in told.text
    assert "Ask for an introduction" not in told.text
    told = visitor(session.get_one(User, helper.user_id)).post(
        "/volunteers/describe", text="Pumps in the Emirates"
    )
    assert "One asks for a firm or a university." in told.text or "We found nobody" in told.text


@pytest.fixture
def password(session, firm):
    """What the firm's user signs in with."""
    firm.password_hash = hash_password("corn bread lantern")
    session.commit()
    return "corn bread lantern"


def test_visitor_finds_their_words_again_once_they_have_signed_in(session, visitor, people, firm, password):
    helper, _hidden = people
    helper.listing = helper.profile_visibility = Visibility.PUBLIC
    session.commit()
    rebuild_index(session, NOW)
    reader = visitor()
    page = reader.get("/volunteers/describe").submit(button="Who can help?", text=TEXT)
    [cookie] = [one for one in page.headers.getlist("Set-Cookie") if "-words=" in one]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert TEXT in reader.get("/volunteers/describe").html
    page = page.follow("Sign in and go on").submit(button="Sign in", email=firm.email, password=password)
    assert page.url == "/volunteers/describe"
    assert TEXT in page.html
    assert helper.name in page.text
    page.submit(button="Write it as a need")
    assert session.scalars(select(Need.background)).one() == TEXT
    assert TEXT not in reader.get("/volunteers/describe").html


def test_visitor_whose_session_ended_while_writing_keeps_their_words_until_they_sign_out(
    visitor, people, firm, password
):
    reader = visitor()
    page = reader.post("/volunteers/describe/write", text=TEXT)
    assert page.url.startswith("/sign-in?next=")
    assert TEXT in page.submit(button="Sign in", email=firm.email, password=password).html
    reader.post("/sign-out")
    assert TEXT not in reader.get("/volunteers/describe").html


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(0x4E00 + number * number * 7 % 20_000) for number in range(2_000)),
        "".join(chr(0x1F300 + number * number * 7 % 700) for number in range(1_000)),
        "We sell “jam” in Łódź.\n" * 60,
    ],
    ids=["chinese", "emoji", "lines"],
)
def test_visitors_words_wait_whole_in_any_script_and_fit_into_what_servers_take(visitor, people, text):
    reader = visitor()
    page = reader.post("/volunteers/describe", text=text)
    assert page.status == 200
    cookies = [one for one in page.headers.getlist("Set-Cookie") if "-words" in one]
    assert all(len(one) < 4_093 for one in cookies)
    assert sum(len(one) for one in cookies) < 6_000
    assert text.strip() in unescape(reader.get("/volunteers/describe").html).replace("\r\n", "\n")
    # A shorter text afterwards leaves nothing of the longer one.
    reader.post("/volunteers/describe", text="Jam in Oman")
    assert "\nJam in Oman</textarea>" in reader.get("/volunteers/describe").html


def test_visitor_is_told_of_a_text_that_would_not_wait_whole_and_keeps_it_on_the_page(visitor, people):
    reader = visitor()
    reader.client.set_cookie("kinbridge-words", "forged.words.here")
    assert reader.get("/volunteers/describe").status == 200
    text = "\U0001f3ed" * 1_001
    for way in ("/volunteers/describe", "/volunteers/describe/write"):
        page = reader.post(way, text=text)
        assert page.status == 422
        assert "An emoji counts as two." in page.text
        assert text in page.html
        assert not [one for one in page.headers.getlist("Set-Cookie") if "-words" in one]


def test_visitor_who_asks_from_a_profile_is_led_back_to_it_by_a_mailed_link_and_after_joining(
    session, visitor, work, mails, people, firm
):
    helper, _hidden = people
    way = f"/needs/new?volunteer={helper.id}"
    reader = visitor()
    page = reader.get(way)
    page.submit(action="/sign-in/send-link", **{"link-email": firm.email})
    work()
    found = re.search(r"/sign-in/link/\S+", mails(event="sign_in_link")[-1].text)
    assert reader.get(found[0]).submit(button="Sign in").url == way
    newcomer = visitor(make_user(session, name="Nora New"))
    page = newcomer.get(way).follow("Register")
    place = re.search(r'value="(E0\d+)"', page.html)[1]
    done = page.submit(
        button="Register", name="Nora's Pumps", registration_number="mh 00 9", home_place=place
    )
    assert done.follow("Go on where you were").url == way
