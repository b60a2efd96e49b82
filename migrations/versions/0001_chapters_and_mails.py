"""The tables from chapters to mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import network.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "chapters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("holidays", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "forming",
                "active",
                "dormant",
                "closed",
                "merged_into",
                name="chapterstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_action_by", sa.String(), nullable=True),
        sa.Column("next_action_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_since", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["chapters.id"], name=op.f("fk_chapters_successor_id_chapters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapters")),
        sa.UniqueConstraint("name", name=op.f("uq_chapters_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_chapters_slug")),
    )
    with op.batch_alter_table("chapters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chapters_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_chapters_state"), ["state"], unique=False)
    op.create_table(
        "do_not_ask",
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_do_not_ask")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("company", "university", "agency", name="organisationkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("home_place", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=True),
        sa.Column("export_experience", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "unverified",
                "eligible",
                "refused",
                "suspended",
                "merged_into",
                name="organisationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=True),
        sa.Column("checked_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recheck_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_action_by", sa.String(), nullable=True),
        sa.Column("next_action_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("state_since", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["organisations.id"],
            name=op.f("fk_organisations_merged_into_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("registration_number", name=op.f("uq_organisations_registration_number")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_home_place"), ["home_place"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_next_action_at"), ["next_action_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_state"), ["state"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dead_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_dead_at"), ["dead_at"], unique=False)
        batch_op.create_index("ix_outbox_open", ["finished_at", "due_at"], unique=False)
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("started_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_periodic_runs")),
    )
    op.create_table(
        "public_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("until", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_snapshots")),
        sa.UniqueConstraint("quarter", name=op.f("uq_public_snapshots_quarter")),
    )
    op.create_table(
        "rate_counts",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("window_start", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "subject", "window_start", name=op.f("pk_rate_counts")),
    )
    op.create_table(
        "unmet_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("help_type", sa.String(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_searches")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("email_verified_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("code_accepted_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("terms_accepted_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("mail_off", sa.String(), nullable=False),
        sa.Column("mail_bounced_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("trusted_requester", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["users.id"], name=op.f("fk_users_merged_into_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "mail", "cli", "clock", "import", name="channel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_subject", ["subject", "subject_id"], unique=False)
    op.create_table(
        "chapter_leads",
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["chapters.id"],
            name=op.f("fk_chapter_leads_chapter_id_chapters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_chapter_leads_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chapter_id", "user_id", name=op.f("pk_chapter_leads")),
    )
    with op.batch_alter_table("chapter_leads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chapter_leads_user_id"), ["user_id"], unique=False)
    op.create_table(
        "chapter_markets",
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["chapters.id"],
            name=op.f("fk_chapter_markets_chapter_id_chapters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("chapter_id", "market", name=op.f("pk_chapter_markets")),
    )
    with op.batch_alter_table("chapter_markets", schema=None) as batch_op:
        batch_op.create_index("ix_chapter_markets_market", ["market"], unique=False)
    op.create_table(
        "chapter_sectors",
        sa.Column("chapter_id", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["chapters.id"],
            name=op.f("fk_chapter_sectors_chapter_id_chapters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("chapter_id", "sector", name=op.f("pk_chapter_sectors")),
    )
    op.create_table(
        "form_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_form_drafts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_drafts")),
        sa.UniqueConstraint("user_id", "form", name=op.f("uq_form_drafts_user_id_form")),
    )
    op.create_table(
        "link_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("used_acts", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_link_tokens_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_tokens_token_hash")),
    )
    with op.batch_alter_table("link_tokens", schema=None) as batch_op:
        batch_op.create_index("ix_link_tokens_subject", ["purpose", "subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_link_tokens_user_id"), ["user_id"], unique=False)
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(), nullable=True),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("unsubscribe_url", sa.String(), nullable=True),
        sa.Column("created_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", network.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dead_at", network.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mails_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_mails_dedupe_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mails_message_id")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_dead_at"), ["dead_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_event"), ["event"], unique=False)
        batch_op.create_index("ix_mails_open", ["finished_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("mails")
    op.drop_table("link_tokens")
    op.drop_table("form_drafts")
    op.drop_table("chapter_sectors")
    op.drop_table("chapter_markets")
    op.drop_table("chapter_leads")
    op.drop_table("audit_entries")
    op.drop_table("users")
    op.drop_table("unmet_searches")
    op.drop_table("rate_counts")
    op.drop_table("public_snapshots")
    op.drop_table("periodic_runs")
    op.drop_table("outbox")
    op.drop_table("organisations")
    op.drop_table("do_not_ask")
    op.drop_table("chapters")
