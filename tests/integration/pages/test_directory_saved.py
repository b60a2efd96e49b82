"""Saved searches: a mail when somebody new fits, of each person once, and off by one press."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from network.domain.states import MembershipState, Visibility
from network.matching.index import rebuild_index
from network.matching.policy import can_view_saved_search, saved_searches_visible_to
from network.models import Membership, SavedSearch, SavedSearchFind
from network.privacy.operations import erase_person, export_person
from tests.factories import NOW, actor_of, make_chapter, make_organisation, make_user, make_volunteer


@pytest.fixture
def chapter(session):
    """A chapter."""
    return make_chapter(session)


@pytest.fixture
def firm(session, clock):
    """Somebody from a firm in London."""
    clock.set(NOW)
    user = make_user(session, name="Frances Firm", email="frances@firm.example", timezone="Europe/London")
    make_organisation(session, owner=user)
    return user


@pytest.fixture
def save(session, visitor, firm):
    """Saves what an address asks, by the pages."""

    def act(address="q=procurement&market=AE", rhythm="daily", **values):
        session.commit()
        rebuild_index(session, NOW)
        page = visitor(firm).get(f"/volunteers?{address}").follow("Write to me when somebody new fits")
        return page.submit(button="Save", rhythm=rhythm, **values)

    return act


@pytest.fixture
def morning(session, clock, work):
    """The next mornings come, and the worker works."""

    def come(days=1):
        session.commit()
        for _day in range(days):
            clock.advance(days=1)
            rebuild_index(session, clock.now())
            work()

    return come


def test_firm_is_told_of_somebody_new_and_of_nobody_twice(session, save, chapter, morning, mails, clock):
    make_volunteer(session, chapter=chapter, name="Known Already")
    page = save()
    assert page.h1 == "Saved searches"
    assert "procurement, United Arab Emirates" in page.text
    morning()
    assert mails("saved_search_found") == []
    newcomer = make_volunteer(session, chapter=chapter, name="Newa Comer")
    make_volunteer(session, chapter=chapter, name="Elsewhere", markets=["DE"], biography="Pumps.")
    morning()
    mail = mails("saved_search_found")[0]
    assert mail.subject == "Somebody new for “procurement, United Arab Emirates”"
    assert "Newa Comer" in mail.text
    assert f"/volunteers/{newcomer.id}" in mail.text
    assert "Known Already" not in mail.text + mail.html
    assert "Elsewhere" not in mail.text
    # They leave and come back, and are no news.
    held = session.scalars(select(Membership).where(Membership.volunteer_id == newcomer.id)).one()
    held.state = MembershipState.SUSPENDED
    morning(2)
    held.state = MembershipState.APPROVED
    morning(3)
    assert len(mails("saved_search_found")) == 1


def test_weekly_search_writes_on_mondays_only(session, save, chapter, morning, mails, clock):
    save(rhythm="weekly")
    make_volunteer(session, chapter=chapter)
    # NOW is a Monday.
    morning(6)
    assert mails("saved_search_found") == []
    morning(1)
    assert len(mails("saved_search_found")) == 1


def test_nobody_hidden_is_told_of(session, save, chapter, morning, mails):
    save()
    person = make_volunteer(session, chapter=chapter, name="Hidden Person", listing=Visibility.LEADS)
    shy = make_volunteer(session, chapter=chapter, name="Shy Person", profile_visibility=Visibility.LEADS)
    shy_words = shy.headline
    morning()
    assert mails("saved_search_found") == []
    person.listing = Visibility.MEMBERS
    morning()
    mail = mails("saved_search_found")[0]
    assert "Hidden Person" in mail.text
    assert person.contact_email not in mail.text + mail.html
    assert shy_words in mail.text
    assert "Shy Person" not in mail.text


def test_one_press_in_the_mail_stops_it_without_signing_in(session, save, chapter, morning, mails, visitor):
    save()
    make_volunteer(session, chapter=chapter, name="One")
    morning()
    mail = mails("saved_search_found")[0]
    assert mail.unsubscribe_url
    assert mail.unsubscribe_url in mail.text
    stop = urlsplit(mail.unsubscribe_url).path
    page = visitor().get(stop)
    assert "no more mail comes about “procurement, United Arab Emirates”" in page.text
    assert session.scalars(select(SavedSearch)).one().next_at is not None
    assert visitor().request("post", stop, data={"List-Unsubscribe": "One-Click"}).status == 200
    make_volunteer(session, chapter=chapter, name="Two")
    morning(3)
    assert len(mails("saved_search_found")) == 1
    assert "Stopped" in visitor().get(stop).text
    assert visitor().get(stop + "x").status == 404
    assert visitor().get("/volunteers/searches/stop/Zm9v").status == 404


def test_firm_that_wants_no_summaries_is_told_later(session, save, firm, chapter, morning, mails):
    save()
    make_volunteer(session, chapter=chapter)
    firm.mail_off = "digest"
    morning(2)
    assert mails("saved_search_found") == []
    firm.mail_off = ""
    morning()
    assert len(mails("saved_search_found")) == 1


def test_firm_renames_turns_off_and_deletes_and_nobody_else_can(session, save, visitor, firm, chapter):
    make_volunteer(session, chapter=chapter)
    page = save()
    saved = session.scalars(select(SavedSearch)).one()
    page = page.follow("Change").submit(button="Save", name="Valves", rhythm="off")
    assert "Valves" in page.text
    assert "Turned off" in page.text
    stranger = visitor(make_user(session))
    assert stranger.get(f"/volunteers/searches/{saved.id}/edit").status == 404
    assert stranger.post(f"/volunteers/searches/{saved.id}/delete").status == 404
    page.submit(button="Delete")
    assert session.scalars(select(SavedSearch)).all() == []
    assert session.scalars(select(SavedSearchFind)).all() == []


def test_firm_is_told_what_cannot_be_saved(session, save, visitor, firm, chapter):
    make_volunteer(session, chapter=chapter)
    save()
    twice = save()
    assert "You have saved this search already." in twice.text
    assert save("q=a1", name="").status == 422
    reader = visitor(firm)
    assert (
        "Ask for something first"
        in reader.get("/volunteers/searches/new").submit(button="Save", name="All").text
    )
    for number in range(9):
        save(f"q=word{number}")
    assert "You have saved 10 searches" in save("q=one+more").text


def test_owner_alone_sees_a_saved_search_by_question_and_filter(session, firm, save, visitor):
    save()
    saved = session.scalars(select(SavedSearch)).one()
    for user, sees in ((firm, True), (make_user(session), False)):
        actor = actor_of(session, user)
        query = select(SavedSearch.id).where(saved_searches_visible_to(actor))
        assert can_view_saved_search(actor, saved) is sees
        assert (session.scalar(query) == saved.id) is sees
    assert visitor().get("/volunteers/searches", follow=False).status == 302


def test_export_holds_saved_searches_and_an_erasure_takes_them_away(session, firm, save):
    save(name="Rare words of mine")
    actor = actor_of(session, firm)
    assert "Rare words of mine" in json.dumps(export_person(session, actor, firm.id, NOW))
    erase_person(session, actor, firm.id, now=NOW + timedelta(days=1))
    assert session.scalars(select(SavedSearch)).all() == []
