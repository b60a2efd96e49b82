"""Facts for reports: one narrow row for each need and outcome, made by the worker out of what was recorded.

Nothing here is typed by anybody but the figures from outside (`report_inputs`); the rest can be made again at any time.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.db import Base


class NeedFact(Base):
    """How far one need came. Months are year * 100 + month; `*_days` count from asking, empty where not reached."""

    __tablename__ = "need_facts"
    __table_args__ = (
        Index("ix_need_facts_month", "month"),
        Index("ix_need_facts_chapter_id_month", "chapter_id", "month"),
        Index("ix_need_facts_university_id_month", "university_id", "month"),
        # For what no cells answer: two or more chosen values and a dimension.
        Index("ix_need_facts_market_month", "market", "month"),
        Index("ix_need_facts_sector_month", "sector", "month"),
        Index("ix_need_facts_home_place_month", "home_place", "month"),
    )

    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[int]
    market: Mapped[str]
    sector: Mapped[str]
    chapter_id: Mapped[int | None]
    # The university that asked, where one did.
    university_id: Mapped[int | None]
    organisation_id: Mapped[int]
    home_place: Mapped[str]
    size: Mapped[str]
    # The kinds of help asked for, sorted, with spaces between.
    helps: Mapped[str]
    # How its offers were answered ("no:3 passed waiting"), after how many whole days where somebody answered.
    answers: Mapped[str]
    # Up to five volunteers who were asked: fewer than five tell of a person.
    asked_whom: Mapped[str]
    offered_days: Mapped[int | None]
    accepted_days: Mapped[int | None]
    introduced_days: Mapped[int | None]
    met_days: Mapped[int | None]
    outcome_days: Mapped[int | None]
    confirmed_days: Mapped[int | None]


class OutcomeFact(Base):
    """One outcome as it is counted: in which group, in which month, and for what, in pence of the network's currency.

    `low` and `high` are the attributable range in hundredths of a penny, so that sums are exact.
    """

    __tablename__ = "outcome_facts"
    __table_args__ = (
        Index("ix_outcome_facts_counted_month", "counted", "month"),
        Index("ix_outcome_facts_chapter_id_month", "chapter_id", "month"),
        Index("ix_outcome_facts_university_id_month", "university_id", "month"),
        # For what no cells answer: two or more chosen values and a dimension.
        Index("ix_outcome_facts_market_month", "market", "month"),
        Index("ix_outcome_facts_sector_month", "sector", "month"),
        Index("ix_outcome_facts_home_place_month", "home_place", "month"),
        Index("ix_outcome_facts_need_id", "need_id"),
    )

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True)
    need_id: Mapped[int]
    # "confirmed", "corroborated", "pending" or "disputed"
    counted: Mapped[str]
    outcome_class: Mapped[str]
    kind: Mapped[str]
    # Of the first confirmation, else of the report.
    month: Mapped[int]
    market: Mapped[str]
    sector: Mapped[str]
    chapter_id: Mapped[int | None]
    university_id: Mapped[int | None]
    organisation_id: Mapped[int]
    home_place: Mapped[str]
    size: Mapped[str]
    pence: Mapped[int | None] = mapped_column(BigInteger)
    low: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)
    jobs: Mapped[int]
    new_market: Mapped[bool]
    # Forecast and actual of year 1, and of years 1 and 2, of those that were checked.
    forecast_12: Mapped[int | None] = mapped_column(BigInteger)
    actual_12: Mapped[int | None] = mapped_column(BigInteger)
    forecast_24: Mapped[int | None] = mapped_column(BigInteger)
    actual_24: Mapped[int | None] = mapped_column(BigInteger)


class NeedCell(Base):
    """The needs of one month added up: of all, by each dimension, and by each two of them.

    `cube` names the dimensions with a space between, `a` and `b` are their values; nothing where there is none, "none"
    where the value is. A page reads some hundred of these where it would read every fact.
    """

    __tablename__ = "need_cells"
    __table_args__ = (Index("ix_need_cells_cube_b_month", "cube", "b", "month"),)

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cube: Mapped[str] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[int]
    offered: Mapped[int]
    accepted: Mapped[int]
    introduced: Mapped[int]
    met: Mapped[int]
    outcome: Mapped[int]
    confirmed: Mapped[int]
    # For each stage after asking: after how many days and how many needs, by turns.
    days: Mapped[list[Any]] = mapped_column(JSON)


class AnswerCell(Base):
    """How the offers of one month's needs were answered, by chapter, and by chapter and another dimension."""

    __tablename__ = "answer_cells"
    __table_args__ = (Index("ix_answer_cells_cube_b_month", "cube", "b", "month"),)

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cube: Mapped[str] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(primary_key=True)
    # How many answers there are of each kind.
    counts: Mapped[list[int]] = mapped_column(JSON)
    # How many needs have one of each kind: a need may have several.
    needs: Mapped[list[int]] = mapped_column(JSON)
    # After how many days and how many answers, by turns.
    days: Mapped[list[int]] = mapped_column(JSON)
    # Up to five volunteers who were asked.
    whom: Mapped[list[int]] = mapped_column(JSON)


