"""Suggestions while typing: what is meant, and nobody whom the reader may not see."""

from __future__ import annotations

import pytest

from network.domain.states import Visibility
from network.matching.index import rebuild_index
from tests.factories import NOW, make_chapter, make_organisation, make_user, make_volunteer
from tests.support.statements import counted


@pytest.fixture
def firm(session):
    """Somebody from a firm, and three volunteers who let different readers find them."""
    chapter = make_chapter(session)
    make_volunteer(session, chapter=chapter, name="Ominira Members")
    make_volunteer(session, chapter=chapter, name="Omid Public", listing=Visibility.PUBLIC)
    make_volunteer(session, chapter=chapter, name="Omar Hidden", listing=Visibility.LEADS)
    user = make_user(session)
    make_organisation(session, owner=user)
    session.commit()
    rebuild_index(session, NOW)
    return user


def lines(visitor, query, user=None):
    """The suggestions by the label of their group."""
    answer = visitor(user).client.get(f"/volunteers/suggestions.json?{query}")
    assert answer.status_code == 200
    return {
        group["label"]: {item["text"]: item["href"] for item in group["items"]}
        for group in answer.json["groups"]
    }


def test_reader_is_suggested_only_people_they_may_see(visitor, firm):
    assert set(lines(visitor, "q=om", firm)["People"]) == {"Ominira Members", "Omid Public"}
    stranger = lines(visitor, "q=om")
    assert list(stranger["People"]) == ["Omid Public"]
    assert stranger["Markets"] == {"Oman": "/volunteers?market=OM"}


def test_reader_is_told_no_more_of_people_than_their_card_tells(session, visitor, firm):
    answer = visitor().client.get("/volunteers/suggestions.json?q=omid")
    # The profile is for members; the name is public.
    assert answer.json["groups"][0]["items"] == [
        {"text": "Omid Public", "href": answer.json["groups"][0]["items"][0]["href"], "note": ""}
    ]


def test_somebody_hidden_a_moment_ago_is_not_suggested_out_of_an_older_index(session, visitor, firm):
    person = make_volunteer(session, chapter=make_chapter(session), name="Quentin Gone")
    session.commit()
    rebuild_index(session, NOW)
    assert "People" in lines(visitor, "q=quen", firm)
    person.listing = Visibility.LEADS
    session.commit()
    assert "People" not in lines(visitor, "q=quen", firm)


def test_end_of_a_sentence_is_read_and_the_rest_with_the_choices_is_kept(visitor, firm):
    found = lines(visitor, "q=pumps+for+united+ar&sector=energy", firm)
    assert found["Markets"] == {"United Arab Emirates": "/volunteers?q=pumps+for&sector=energy&market=AE"}
    assert "Introduction to distributors" in " ".join(lines(visitor, "q=find+a+distr", firm)["Kinds of help"])
    assert lines(visitor, "q=procur", firm)["Words in profiles"] == {
        "procurement": "/volunteers?q=procurement"
    }
    assert "Gulf" in " ".join(lines(visitor, "q=gul", firm)["Markets"])
    # What is chosen already is not offered again.
    assert "Oman" not in lines(visitor, "q=oman&market=OM", firm).get("Markets", {})


@pytest.mark.parametrize(
    "query", ["", "q=", "q=a", "q=%00%00", "q=%22((*", "q=" + "x" * 3000, "market=" + "x" * 90]
)
def test_reader_who_types_nonsense_gets_no_error(visitor, firm, query):
    assert lines(visitor, query, firm) == {}


def test_suggestions_cost_few_statements(app, visitor, firm):
    reader = visitor(firm)
    with counted(app) as statements:
        reader.client.get("/volunteers/suggestions.json?q=om")
    assert len(statements) <= 6


def test_reader_is_suggested_what_is_called_so_before_what_is_also_called_so(visitor, firm):
    sectors = list(lines(visitor, "q=wat", firm)["Sectors"])
    assert (sectors[0], "Luxury and jewellery" in sectors) == ("Water", False)


def test_reader_is_suggested_what_is_all_but_typed_first_as_it_is_written_and_once(session, visitor, firm):
    assert next(iter(lines(visitor, "q=us", firm)["Markets"])) == "United States"
    groups = visitor(firm).client.get("/volunteers/suggestions.json?q=pumps+zuri").json["groups"]
    assert [(item["text"], item["note"]) for item in groups[0]["items"]] == [("Switzerland", "Zurich")]
    # Their markets, Emirati and Oman, stand among the choices.
    assert set(lines(visitor, "q=emira", firm)) == {"Markets"}
