"""The public results: open data in two forms, pictures for other sites, and quarters that give nobody away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.states import OutcomeStatus
from network.measures.figures import count_headline, funnel, headline, public_funnel
from network.measures.snapshots import all_snapshots, make_snapshot, rounded
from network.models import Introduction, Need, OutcomeValue
from tests.factories import make_outcome
from tests.factories.world import World, make_world

Q1, Q2, Q3 = (datetime(2026, month, 2, 9, tzinfo=UTC) for month in (4, 7, 10))


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def confirm(
    session: Session, world: World, number: int, before: datetime, market: str = "AE", worth: int = 0
) -> None:
    need = session.get_one(Need, world.ids["need_id"][0])
    met = session.get_one(Introduction, world.ids["introduction_id"][0])
    for _ in range(number):
        one = make_outcome(
            session, met, need, status=OutcomeStatus.CONFIRMED, market=market,
            first_confirmed_at=before - timedelta(days=20), value_mode="exact" if worth else "cannot_say",
        )  # fmt: skip
        if worth:
            session.add(
                OutcomeValue(
                    outcome_id=one.id,
                    year=1,
                    value_type="sales",
                    basis="forecast",
                    amount=worth,
                    amount_home=worth,
                )
            )
    session.flush()


def test_two_more_in_a_quarter_move_no_row_and_no_value_of_the_public_tables(
    session: Session, world: World
) -> None:
    confirm(session, world, 6, Q1, worth=10_000)
    confirm(session, world, 8, Q1, "OM")
    assert make_snapshot(session, Q1)
    confirm(session, world, 2, Q2, worth=1_234_567)
    assert make_snapshot(session, Q2)
    first, second = (one.content for one in all_snapshots(session))
    assert first["market"] == second["market"] == [["OM", 8], ["AE", 6]]
    assert first["value"] == second["value"]
    assert first["value"]["total"] == "60000"
    confirm(session, world, 3, Q3, worth=1_234_567)
    confirm(session, world, 5, Q3, "OM")
    assert make_snapshot(session, Q3)
    third = all_snapshots(session)[-1].content
    assert third["market"] == [["OM", 13], ["AE", 11]]
    assert third["value"]["total"] == "6230000"


def test_a_market_with_one_outcome_cannot_be_had_by_subtraction(
    session: Session, world: World, visitor: Callable[..., Any]
) -> None:
    confirm(session, world, 20, Q1)
    confirm(session, world, 7, Q1, "OM")
    confirm(session, world, 1, Q1, "QA")
    make_snapshot(session, Q1)
    page = visitor().get("/impact")
    assert "Not shown apart" in page.text
    assert "Qatar" not in page.text
    lines = visitor().get("/impact/data.csv").response.get_data(as_text=True).splitlines()
    assert "2026-Q1,market,AE,United Arab Emirates,20" in lines
    assert "2026-Q1,market,rest,not shown apart,8" in lines
    assert not [line for line in lines if "Oman" in line or "Qatar" in line]


def test_the_data_says_its_version_its_licence_and_what_each_figure_means(
    session: Session, world: World, visitor: Callable[..., Any]
) -> None:
    confirm(session, world, 9, Q1, worth=1000)
    make_snapshot(session, Q1)
    session.commit()
    data = visitor().get("/impact/data.json").response.get_json()
    assert (data["version"], data["licence"]) == (2, "CC BY 4.0")
    known = {(row["table"], row["code"]) for row in data["dictionary"]}
    unsaid = [row for row in data["rows"] if not {(row["table"], row["code"]), (row["table"], "*")} & known]
    assert unsaid == []
    text = visitor().get("/impact/dictionary.csv").response.get_data(as_text=True).lstrip("\ufeff")
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(data["dictionary"])


def test_another_site_may_show_a_figure(session: Session, world: World, visitor: Callable[..., Any]) -> None:
    confirm(session, world, 2, Q1)
    picture = visitor().get("/impact/figures/confirmed.svg")
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert ">2</text>" in picture.response.get_data(as_text=True)
    assert visitor().get("/impact/figures/pending.svg").status == 404


def test_a_large_network_shows_what_its_worker_counted_and_when(
    session: Session,
    world: World,
    visitor: Callable[..., Any],
    work: Callable[[], int],
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("network.measures.jobs.LARGE", 1)
    confirm(session, world, 2, Q1)
    work()
    confirm(session, world, 1, Q1)
    text = visitor().get("/impact").text
    assert "Counted at Monday 2 March" in text
    assert "2 outcomes confirmed" in text.replace("2outcomes", "2 outcomes")
    clock.advance(minutes=5)
    work()
    # Made of what is added up already, it says the same as counting.
    assert public_funnel(session) == funnel(session)
    assert replace(headline(session), as_of=None) == count_headline(session)


def test_money_is_rounded_to_three_figures() -> None:
    from decimal import Decimal

    assert [rounded(Decimal(one)) for one in ("1234567", "99950", "12", "0")] == [1_230_000, 100_000, 12, 0]
