"""Exchange rates from a file, and outcomes whose beneficiary is not to be named."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from network.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rate_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=18, scale=8), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rates")),
        sa.UniqueConstraint("currency", "rate_on", name=op.f("uq_exchange_rates_currency_rate_on")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anonymous", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.alter_column("anonymous", server_default=None, existing_type=sa.Boolean())


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_column("anonymous")
    op.drop_table("exchange_rates")
