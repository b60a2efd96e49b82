"""Recording in two minutes: the kind first, only what it needs, other currencies, twins, who contributed."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import OutcomeKind, OutcomeStatus, ValueMode
from network.models import ExchangeRate, Introduction, Need, Outcome, OutcomeContributor, OutcomeValue
from network.outcomes.rates import load_rates
from tests.factories import actor_of, make_outcome
from tests.factories.world import World, make_world

RATES = ["currency,date,rate\n", "USD,2026-01-31,0.75\n", "USD,2026-02-28,0.80\n", "AED,2026-02-01,0.2\n"]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def start(world: World, kind: str | None = None) -> str:
    url = f"/introductions/{world.ids['introduction_id'][0]}/outcomes/new"
    return f"{url}?kind={kind}" if kind else url


def told(page: Any, **changes: Any) -> Any:
    values = {
        "happened_on": "2026-02-20",
        "contact_name": "Kim Contact",
        "contact_email": "kim@firm.example",
        **changes,
    }
    return page.submit(button="Report it", **values)


def newest(session: Session) -> Outcome:
    found = session.scalars(select(Outcome).order_by(Outcome.id.desc()).limit(1)).first()
    assert found is not None
    return found


def load(session: Session, world: World, now: Any) -> None:
    load_rates(session, actor_of(session, world.people["administrator"]), RATES, now=now)
    session.commit()


def test_a_firm_chooses_the_kind_first_and_is_asked_only_for_what_it_needs(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    firm = visitor(world.people["firm"])
    first = firm.get(start(world))
    assert first.h1 == "What came of it?"
    soft = first.follow("Market knowledge")
    asked = set(soft.form(button="Report it").values)
    assert "title" in asked
    assert asked.isdisjoint({"value_mode", "currency", "jobs", "none_reason", "other_party"})
    nothing = firm.get(start(world)).follow("Nothing came of it")
    assert set(nothing.form(button="Report it").values).isdisjoint({"title", "what_happened", "value_mode"})
    missing = told(nothing)
    assert "Say in a sentence why nothing came of it." in missing.text
    done = told(missing, none_reason="Certification would take two years.")
    assert done.h1 == "Nothing came of it"
    assert newest(session).kind is OutcomeKind.NOTHING


def test_a_firm_counts_people_hired_and_they_are_no_money(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    page = visitor(world.people["firm"]).get(start(world, "jobs"))
    done = told(page, title="A team for Muscat", what_happened="We hired.", jobs="12")
    assert "People12" in done.text
    assert "£12" not in done.text
    value = session.scalars(select(OutcomeValue)).one()
    assert (value.value_type, value.amount, value.amount_home) == ("jobs", 12, 12)


def test_a_firm_gives_a_value_in_dollars_and_the_rate_of_the_day_stays_with_it(
    world: World, session: Session, visitor: Callable[..., Any], clock: Any
) -> None:
    load(session, world, clock.now())
    page = visitor(world.people["firm"]).get(start(world, "export_contract"))
    done = told(
        page,
        title="Pumps",
        what_happened="They ordered.",
        value_mode="exact",
        currency="USD",
        value_year_1="1,000.10",
        value_year_3="5",
    )
    assert "1 USD = 0.75 GBP on 31 Jan 2026" in done.text
    rows = session.scalars(select(OutcomeValue).order_by(OutcomeValue.year)).all()
    assert [(one.year, one.amount, one.amount_home) for one in rows] == [
        (1, Decimal("1000.10"), Decimal("750.08")),
        (3, Decimal("5.00"), Decimal("3.75")),
    ]
    outcome = newest(session)
    again = ["currency,date,rate\n", "USD,2026-01-31,0.5\n"]
    load_rates(session, actor_of(session, world.people["administrator"]), again, now=clock.now())
    session.refresh(outcome)
    assert (outcome.rate, outcome.currency) == (Decimal("0.75"), "USD")


def test_a_value_on_a_day_before_all_rates_is_refused_at_the_currency(
    world: World, session: Session, visitor: Callable[..., Any], clock: Any
) -> None:
    load(session, world, clock.now())
    page = visitor(world.people["firm"]).get(start(world, "export_contract"))
    back = told(
        page, title="Pumps", what_happened="They ordered.", value_mode="exact", currency="USD",
        value_year_1="10", happened_on="2025-12-01",
    )  # fmt: skip
    assert "We have no exchange rate for USD on that day." in back.text


def test_a_firm_that_tells_the_same_twice_is_warned_and_may_say_it_is_another(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    firm = visitor(world.people["firm"])
    same = {
        "title": "Order",
        "what_happened": "They ordered.",
        "value_mode": "exact",
        "value_year_1": "48500.10",
    }
    told(firm.get(start(world, "export_contract")), **same)
    warned = told(firm.get(start(world, "export_contract")), **{**same, "happened_on": "2026-01-05"})
    assert "stands already" in warned.text
    assert len(session.scalars(select(Outcome)).all()) == 2
    told(firm.get(start(world, "export_contract")), **{**same, "value_year_1": "48500.11"})
    assert len(session.scalars(select(Outcome)).all()) == 3
    done = warned.submit(button="Report it", is_another="y")
    assert done.h1 == "Order"
    assert len(session.scalars(select(Outcome)).all()) == 4


def test_a_university_counts_an_anonymous_outcome_without_learning_whose_it_is(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    one = make_outcome(
        session, met, need, reporter_id=1, anonymous=True, title="Valves for Northfield",
        university_id=world.ids["organisation_id"][2], status=OutcomeStatus.CONFIRMED,
    )  # fmt: skip
    office = visitor(world.people["office"])
    for url in ("/outcomes", f"/outcomes/{one.id}"):
        page = office.get(url)
        assert "asked not to be named" in page.text
        assert "Northfield" not in page.html
    assert "Valves for Northfield" in visitor(world.people["lead"]).get(f"/outcomes/{one.id}").text


def test_the_firm_says_who_contributed_and_nobody_without_a_part_in_it_slips_in(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    url = f"/outcomes/{world.ids['outcome_id'][0]}"
    helper, lead = world.people["volunteer"], world.people["lead"]
    assert helper is not None
    assert lead is not None
    firm = visitor(world.people["firm"])
    done = firm.get(url).submit(
        button="Save who contributed", **{f"role-{helper.id}": "volunteer", f"role-{lead.id}": "broker"}
    )
    assert done.status == 200
    rows = session.scalars(select(OutcomeContributor)).all()
    assert {(one.user_id, one.role) for one in rows} == {(helper.id, "volunteer"), (lead.id, "broker")}
    stranger = world.people["other_firm"]
    outcome = session.get_one(Outcome, world.ids["outcome_id"][0])
    forged = firm.post(
        f"{url}/contributors/save", version=str(outcome.version), **{f"role-{stranger.id}": "adviser"}
    )  # type: ignore[union-attr]
    assert forged.status == 422
    assert visitor(helper).post(f"{url}/contributors/save", version=str(outcome.version)).status == 403


def test_an_administrator_loads_rates_and_reads_which_lines_were_not_taken(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    ada = visitor(world.people["administrator"])
    page = ada.get("/admin/rates")
    assert "No rates yet" in page.text
    lines = [*RATES, "XXQ,2026-02-01,1\n", "USD,yesterday,1\n", "USD,2026-02-03,-1\n", "GBP,2026-02-03,1\n"]
    file = (io.BytesIO("".join(lines).encode()), "rates.csv")
    back = ada.request("post", "/admin/rates", data={"file": file, "csrf_token": ada.token()})
    assert "Line 5: the currency is not three letters" in back.text
    assert "Line 8: this is the network's own currency" in back.text
    assert len(session.scalars(select(ExchangeRate)).all()) == 3
    wrong = (io.BytesIO(b"a,b\n1,2\n"), "rates.csv")
    refused = ada.request("post", "/admin/rates", data={"file": wrong, "csrf_token": ada.token()})
    assert "needs the columns currency, date and rate" in refused.text
    assert visitor(world.people["staff"]).get("/admin/rates").status == 403


def test_the_command_loads_the_same_file_twice_without_doubling(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("".join(RATES), encoding="utf-8")
    session.commit()
    run = app.test_cli_runner()
    assert "3 new, 0 changed" in run.invoke(args=["rates", "load", str(file)]).output
    assert "0 new, 0 changed, 3 known" in run.invoke(args=["rates", "load", str(file)]).output


def test_an_outcome_may_be_given_another_kind_later(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    one = make_outcome(
        session, met, need, status=OutcomeStatus.DRAFT, reporter_id=world.people["firm"].id,  # type: ignore[union-attr]
        value_mode=ValueMode.BAND, value_band="10k_50k",
    )  # fmt: skip
    firm = visitor(world.people["firm"])
    chosen = firm.get(f"/outcomes/{one.id}/edit").follow("It was something else").follow("Contact gained")
    chosen.submit(button="Save", contact_name="Kim", contact_email="kim@firm.example")
    session.refresh(one)
    assert (one.kind, one.value_mode, one.value_band) == (
        OutcomeKind.CONTACT_GAINED,
        ValueMode.CANNOT_SAY,
        None,
    )


def test_a_firm_of_one_person_saves_a_draft_without_a_contact_and_signs_for_it(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    firm = visitor(world.people["firm"])
    page = firm.get(start(world, "market_knowledge"))
    assert "If there is nobody but you, save it as a draft" in page.text
    words = {"title": "How approval works", "what_happened": "An hour.", "happened_on": "2026-02-20"}
    nobody = {"contact_name": "", "contact_email": ""}
    assert "Name somebody who can confirm it." in page.submit(button="Report it", **words, **nobody).text
    page = page.submit(button="Save as a draft", **words, **nobody)
    assert newest(session).status is OutcomeStatus.DRAFT
    signed = page.submit(button="I sign for it")
    assert newest(session).declared_at is not None, signed.text
