"""Facts added up by month, so that a report of a large network reads some hundred rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0023"
branch_labels = None
depends_on = None

STAGES = ("asked", "offered", "accepted", "introduced", "met", "outcome", "confirmed")
LARGE = (
    "total", "low", "high", "jobs", "forecast_12", "actual_12", "forecast_24", "actual_24",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables; the worker makes all facts anew and fills them."""
    with op.batch_alter_table("need_facts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("helps", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("need_facts", schema=None) as batch_op:
        batch_op.alter_column("helps", server_default=None, existing_type=sa.String())
    op.create_index("ix_outcome_facts_need_id", "outcome_facts", ["need_id"])
    _cells(
        "need_cells",
        ("cube", "a", "b"),
        *(sa.Column(stage, sa.Integer(), nullable=False) for stage in STAGES),
        sa.Column("days", sa.JSON(), nullable=False),
    )
    _cells(
        "outcome_cells",
        ("counted", "cube", "a", "b"),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in LARGE),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("new_markets", "checked_12", "checked_24")
        ),
        sa.Column("pence", sa.JSON(), nullable=False),
    )
    op.create_table(
        "stale_months",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_months")),
    )
    # The daily work begins at once, as on a network that never had it.
    states = sa.table("report_states", sa.column("name", sa.String()))
    op.execute(states.delete().where(states.c.name == "rebuild"))


def _cells(name: str, codes: tuple[str, ...], *columns: sa.Column[int]) -> None:
    op.create_table(
        name,
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(code, sa.String(), nullable=False) for code in codes),
        *columns,
        sa.PrimaryKeyConstraint("month", *codes, name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_cube_b_month", name, ["cube", "b", "month"])


def downgrade() -> None:
    """Drop them."""
    for name in ("stale_months", "outcome_cells", "need_cells"):
        op.drop_table(name)
    op.drop_index("ix_outcome_facts_need_id", table_name="outcome_facts")
    with op.batch_alter_table("need_facts", schema=None) as batch_op:
        batch_op.drop_column("helps")
