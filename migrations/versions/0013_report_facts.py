"""Facts for reports, and figures from outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from network.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _needs()
    _outcomes()
    op.create_table(
        "outcome_shares",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_outcome_shares_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("outcome_id", "dimension", "code", name=op.f("pk_outcome_shares")),
    )
    op.create_index("ix_outcome_shares_dimension_code", "outcome_shares", ["dimension", "code"])
    op.create_table(
        "supply_facts",
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("volunteers", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("market", "sector", name=op.f("pk_supply_facts")),
    )
    op.create_table(
        "report_states",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_report_states")),
    )
    op.create_table(
        "report_inputs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_inputs")),
        sa.UniqueConstraint(
            "kind",
            "code",
            "place",
            "source",
            "from_on",
            name=op.f("uq_report_inputs_kind_code_place_source_from_on"),
        ),
    )


def _needs() -> None:
    op.create_table(
        "need_facts",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=True),
        sa.Column("university_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("home_place", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        *(
            sa.Column(f"{stage}_days", sa.Integer(), nullable=True)
            for stage in ("offered", "accepted", "introduced", "met", "outcome", "confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["needs.id"], name=op.f("fk_need_facts_need_id_needs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", name=op.f("pk_need_facts")),
    )
    op.create_index("ix_need_facts_month", "need_facts", ["month"])
    op.create_index("ix_need_facts_chapter_id_month", "need_facts", ["chapter_id", "month"])
    op.create_index("ix_need_facts_university_id_month", "need_facts", ["university_id", "month"])


def _outcomes() -> None:
    op.create_table(
        "outcome_facts",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.String(), nullable=False),
        sa.Column("outcome_class", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("chapter_id", sa.Integer(), nullable=True),
        sa.Column("university_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("home_place", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=True),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("new_market", sa.Boolean(), nullable=False),
        sa.Column("forecast_12", sa.BigInteger(), nullable=True),
        sa.Column("actual_12", sa.BigInteger(), nullable=True),
        sa.Column("forecast_24", sa.BigInteger(), nullable=True),
        sa.Column("actual_24", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["outcomes.id"],
            name=op.f("fk_outcome_facts_outcome_id_outcomes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_outcome_facts")),
    )
    op.create_index("ix_outcome_facts_counted_month", "outcome_facts", ["counted", "month"])
    op.create_index("ix_outcome_facts_chapter_id_month", "outcome_facts", ["chapter_id", "month"])
    op.create_index("ix_outcome_facts_university_id_month", "outcome_facts", ["university_id", "month"])


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "report_inputs",
        "report_states",
        "supply_facts",
        "outcome_shares",
        "outcome_facts",
        "need_facts",
    ):
        op.drop_table(name)