class OutcomeCell(Base):
    """The results of one month and group added up, as in `NeedCell`; every value is kept, so that medians are exact."""

    __tablename__ = "outcome_cells"
    __table_args__ = (Index("ix_outcome_cells_cube_b_month", "cube", "b", "month"),)

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted: Mapped[str] = mapped_column(primary_key=True)
    cube: Mapped[str] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    low: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)
    jobs: Mapped[int] = mapped_column(BigInteger)
    new_markets: Mapped[int]
    checked_12: Mapped[int]
    forecast_12: Mapped[int] = mapped_column(BigInteger)
    actual_12: Mapped[int] = mapped_column(BigInteger)
    checked_24: Mapped[int]
    forecast_24: Mapped[int] = mapped_column(BigInteger)
    actual_24: Mapped[int] = mapped_column(BigInteger)
    # In pence, the smallest first, of those that name one.
    pence: Mapped[list[int]] = mapped_column(JSON)


class StaleMonth(Base):
    """A month whose facts have changed since its cells were made; it may stand here more than once."""

    __tablename__ = "stale_months"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]


class OutcomeShare(Base):
    """Who has which share of an outcome: `units` of 27,720 and their pence, which add up to the whole."""

    __tablename__ = "outcome_shares"
    # All that a sum over everything reads, so that it reads nothing else.
    __table_args__ = (Index("ix_outcome_shares_sums", "dimension", "code", "month", "units", "pence"),)

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True)
    # "volunteer" or "university"; the code is the id of the row, nought for none.
    dimension: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[int] = mapped_column(primary_key=True)
    # That in which the outcome counts as a confirmed result; empty for the others.
    month: Mapped[int | None]
    units: Mapped[int]
    pence: Mapped[int] = mapped_column(BigInteger)


class SupplyFact(Base):
    """Findable volunteers who know a market and a sector, and how many requests they take in a month."""

    __tablename__ = "supply_facts"

    market: Mapped[str] = mapped_column(primary_key=True)
    sector: Mapped[str] = mapped_column(primary_key=True)
    volunteers: Mapped[int]
    capacity: Mapped[int]


class ReportState(Base):
    """When something was made, and what it was where it is small: "facts", "public", the "rebuild" under way."""

    __tablename__ = "report_states"

    name: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReportInput(Base):
    """A figure from outside: what the network cost, how many firms a place has, a target, another network's figure."""

    __tablename__ = "report_inputs"
    __table_args__ = (UniqueConstraint("kind", "code", "place", "source", "from_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # "cost", "firms", "target" or "benchmark"
    kind: Mapped[str]
    # The indicator, or what the money was for.
    code: Mapped[str]
    # An official code, or empty for the whole network.
    place: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(16, 2, asdecimal=True))
    source: Mapped[str]
    loaded_at: Mapped[datetime]
