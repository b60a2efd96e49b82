"""The outcome pages, as the firm, the beneficiary's contact, the broker and strangers use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import OutcomeStatus
from network.models import Confirmation, Outcome, OutcomeValue
from tests.factories import make_introduction, make_outcome, make_user, make_volunteer
from tests.factories.world import World, make_world
from tests.support.statements import counted


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def report(page: Any, **changes: Any) -> Any:
    values = {
        "title": "First order from a utility",
        "what_happened": "They ordered 40 pumps.",
        "happened_on": "2026-02-20",
        "value_mode": "exact",
        "value_year_1": "48,500",
        "contact_name": "Kim Contact",
        "contact_email": "kim@firm.example",
        **changes,
    }
    return page.submit(button="Report it", **values)


def test_a_firm_reports_what_came_of_an_introduction_and_sees_what_happens_next(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    firm = visitor(world.people["firm"])
    page = firm.get(f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new?kind=export_contract")
    done = report(page)
    assert done.h1 == "First order from a utility"
    assert "Kim Contact has a link to confirm it" in done.text
    assert "£48,500" in done.text
    made = session.scalars(select(Outcome).order_by(Outcome.id.desc())).first()
    assert made is not None
    assert made.status is OutcomeStatus.AWAITING_CONFIRMATION


def test_a_firm_that_leaves_fields_empty_is_told_at_each_and_loses_nothing(
    world: World, visitor: Callable[..., Any]
) -> None:
    firm = visitor(world.people["firm"])
    page = firm.get(f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new?kind=export_contract")
    back = report(page, title="", value_year_1="a lot")
    assert back.status == 200
    assert "Give it a short title." in back.text
    assert "They ordered 40 pumps." in back.html
    again = report(back, title="First order", value_year_1="a lot")
    assert "Give a figure such as 48500." in again.text


def test_a_firm_that_names_its_reporter_as_contact_is_told_at_the_field(
    world: World, visitor: Callable[..., Any]
) -> None:
    person = world.people["firm"]
    assert person is not None
    page = visitor(person).get(
        f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new?kind=export_contract"
    )
    back = report(page, contact_email=person.email)
    assert "the person who reports an outcome cannot confirm it" in back.text


def test_the_contact_opens_the_link_twice_and_answers_once(
    world: World, session: Session, visitor: Callable[..., Any], work: Callable[[], int], mails: Any
) -> None:
    firm = visitor(world.people["firm"])
    report(firm.get(f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new?kind=export_contract"))
    work()
    link = "/confirm/" + mails(event="outcome_confirmation")[-1].text.split("/confirm/")[1].split()[0]
    contact = visitor()
    contact.get(link)
    page = contact.get(link)
    assert "They ordered 40 pumps." in page.text
    assert session.scalar(select(Confirmation.id)) is None
    missing = page.submit(button="Send your answer")
    assert "Say whether this is right." in missing.text
    thanks = missing.submit(
        button="Send your answer", answer="confirm", rating_overall="5", publish="by_name"
    )
    assert thanks.h1 == "Thank you"
    again = contact.get(link)
    assert again.status == 410
    assert again.h1 == "This has been answered"
    answer = session.scalars(select(Confirmation)).one()
    assert (answer.answer, answer.rating_overall, answer.publish) == ("confirmed", 5, "by_name")


def test_a_contact_who_disputes_without_a_word_is_asked_for_one(
    world: World, visitor: Callable[..., Any], work: Callable[[], int], mails: Any
) -> None:
    report(
        visitor(world.people["firm"]).get(
            f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new?kind=export_contract"
        )
    )
    work()
    link = "/confirm/" + mails(event="outcome_confirmation")[-1].text.split("/confirm/")[1].split()[0]
    back = visitor().get(link).submit(button="Send your answer", answer="dispute")
    assert "Say in a sentence what is not right." in back.text
    done = back.submit(button="Send your answer", answer="dispute", comments="It was four pumps.")
    assert done.h1 == "Thank you"


def test_a_link_that_nobody_sent_says_so_and_offers_a_way_on(
    world: World, visitor: Callable[..., Any]
) -> None:
    page = visitor().get("/confirm/tokeñ-that-is-none")
    assert page.status == 404
    assert page.h1 == "We do not know this link"


def test_a_stranger_finds_neither_the_outcome_nor_its_form(world: World, visitor: Callable[..., Any]) -> None:
    stranger = visitor(world.people["other_firm"])
    assert stranger.get(f"/outcomes/{world.ids['outcome_id'][0]}").status == 404
    assert stranger.get(f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new").status == 404
    assert (
        stranger.post(f"/outcomes/{world.ids['outcome_id'][0]}/void", version="1", reason="x").status == 404
    )


def test_two_brokers_on_one_page_meet_a_page_with_a_way_on(world: World, visitor: Callable[..., Any]) -> None:
    url = f"/outcomes/{world.ids['outcome_id'][0]}"
    first, second = visitor(world.people["staff"]), visitor(world.people["lead"])
    seen = second.get(url)
    first.get(url).submit(action="/reissue")
    late = seen.submit(action="/reissue")
    assert late.status == 409
    assert ("See it as it is now", url) in late.links


def test_staff_take_an_outcome_out_of_the_figures_with_a_reason(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    staff = visitor(world.people["staff"])
    url = f"/outcomes/{world.ids['outcome_id'][0]}"
    assert staff.get(url).submit(action="/void").status == 422
    done = staff.get(url).submit(action="/void", reason="Entered twice")
    assert "It no longer counts" in done.html
    found = session.get(Outcome, world.ids["outcome_id"][0])
    assert found is not None
    assert found.status is OutcomeStatus.VOID


def test_the_list_costs_as_many_statements_for_thirty_as_for_three(
    app: Any, world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    from network.models import Need

    need = session.get_one(Need, world.ids["need_id"][0])
    staff = visitor(world.people["staff"])

    def statements() -> int:
        with counted(app) as found:
            assert staff.get("/outcomes").status == 200
        return len(found)

    few = statements()
    for _ in range(27):
        helper = make_volunteer(session, user=make_user(session))
        make_outcome(
            session,
            make_introduction(session, need, helper, "met"),
            need,
            reporter_id=world.people["firm"].id,
        )  # type: ignore[union-attr]
    assert statements() == few <= 12


def test_the_page_of_a_disputed_outcome_costs_twelve_statements_at_most(
    world: World, session: Session, visitor: Callable[..., Any], app: Any
) -> None:
    outcome = session.get_one(Outcome, world.ids["outcome_id"][0])
    session.add(
        Confirmation(
            outcome_id=outcome.id,
            answer="disputed",
            comments="It was ten, not forty.",
            answered_at=outcome.created_at,
        )
    )
    address = f"/outcomes/{outcome.id}"
    for role in ("staff", "firm", "lead"):
        reader = visitor(world.people[role])
        with counted(app) as sent:
            page = reader.get(address)
        assert "It was ten, not forty." in page.text
        assert len(sent) <= 12, (role, sent)


def test_the_impact_page_counts_what_is_confirmed_apart_from_the_rest(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    from network.models import Introduction, Need

    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    make_outcome(session, met, need, status=OutcomeStatus.CONFIRMED, reporter_id=1)
    make_outcome(session, met, need, status=OutcomeStatus.DISPUTED, reporter_id=1)
    text = visitor().get("/impact").text
    assert "1 outcomes confirmed" in text or "1 outcome confirmed" in text
    data = visitor().get("/impact/data.csv")
    assert data.headers["Content-Type"].startswith("text/csv")
    lines = data.response.get_data(as_text=True).splitlines()
    assert "live,headline,confirmed,confirmed,1" in lines
    assert "live,headline,disputed,disputed,1" in lines
    assert "live,headline,pending,pending,1" in lines
    assert session.scalar(select(OutcomeValue.id)) is None
