"""After the question: delivery of the links, disputes with a thread and an end, consent, what the years came to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import OutcomeClass, OutcomeKind, OutcomeStatus, PublishConsent, ValueMode
from network.measures.refreshing import refresh_facts
from network.measures.stories import published_stories
from network.models import (
    Confirmation,
    ExchangeRate,
    Introduction,
    MailMessage,
    Need,
    Outcome,
    OutcomeFact,
    OutcomeNote,
    OutcomeValue,
)
from tests.factories import make_outcome
from tests.factories.world import World, make_world

ADDRESS = "kim@firm.example"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def asked(world: World, session: Session, visitor: Callable[..., Any], work: Callable[[], int]) -> Outcome:
    """An outcome that the firm reported, with its first link on the way to Kim."""
    page = visitor(world.people["firm"]).get(
        f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new?kind=export_contract"
    )
    page.submit(
        button="Report it", title="First order", what_happened="They ordered 40 pumps.",
        happened_on="2026-02-20", value_mode="exact", value_year_1="48,500", contact_name="Kim",
        contact_email=ADDRESS,
    )  # fmt: skip
    work()
    return session.scalars(select(Outcome).order_by(Outcome.id.desc()).limit(1)).one()


def link_of(mails: Any) -> str:
    return (
        "/confirm/"
        + mails(to=ADDRESS, event="outcome_confirmation")[-1].text.split("/confirm/")[1].split()[0]
    )


def answer(visitor: Callable[..., Any], mails: Any, **values: str) -> Any:
    return visitor().get(link_of(mails)).submit(button="Send your answer", **values)


def test_a_dispute_is_talked_over_and_ends_when_the_contact_confirms_what_was_put_right(
    world: World,
    session: Session,
    asked: Outcome,
    visitor: Callable[..., Any],
    work: Callable[[], int],
    mails: Any,
) -> None:
    answer(visitor, mails, answer="dispute", comments="It was four pumps, not forty.")
    work()
    url = f"/outcomes/{asked.id}"
    firm = visitor(world.people["firm"])
    page = firm.get(url)
    assert "It was four pumps, not forty." in page.text
    empty = page.submit(action="/notes/send")
    assert "Write what you want to say." in empty.text
    sent = page.submit(action="/notes/send", text="You are right, I mistyped it.")
    assert "The others are told by mail" in sent.text
    work()
    assert world.people["lead"].email in {mail.to_address for mail in mails(event="outcome_note")}  # type: ignore[union-attr]
    firm.get(f"{url}/edit").submit(
        button="Save", what_happened="They ordered 4 pumps.", contact_name="Kim", contact_email=ADDRESS
    )
    firm.get(url).submit(action="/ask", contact_name="Kim", contact_email=ADDRESS)
    work()
    page = visitor().get(link_of(mails))
    assert "You are right, I mistyped it." in page.text
    page.submit(button="Send your answer", answer="confirm")
    session.refresh(asked)
    assert asked.status is OutcomeStatus.CONFIRMED
    late = firm.post(f"{url}/notes/send", text="One more thing")
    assert late.status == 409


def test_a_reporter_who_was_wrong_takes_it_back_and_the_contact_hears_of_it(
    world: World,
    session: Session,
    asked: Outcome,
    visitor: Callable[..., Any],
    work: Callable[[], int],
    mails: Any,
) -> None:
    answer(visitor, mails, answer="dispute", comments="That was another firm.")
    work()
    firm = visitor(world.people["firm"])
    back = firm.get(f"/outcomes/{asked.id}").submit(action="/take-back")
    assert "Say why, in a sentence." in back.text
    back.submit(action="/take-back", why="It was another firm.")
    session.refresh(asked)
    assert (asked.status, asked.next_action_at) == (OutcomeStatus.VOID, None)
    work()
    assert [mail.to_address for mail in mails(event="outcome_taken_back")] == [ADDRESS]


def test_strangers_neither_read_nor_write_in_a_dispute(
    world: World, session: Session, asked: Outcome, visitor: Callable[..., Any], mails: Any
) -> None:
    answer(visitor, mails, answer="dispute", comments="That was another firm.")
    session.refresh(asked)
    asked.university_id = world.ids["organisation_id"][2]
    office = visitor(world.people["office"])
    page = office.get(f"/outcomes/{asked.id}")
    assert page.status == 200
    assert "Settling the dispute" not in page.text or "Your answer" not in page.text
    assert office.post(f"/outcomes/{asked.id}/notes/send", text="Let me in").status == 403
    assert (
        visitor(world.people["other_firm"]).post(f"/outcomes/{asked.id}/notes/send", text="x").status == 404
    )
    assert session.scalar(select(OutcomeNote.id)) is None


def test_the_firm_sees_how_each_link_was_delivered(
    world: World, session: Session, asked: Outcome, visitor: Callable[..., Any], clock: FixedClock, work: Any
) -> None:
    firm = visitor(world.people["firm"])
    url = f"/outcomes/{asked.id}"
    assert "On its way" in firm.get(url).text or "Sent" in firm.get(url).text
    mail = session.scalars(select(MailMessage).where(MailMessage.event == "outcome_confirmation")).one()
    mail.sent_at = mail.finished_at = None
    mail.dead_at = clock.now()
    assert "Could not be delivered" in firm.get(url).text
    clock.advance(days=7, minutes=5)
    work()
    assert firm.get(url).text.count("Mar 2026") >= 4


def test_somebody_who_contributed_may_not_confirm_even_with_a_link(
    world: World, session: Session, asked: Outcome, visitor: Callable[..., Any], mails: Any
) -> None:
    from network.models import OutcomeContributor, User

    link = link_of(mails)
    lead = world.people["lead"]
    assert lead is not None
    session.add(OutcomeContributor(outcome_id=asked.id, user_id=lead.id, role="broker"))
    session.get_one(User, lead.id).email = ADDRESS
    page = visitor().get(link).submit(button="Send your answer", answer="confirm")
    assert page.status == 403
    session.refresh(asked)
    assert asked.status is OutcomeStatus.AWAITING_CONFIRMATION


def test_a_colleague_takes_consent_back_at_once_and_cannot_give_more(
    world: World, session: Session, asked: Outcome, visitor: Callable[..., Any], mails: Any
) -> None:
    answer(visitor, mails, answer="confirm", publish="by_name")
    assert [story.title for story in published_stories(session)] == ["First order"]
    colleague = visitor(world.people["colleague"])
    colleague.get(f"/outcomes/{asked.id}").submit(action="/consent/save", publish="no")
    assert published_stories(session) == []
    raised = colleague.post(f"/outcomes/{asked.id}/consent/save", publish="by_name")
    assert raised.status == 403
    assert session.scalars(select(Confirmation.publish)).one() is PublishConsent.NO


def test_the_firm_gives_what_the_years_came_to_and_the_forecast_stays_beside_it(
    world: World, session: Session, visitor: Callable[..., Any], clock: FixedClock
) -> None:
    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    one = make_outcome(
        session, met, need, status=OutcomeStatus.CONFIRMED, reporter_id=1, happened_on=date(2025, 3, 10),
        currency="USD", rate=Decimal("0.8"), rate_on=date(2025, 3, 10),
    )  # fmt: skip
    session.add(
        OutcomeValue(
            outcome_id=one.id,
            year=1,
            value_type="investment",
            basis="forecast",
            amount=Decimal(1000),
            amount_home=Decimal(800),
        )
    )
    firm = visitor(world.people["firm"])
    url = f"/outcomes/{one.id}"
    assert "What has it come to?" not in firm.get(url).text
    clock.advance(days=10)
    page = firm.get(url)
    wrong = page.submit(action="/actual/save", amount="plenty")
    assert "Give a figure such as 48500." in wrong.text
    wrong.submit(action="/actual/save", amount="750.50")
    assert "What has it come to?" not in firm.get(url).text
    assert firm.post(f"{url}/actual/save", amount="1", version=str(one.version)).status in {409, 422}
    clock.advance(days=365)
    firm.get(url).submit(action="/actual/save", amount="0")
    rows = session.scalars(select(OutcomeValue).order_by(OutcomeValue.basis, OutcomeValue.year)).all()
    assert [(row.basis, row.year, row.value_type, row.amount_home) for row in rows] == [
        ("actual", 1, "investment", Decimal("600.40")),
        ("actual", 2, "investment", Decimal("0.00")),
        ("forecast", 1, "investment", Decimal("800.00")),
    ]
    session.refresh(one)
    assert (one.checked_months, one.status, one.next_action_at) == (24, OutcomeStatus.CONFIRMED, None)


def test_the_contact_puts_a_figure_right_and_it_counts_with_the_claim_beside_it(
    world: World, session: Session, asked: Outcome, visitor: Callable[..., Any], mails: Any, work: Any
) -> None:
    page = visitor().get(link_of(mails))
    assert 'value="48500"' in page.html
    changed = page.submit(button="Send your answer", answer="confirm", value_year_1="4850")
    assert "You changed what was claimed." in changed.text
    wrong = page.submit(button="Send your answer", answer="confirm_with_corrections", value_year_1="lots")
    assert "Give a figure such as 48500." in wrong.text
    unsaid = page.submit(button="Send your answer", answer="confirm_with_corrections")
    assert "Change what is not right above" in unsaid.text
    assert session.scalars(select(Confirmation.id)).all() == []
    page.submit(
        button="Send your answer",
        answer="confirm_with_corrections",
        value_year_1="4,850",
        value_year_2="1000",
        happened_on="2026-02-18",
    )
    session.refresh(asked)
    assert (asked.status, asked.happened_on) == (OutcomeStatus.CONFIRMED, date(2026, 2, 18))
    rows = session.scalars(select(OutcomeValue).order_by(OutcomeValue.year)).all()
    assert [(row.basis, row.year, row.amount_home) for row in rows if row.outcome_id == asked.id] == [
        ("forecast", 1, Decimal("4850.00")),
        ("forecast", 2, Decimal("1000.00")),
    ]
    answered = session.scalars(select(Confirmation)).one()
    assert answered.answer == "corrected"
    assert [(one["what"], one["was"], one["now"]) for one in answered.changes or []] == [
        ("happened_on", "2026-02-20", "2026-02-18"),
        ("value", "48500.00", "4850.00"),
        ("value", None, "1000.00"),
    ]
    work()
    firm = world.people["firm"]
    assert firm is not None
    assert [mail.to_address for mail in mails(event="outcome_corrected")] == [firm.email]
    shown = visitor(firm).get(f"/outcomes/{asked.id}").text
    assert "Claimed" in shown
    assert "£48,500" in shown


def corrected(page: Any, **values: str) -> Any:
    return page.submit(button="Send your answer", answer="confirm_with_corrections", **values)


def test_the_contact_puts_kind_currency_and_words_right_and_all_who_reckon_with_them_follow(
    world: World,
    session: Session,
    asked: Outcome,
    visitor: Callable[..., Any],
    mails: Any,
    work: Any,
    clock: FixedClock,
) -> None:
    session.add_all(
        [
            ExchangeRate(
                currency="USD", rate_on=date(2026, 2, 1), rate=Decimal("0.8"), loaded_at=clock.now()
            ),
            OutcomeValue(
                outcome_id=asked.id, year=1, value_type="sales", basis="actual", amount=400, amount_home=400
            ),
        ]
    )
    page = visitor().get(link_of(mails))
    told = {"kind": "finance_raised", "currency": "USD", "what_happened": "They lent\r\nus money."}
    early = corrected(page, **told, happened_on="2026-01-31")
    assert "We have no exchange rate for USD on that day. Give the value in GBP." in early.text
    assert "They lent\nus money." in early.html
    strange = corrected(page, **{**told, "currency": "XXZ"})
    assert "We have no exchange rate for XXZ" in strange.text
    assert "Give it a short title." in corrected(page, title="").text
    corrected(page, **told)
    session.refresh(asked)
    assert (asked.kind, asked.outcome_class) == (OutcomeKind.FINANCE_RAISED, OutcomeClass.HARD)
    assert (asked.what_happened, asked.currency, asked.rate) == (
        "They lent\nus money.",
        "USD",
        Decimal("0.8"),
    )
    values = session.scalars(
        select(OutcomeValue).where(OutcomeValue.outcome_id == asked.id).order_by(OutcomeValue.basis)
    ).all()
    assert [(one.basis, one.value_type, one.amount, one.amount_home) for one in values] == [
        ("actual", "sales", Decimal(500), Decimal(400)),
        ("forecast", "investment", Decimal(48_500), Decimal(38_800)),
    ]
    work()
    assert (
        "What they changed: what kind of outcome it is, its words"
        in mails(event="outcome_corrected")[-1].text
    )
    refresh_facts(session, clock.now())
    assert session.get_one(OutcomeFact, asked.id).pence == 3_880_000
    shown = visitor(world.people["lead"]).get(f"/outcomes/{asked.id}").text
    for words in ("Export contract", "Finance raised", "They ordered 40 pumps.", "£48,500", "US$48,500"):
        assert words in shown
    asked.anonymous, asked.university_id = True, world.ids["organisation_id"][2]
    unnamed = visitor(world.people["office"]).get(f"/outcomes/{asked.id}").text
    assert ("Finance raised" in unnamed, "pumps" in unnamed) == (True, False)
    firm = visitor(world.people["firm"])
    firm.get(f"/outcomes/{asked.id}/edit").submit(
        button="Save", what_happened="They bought.", contact_name="Kim", contact_email=ADDRESS
    )
    session.refresh(asked)
    assert (asked.status, asked.kind) == (OutcomeStatus.AWAITING_CONFIRMATION, OutcomeKind.FINANCE_RAISED)


def test_a_contact_who_says_that_nothing_came_of_it_says_why_and_it_counts_among_no_results(
    world: World,
    session: Session,
    asked: Outcome,
    visitor: Callable[..., Any],
    mails: Any,
    work: Any,
    clock: FixedClock,
) -> None:
    page = visitor().get(link_of(mails))
    assert "Say in a sentence why nothing came of it." in corrected(page, kind="nothing").text
    corrected(page, kind="nothing", what_happened="The order was cancelled.")
    session.refresh(asked)
    assert (asked.title, asked.none_reason) == ("Nothing came of it", "The order was cancelled.")
    assert (asked.status, asked.value_mode) == (OutcomeStatus.CONFIRMED, ValueMode.CANNOT_SAY)
    assert asked.next_action_at is None
    assert "It is on the record." in visitor(world.people["firm"]).get(f"/outcomes/{asked.id}").text
    assert session.scalars(select(OutcomeValue.id).where(OutcomeValue.outcome_id == asked.id)).all() == []
    work()
    assert "it counts among no results" in mails(event="outcome_corrected")[-1].text
    assert "Thank you for the time you gave" in mails(event="outcome_thanks")[-1].text
    refresh_facts(session, clock.now())
    fact = session.get_one(OutcomeFact, asked.id)
    assert (fact.outcome_class, fact.pence) == ("none", None)


def test_a_dispute_changes_no_figure(
    world: World, session: Session, asked: Outcome, visitor: Callable[..., Any], mails: Any
) -> None:
    answer(visitor, mails, answer="dispute", comments="That was another firm.", value_year_1="1")
    assert session.scalars(
        select(OutcomeValue.amount).where(OutcomeValue.outcome_id == asked.id)
    ).one() == Decimal(48500)
