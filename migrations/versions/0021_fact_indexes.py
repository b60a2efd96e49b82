"""Ways to the facts of one market, sector or home place."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES, COLUMNS = ("need_facts", "outcome_facts"), ("market", "sector", "home_place")


def upgrade() -> None:
    """Make the indexes."""
    for table in TABLES:
        for column in COLUMNS:
            op.create_index(f"ix_{table}_{column}_month", table, [column, "month"])


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        for column in COLUMNS:
            op.drop_index(f"ix_{table}_{column}_month", table_name=table)
