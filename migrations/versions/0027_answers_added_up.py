"""How offers were answered, added up by month; and parts in outcomes that a sum finds in one place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; the worker makes all facts anew and fills it."""
    with op.batch_alter_table("need_facts", schema=None) as batch_op:
        for name in ("answers", "asked_whom"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("need_facts", schema=None) as batch_op:
        for name in ("answers", "asked_whom"):
            batch_op.alter_column(name, server_default=None, existing_type=sa.String())
    op.create_table(
        "answer_cells",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(code, sa.String(), nullable=False) for code in ("cube", "a", "b")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("counts", "days", "whom")),
        sa.PrimaryKeyConstraint("month", "cube", "a", "b", name=op.f("pk_answer_cells")),
    )
    op.create_index("ix_answer_cells_cube_b_month", "answer_cells", ["cube", "b", "month"])
    op.add_column("outcome_shares", sa.Column("month", sa.Integer(), nullable=True))
    shares = sa.table("outcome_shares", sa.column("outcome_id"), sa.column("month"))
    facts = sa.table(
        "outcome_facts",
        *(sa.column(name) for name in ("outcome_id", "counted", "outcome_class", "month")),
    )
    counted = sa.select(facts.c.month).where(
        facts.c.outcome_id == shares.c.outcome_id,
        facts.c.counted == "confirmed",
        facts.c.outcome_class != "none",
    )
    op.execute(shares.update().values(month=counted.scalar_subquery()))
    op.drop_index("ix_outcome_shares_dimension_code", table_name="outcome_shares")
    op.create_index(
        "ix_outcome_shares_sums", "outcome_shares", ["dimension", "code", "month", "units", "pence"]
    )
    # The daily work begins at once; the months of answers that were kept until now are not read any more.
    states = sa.table("report_states", sa.column("name", sa.String()))
    op.execute(states.delete().where(sa.or_(states.c.name == "rebuild", states.c.name.like("answers %"))))


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_outcome_shares_sums", table_name="outcome_shares")
    op.create_index("ix_outcome_shares_dimension_code", "outcome_shares", ["dimension", "code"])
    with op.batch_alter_table("outcome_shares", schema=None) as batch_op:
        batch_op.drop_column("month")
    op.drop_table("answer_cells")
    with op.batch_alter_table("need_facts", schema=None) as batch_op:
        for name in ("answers", "asked_whom"):
            batch_op.drop_column(name)
