"""Writing a need: drafts, what is missing, what is kept, whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.domain.states import Confidentiality, NeedState, OrganisationKind, OrganisationState
from network.models import Introduction, Need, NeedHelp, NeedMarket, User
from tests.factories import (
    make_chapter,
    make_lead,
    make_need,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.visitor import Visitor

COMPLETE: dict[str, Any] = {
    "goal": "find_partner",
    "title": "A first distributor for dosing pumps in Oman",
    "markets": "OM",
    "help_types": ["market_insight"],
    "background": "We make dosing pumps and sell in Spain.",
    "ask": "A half-hour call on how utilities approve a supplier.",
    "wanted": "1",
}


@pytest.fixture
def asker(session: Session) -> User:
    user = make_user(session, name="Ada Asker")
    make_organisation(session, owner=user, name="Northfield Pumps")
    return user


def _only_need(session: Session) -> Need:
    return session.scalars(select(Need).execution_options(populate_existing=True)).one()


def test_firm_sends_a_complete_need_and_its_chapter_owns_it(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    chapter = make_chapter(session, markets=["OM"], name="Gulf chapter")
    make_lead(session, chapter)
    page = visitor(asker).get("/needs/new").submit("/needs/new", button="Send it", **COMPLETE)
    need = _only_need(session)
    assert (need.state, need.owner_chapter_id) == (NeedState.SUBMITTED, chapter.id)
    assert session.scalars(select(NeedMarket.market)).all() == ["OM"]
    assert session.scalars(select(NeedHelp.help_type)).all() == ["market_insight"]
    assert page.url == f"/needs/{need.id}"
    assert "Gulf chapter will read it and answer you" in page.text
    assert need.contact_name == "Ada Asker"


def test_firm_is_told_everything_that_is_missing_at_once_and_loses_nothing(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    page = (
        visitor(asker)
        .get("/needs/new")
        .submit(
            "/needs/new", button="Send it", background="Half of a story", contact_name="", contact_email=""
        )
    )
    assert page.status == 422
    for words in (
        "Choose what you are trying to do.",
        "Give it a title",
        "Choose the market it is about.",
        "Choose at least one kind of help.",
        "Say what exactly",
        "Name the person who answers",
        "Give that person's address.",
    ):
        assert page.text.count(words) == 2, words
    assert page.form("/needs/new").values["background"] == ["Half of a story"]
    assert session.scalar(select(func.count(Need.id))) == 0


def test_firm_saves_half_a_need_and_finishes_it_later(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    person = visitor(asker)
    page = person.get("/needs/new").submit(
        "/needs/new", button="Save and finish later", title="Pumps for Oman", markets="OM"
    )
    assert page.url == "/needs?show=drafts"
    assert "Pumps for Oman" in page.text
    need = _only_need(session)
    assert need.state is NeedState.DRAFT
    again = page.follow("Go on writing")
    assert again.form("/edit").values["title"] == ["Pumps for Oman"]
    again.submit("/edit", button="Send it", **COMPLETE)
    assert _only_need(session).state is NeedState.SUBMITTED


def test_firm_cannot_send_addresses_to_volunteers(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    page = (
        visitor(asker)
        .get("/needs/new")
        .submit("/needs/new", button="Send it", **{**COMPLETE, "ask": "Write to ada@northfield.example"})
    )
    assert page.status == 422
    assert "details are exchanged once somebody accepts" in page.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("deadline_on", "2020-01-01", "Choose a day that lies ahead."),
        ("deadline_on", "not a day", "Not a valid date"),
        ("title", "x" * 141, "under 140 characters"),
        ("contact_email", "nobody", "name@firm.example"),
        ("background", "bell \x07 rings", "cannot be kept"),
    ],
)
def test_firm_is_refused_at_the_field_for_what_cannot_be_kept(
    visitor: Callable[..., Visitor], session: Session, asker: User, field: str, value: str, words: str
) -> None:
    person = visitor(asker)
    page = person.get("/needs/new").submit("/needs/new", button="Send it", **{**COMPLETE, field: value})
    assert page.status == 422
    assert words in page.text
    assert session.scalar(select(func.count(Need.id))) == 0


def test_confidential_need_asks_for_the_text_that_may_be_read(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    page = (
        visitor(asker)
        .get("/needs/new")
        .submit("/needs/new", button="Send it", confidentiality="confidential", **COMPLETE)
    )
    assert "Say what volunteers may read before they accept." in page.text
    page.submit("/needs/new", button="Send it", shareable="A maker of water equipment asks.")
    need = _only_need(session)
    assert need.confidentiality is Confidentiality.CONFIDENTIAL
    shown = visitor(asker).get(f"/needs/{need.id}/preview")
    assert "A maker of water equipment asks." in shown.text
    assert "Spain" not in shown.text
    assert "Northfield" not in shown.text.replace(need.title, "")


def test_firm_asks_for_a_volunteer_by_name_and_they_stand_on_the_list(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    volunteer = make_volunteer(session, chapter=make_chapter(session, markets=["OM"]), markets=["OM"])
    page = visitor(asker).get(f"/needs/new?volunteer={volunteer.id}&market=OM")
    assert "You asked for Amina Rahman" in page.text
    page.submit("/needs/new", button="Send it", **COMPLETE)
    row = session.scalars(select(Introduction)).one()
    assert (row.volunteer_id, row.proposed_as) == (volunteer.id, "requester")


def test_firm_cannot_ask_for_a_hidden_volunteer_by_number(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    hidden = make_volunteer(session, chapter=None)
    page = visitor(asker).get(f"/needs/new?volunteer={hidden.id}")
    assert "You asked for" not in page.text
    refused = page.submit("/needs/new", button="Send it", **COMPLETE)
    assert refused.status == 404
    assert refused.form("/needs/new").values["title"] == [COMPLETE["title"]]
    assert session.scalar(select(func.count(Need.id))) == 0


def test_firm_puts_a_volunteer_on_the_list_of_a_need_under_way(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    organisation = make_organisation(session, members=[asker])
    need = make_need(session, organisation, asker)
    volunteer = make_volunteer(session, chapter=make_chapter(session))
    page = visitor(asker).get(f"/needs/new?volunteer={volunteer.id}")
    page = page.submit(f"/needs/{need.id}/propose")
    assert "On the list" in page.text
    assert session.scalars(select(Introduction.volunteer_id)).all() == [volunteer.id]


def test_firm_writes_a_new_need_out_of_an_earlier_one(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    organisation = make_organisation(session, members=[asker])
    earlier = make_need(session, organisation, asker, state=NeedState.CLOSED_UNMET)
    values = visitor(asker).get(f"/needs/new?copy={earlier.id}").form("/needs/new").values
    assert values["title"] == [earlier.title]
    assert values["deadline_on"] == [""]
    assert values["organisation"] == [str(organisation.id)]


def test_nobody_copies_the_need_of_another_firm(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    other = make_user(session)
    theirs = make_need(session, make_organisation(session, owner=other), other)
    assert visitor(asker).get(f"/needs/new?copy={theirs.id}").status == 404


def test_member_cannot_ask_for_another_organisation(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    other = make_organisation(session, owner=make_user(session))
    page = visitor(asker).post("/needs/new", organisation=str(other.id), contact_name="A", **COMPLETE)
    assert page.status == 422
    assert session.scalar(select(func.count(Need.id))) == 0


def test_unchecked_organisation_is_told_that_it_waits_once(
    visitor: Callable[..., Visitor], session: Session
) -> None:
    user = make_user(session)
    make_organisation(session, owner=user, state=OrganisationState.UNVERIFIED, name="Newfirm")
    page = visitor(user).get("/needs/new")
    assert "We check Newfirm along with this need" in page.text
    sent = page.submit("/needs/new", button="Send it", **COMPLETE)
    assert "Newfirm is checked along with this need" in sent.text


def test_refused_organisation_is_told_that_it_cannot_ask(
    visitor: Callable[..., Visitor], session: Session
) -> None:
    user = make_user(session)
    make_organisation(session, owner=user, state=OrganisationState.REFUSED, name="Oldfirm")
    assert "Oldfirm cannot ask at the moment" in visitor(user).get("/needs/new").text


def test_volunteer_without_an_organisation_is_led_to_register_one(
    visitor: Callable[..., Visitor], session: Session
) -> None:
    volunteer = make_volunteer(session)
    user = session.get_one(User, volunteer.user_id)
    assert "Needs come from organisations" in visitor(user).get("/needs/new").text


def test_university_office_asks_for_a_spin_out_by_its_number(
    visitor: Callable[..., Visitor], session: Session
) -> None:
    office = make_user(session, name="Olu Office")
    make_organisation(
        session, members=[office], kind=OrganisationKind.UNIVERSITY, name="Midhearth University"
    )
    spin_out = make_organisation(
        session, owner=make_user(session), name="Spin Ltd", registration_number="SP123456"
    )
    page = visitor(office).get("/needs/new")
    wrong = page.submit(
        "/needs/new", button="Send it", organisation="other", firm_number="NONE99", **COMPLETE
    )
    assert "No firm with this number is registered here" in wrong.text
    wrong.submit(
        "/needs/new",
        button="Send it",
        firm_number="sp 123456",
        contact_name="Kim Contact",
        contact_email="kim@spin.example",
    )
    need = _only_need(session)
    assert (need.organisation_id, need.requester_id, need.contact_name) == (
        spin_out.id,
        office.id,
        "Kim Contact",
    )


class TestAutosave:
    def test_first_words_become_a_draft(
        self, visitor: Callable[..., Visitor], session: Session, asker: User
    ) -> None:
        person = visitor(asker)
        values = person.get("/needs/new").form("/needs/new").values
        sent = {name: ones for name, ones in values.items() if ones} | {"title": "First words"}
        answer = person.request("post", "/needs/autosave", data=sent)
        assert answer.status == 201
        need = _only_need(session)
        assert (need.title, need.state) == ("First words", NeedState.DRAFT)
        told = answer.response.get_json()
        sent |= {"title": "More words", "version": str(told["version"])}
        again = person.request("post", told["autosave"], data=sent)
        assert again.status == 200
        assert again.response.get_json()["version"] > told["version"]
        assert _only_need(session).title == "More words"

    def test_an_older_page_does_not_overwrite_a_newer_one(
        self, visitor: Callable[..., Visitor], session: Session, asker: User
    ) -> None:
        person = visitor(asker)
        person.get("/needs/new").submit("/needs/new", button="Save and finish later", title="One")
        need = _only_need(session)
        page = person.get(f"/needs/{need.id}/edit")
        page.submit("/edit", button="Save and finish later", title="Two")
        stale = page.submit("/edit", button="Save and finish later", title="Three")
        assert stale.status == 409
        assert "This was saved meanwhile, by a colleague or in another window." in stale.text
        assert stale.form("/edit").values["title"] == ["Three"]
        stale.submit("/edit", button="Save and finish later")
        assert _only_need(session).title == "Three"

    def test_what_was_sent_is_not_saved_over(
        self, visitor: Callable[..., Visitor], session: Session, asker: User
    ) -> None:
        need = make_need(session, make_organisation(session, members=[asker]), asker)
        person = visitor(asker)
        values = person.get(f"/needs/{need.id}/edit").form("/edit").values
        sent = {name: ones for name, ones in values.items() if ones} | {"title": "Changed"}
        assert person.request("post", f"/needs/{need.id}/autosave", data=sent).status == 409
        assert _only_need(session).title != "Changed"

    def test_a_stranger_saves_nothing(
        self, visitor: Callable[..., Visitor], session: Session, asker: User
    ) -> None:
        need = make_need(session, make_organisation(session, owner=asker), asker, state=NeedState.DRAFT)
        page = visitor(make_user(session)).post(f"/needs/{need.id}/autosave", title="Mine")
        assert page.status == 404


def test_count_says_who_could_help_and_who_reads_it(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    chapter = make_chapter(session, markets=["AE"], name="Gulf chapter")
    make_volunteer(session, chapter=chapter)
    person = visitor(asker)
    told = person.get("/needs/count.json?markets=AE&sectors=energy").response.get_json()
    assert told["count"] == 1
    assert told["words"] == "1 volunteer could help"
    assert told["owner"].startswith("The Gulf chapter will read it first")
    assert person.get("/needs/count.json?markets=XX").response.get_json()["count"] == 0
    assert person.get("/needs/count.json").response.get_json()["count"] is None


def test_office_sees_no_draft_of_a_colleague(
    visitor: Callable[..., Visitor], session: Session, asker: User
) -> None:
    colleague = make_user(session)
    organisation = make_organisation(session, owner=asker, members=[colleague])
    draft = make_need(session, organisation, colleague, state=NeedState.DRAFT, deadline_on=date(2027, 1, 1))
    for url in (f"/needs/{draft.id}", f"/needs/{draft.id}/edit", f"/needs/{draft.id}/preview"):
        assert visitor(asker).get(url).status == 404


def test_firm_that_sends_the_form_twice_asks_once(
    visitor: Callable[..., Visitor], session: Session, asker: User, work: Callable[[], int], mails: Any
) -> None:
    person = visitor(asker)
    page = person.get("/needs/new")
    first, second = (page.submit("/needs/new", button="Send it", **COMPLETE) for _press in range(2))
    assert first.url == second.url
    assert _only_need(session).state is NeedState.SUBMITTED
    work()
    assert len(mails(to=asker.email)) == 1
    page.submit("/needs/new", button="Save and finish later", **{**COMPLETE, "markets": "QA"})
    page.submit("/needs/new", button="Save and finish later", **{**COMPLETE, "deadline_on": "2030-01-01"})
    assert session.scalar(select(func.count(Need.id))) == 3
