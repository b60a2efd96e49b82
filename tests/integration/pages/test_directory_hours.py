"""When both are at work: told to those who may know where a volunteer lives, and to nobody else."""

from __future__ import annotations

from network.domain.states import Visibility
from network.matching.index import rebuild_index
from tests.factories import NOW, make_chapter, make_lead, make_organisation, make_user, make_volunteer

DUBAI = "4 hours of your working day overlap"


def test_reader_is_told_the_shared_hours_only_where_the_place_is_shown(session, visitor):
    chapter = make_chapter(session)
    shown = make_volunteer(session, chapter=chapter)
    hidden = make_volunteer(session, chapter=chapter, name="Bea Baker", place_visibility=Visibility.LEADS)
    public = make_volunteer(
        session,
        chapter=chapter,
        name="Cy Clark",
        listing=Visibility.PUBLIC,
        place_visibility=Visibility.PUBLIC,
    )
    firm, lead = make_user(session, timezone="Europe/London"), make_lead(session, chapter)
    make_organisation(session, owner=firm)
    session.commit()
    rebuild_index(session, NOW)

    cards = visitor(firm).get("/volunteers").text
    assert cards.count(DUBAI) == 2
    profile = visitor(firm).get(f"/volunteers/{shown.id}").text
    assert DUBAI in profile
    assert "Their 09:00 is your 05:00" in profile
    # The cards of similar people below say their own hours.
    kept = (
        visitor(firm).get(f"/volunteers/{hidden.id}").text.partition("Others who can help with the same")[0]
    )
    assert "overlap" not in kept
    assert "Their 09:00" not in kept
    lead.timezone = "America/Los_Angeles"
    assert "Their 09:00 is your 21:00" in visitor(lead).get(f"/volunteers/{hidden.id}").text
    # Whose own day it is, nobody knows of a visitor.
    stranger = visitor().get(f"/volunteers/{public.id}").text
    assert "there now" in stranger
    assert "overlap" not in stranger


def test_neighbours_are_told_that_they_keep_the_same_hours(session, visitor):
    volunteer = make_volunteer(session, chapter=make_chapter(session), timezone="Asia/Kolkata")
    firm = make_user(session, timezone="Asia/Colombo")
    assert "You keep the same hours" in visitor(firm).get(f"/volunteers/{volunteer.id}").text
    firm.timezone = "Asia/Tokyo"
    assert "4½ hours of your working day overlap" in visitor(firm).get(f"/volunteers/{volunteer.id}").text
