"""The front door and the legal pages."""

from __future__ import annotations

import pytest

from network.domain.states import (
    ChapterState,
    IntroductionState,
    OutcomeStatus,
    PublishConsent,
    VolunteerState,
)
from network.models import Confirmation, User
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_need,
    make_organisation,
    make_outcome,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


def published(session, chapter, firm, publish, words="Forty pumps went to Muscat."):
    """A confirmed outcome whose beneficiary said whether it may be told."""
    user = make_user(session)
    organisation = make_organisation(session, owner=user, name=firm)
    need = make_need(session, organisation, user)
    volunteer = make_volunteer(session, chapter=chapter)
    introduction = make_introduction(session, need, volunteer, IntroductionState.COMPLETED)
    outcome = make_outcome(
        session,
        introduction,
        need,
        status=OutcomeStatus.CONFIRMED,
        what_happened=words,
        first_confirmed_at=NOW,
    )
    session.add(Confirmation(outcome_id=outcome.id, answered_at=NOW, answer="confirm", publish=publish))
    session.flush()


def test_stranger_reads_what_it_is_and_finds_three_doors(visitor):
    page = visitor().get("/")
    assert page.h1.startswith("Somebody who grew up, studied or worked here")
    links = dict(page.links)
    assert links["I need help"] == "/register/organisation"
    assert links["I can help"] == "/register/volunteer"
    assert links["I run a chapter"] == "/chapters"
    for heading in ("If you need help", "If you can help", "If you run a chapter"):
        assert heading in page.text


def test_firm_and_volunteer_find_their_own_ways_on_the_front_door(session, visitor):
    asker = make_user(session)
    make_organisation(session, owner=asker)
    firm = visitor(asker).get("/")
    assert f"Welcome back, {asker.name}" in firm.text
    assert dict(firm.links)["Your page"] == "/account"
    assert dict(firm.links)["I need help"] == "/needs/new"
    assert "Register your organisation" not in firm.text
    helper = make_volunteer(session, chapter=make_chapter(session))
    volunteer = visitor(session.get_one(User, helper.user_id)).get("/")
    assert dict(volunteer.links)["I can help"] == "/introductions"
    assert "I need help" not in dict(volunteer.links)
    assert dict(volunteer.links)["Register your organisation"] == "/register/organisation"


def test_stranger_asks_in_the_box_on_the_front_door(visitor):
    page = visitor().get("/").submit("/volunteers", q="packaging in Vietnam")
    assert page.url.startswith("/volunteers")
    assert 'value="packaging in Vietnam"' in page.html


def test_stranger_reads_live_figures(session, visitor):
    chapter = make_chapter(session, name="Gulf chapter", summary="Engineers between Muscat and Kuwait.")
    make_chapter(session, name="Sleeping chapter", state=ChapterState.DORMANT)
    published(session, chapter, "Northfield Pumps", PublishConsent.NO)
    make_volunteer(session, chapter=chapter, markets=["AE", "OM"])
    make_volunteer(session, chapter=chapter, state=VolunteerState.SUSPENDED)
    page = visitor().get("/")
    assert "2 people in 1 countries give their time" in page.text
    for figure in ("1 introductions made", "1 results confirmed", "1 active chapters"):
        assert figure in page.text
    assert "Gulf chapter" in page.text
    assert "Sleeping chapter" not in page.text
    assert ("United Arab Emirates", "/volunteers?market=AE") in page.links
    assert "fewer than 5" in page.text


def test_stranger_reads_stories_only_as_far_as_the_beneficiary_agreed(session, visitor):
    chapter = make_chapter(session)
    published(session, chapter, "Named Ltd", PublishConsent.BY_NAME, "We sold forty pumps.")
    published(session, chapter, "Shy Ltd", PublishConsent.ANONYMOUSLY, "Secret words of Shy.")
    published(session, chapter, "Silent Ltd", PublishConsent.NO, "Nothing of this.")
    page = visitor().get("/")
    assert "We sold forty pumps." in page.text
    assert "Named Ltd" in page.text
    assert "A firm that asked not to be named" in page.text
    for hidden in ("Shy", "Secret words", "Silent", "Nothing of this"):
        assert hidden not in page.html


@pytest.mark.parametrize(
    ("address", "heading", "words"),
    [
        ("/privacy", "Privacy", "is the controller for The Midhearth Network"),
        ("/terms", "Terms", "follow the law of England and Wales"),
        ("/accessibility", "Accessibility", "WCAG) 2.2 at level AA"),
        ("/code-of-conduct", "Code of conduct", "No is always fine"),
    ],
)
def test_anybody_reads_the_pages_a_public_body_owes(visitor, session, address, heading, words):
    for reader in (visitor(), visitor(make_user(session))):
        page = reader.get(address)
        assert page.h1 == heading
        assert words in page.text
        assert ("hello@midhearth.example", "mailto:hello@midhearth.example") in page.links


def test_front_door_costs_the_same_for_thirty_people_as_for_three(app, session, visitor):
    reader = visitor(make_user(session))
    chapters = [make_chapter(session)]

    def cost():
        session.commit()
        with counted(app) as statements:
            reader.client.get("/")
        return len(statements)

    for _ in range(3):
        make_volunteer(session, chapter=chapters[0])
    few = cost()
    chapters += [make_chapter(session) for _ in range(9)]
    for number in range(27):
        make_volunteer(session, chapter=chapters[number % 9])
    assert cost() == few <= 12
