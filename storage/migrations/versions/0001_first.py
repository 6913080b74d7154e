"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out, not imported: what a migration makes must never change with the program.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BIG = sa.BigInteger()
TEXT = sa.Text()
HASH = sa.LargeBinary(16)
JSON = sa.JSON()
UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "guild",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("channel", BIG, nullable=True),
        sa.Column("lang", TEXT, nullable=False),
        sa.Column("timezone", TEXT, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("joined_at", UTC_TIME, nullable=False),
        sa.Column("left_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_guild"),
    )
    op.create_table(
        "meta",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("lang", TEXT, nullable=True),
        sa.Column("options", JSON, nullable=False),
        sa.Column("every", sa.Float(), nullable=True),
        sa.Column("lookback", sa.Float(), nullable=True),
        sa.Column("in_file", sa.Boolean(), nullable=False),
        sa.Column("commanded", JSON, nullable=False),
        sa.Column("paused", TEXT, nullable=True),
        sa.Column("cursor", JSON, nullable=False),
        sa.Column("rhythm", JSON, nullable=False),
        sa.Column("first_polled_at", UTC_TIME, nullable=True),
        sa.Column("polled_at", UTC_TIME, nullable=True),
        sa.Column("changed_at", UTC_TIME, nullable=True),
        sa.Column("next_poll_at", UTC_TIME, nullable=False),
        sa.Column("not_before", UTC_TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("kind", "url", name="uq_source_kind_url"),
    )
    op.create_index("ix_source_next_poll_at", "source", ["next_poll_at"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", KEY, nullable=False),
        sa.Column("first_seen", UTC_TIME, nullable=False),
        sa.Column("last_seen", UTC_TIME, nullable=False),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("lang", TEXT, nullable=True),
        sa.Column("langs", JSON, nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("actions", JSON, nullable=False),
        sa.Column("urls", JSON, nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )
    op.create_index("ix_story_last_seen", "story", ["last_seen"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("who", BIG, nullable=True),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("what", JSON, nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guild.id"], name="fk_audit_guild_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_guild_id_at", "audit", ["guild_id", "at"], unique=False)
    op.create_table(
        "channel_state",
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("channel", BIG, nullable=False),
        sa.Column("paused", TEXT, nullable=True),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guild.id"], name="fk_channel_state_guild_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "channel", name="pk_channel_state"),
    )
    op.create_table(
        "event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("who", JSON, nullable=False),
        sa.Column("what", JSON, nullable=False),
        sa.Column("channel", BIG, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("since", UTC_TIME, nullable=True),
        sa.Column("expected", UTC_TIME, nullable=True),
        sa.Column("precision", TEXT, nullable=True),
        sa.Column("in_file", sa.Boolean(), nullable=False),
        sa.Column("commanded", JSON, nullable=False),
        sa.Column("paused", TEXT, nullable=True),
        sa.Column("primed_at", UTC_TIME, nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guild.id"], name="fk_event_guild_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("guild_id", "key", name="uq_event_guild_id_key"),
    )
    op.create_table(
        "post",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("guid", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("canonical_url", TEXT, nullable=True),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=True),
        sa.Column("lang", TEXT, nullable=True),
        sa.Column("published", UTC_TIME, nullable=True),
        sa.Column("first_seen", UTC_TIME, nullable=False),
        sa.Column("seen_at", UTC_TIME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_post_source_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
    )
    op.create_index("ix_post_canonical_url", "post", ["canonical_url"], unique=False)
    op.create_index("ix_post_first_seen", "post", ["first_seen"], unique=False)
    op.create_index("ix_post_source_id", "post", ["source_id"], unique=False)
    op.create_table(
        "story_term",
        sa.Column("term", TEXT, nullable=False),
        sa.Column("story_id", KEY, nullable=False),
        sa.Column("last_seen", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name="fk_story_term_story_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term", "story_id", name="pk_story_term"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_term_recent", "story_term", ["term", "last_seen"], unique=False)
    op.create_index("ix_story_term_story_id", "story_term", ["story_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("since", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guild.id"], name="fk_subscription_guild_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name="fk_subscription_source_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "source_id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_source_id", "subscription", ["source_id"], unique=False)
    op.create_table(
        "watch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("channel", BIG, nullable=True),
        sa.Column("min_sources", sa.Integer(), nullable=False),
        sa.Column("statuses", JSON, nullable=False),
        sa.Column("trust", JSON, nullable=False),
        sa.Column("leave_out", JSON, nullable=False),
        sa.Column("in_file", sa.Boolean(), nullable=False),
        sa.Column("commanded", JSON, nullable=False),
        sa.Column("paused", TEXT, nullable=True),
        sa.Column("primed_at", UTC_TIME, nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guild.id"], name="fk_watch_guild_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
        sa.UniqueConstraint("guild_id", "name", name="uq_watch_guild_id_name"),
    )
    op.create_table(
        "alert",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("channel", BIG, nullable=False),
        sa.Column("story_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=True),
        sa.Column("watches", JSON, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_alert_event_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["guild_id"], ["guild.id"], name="fk_alert_guild_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_alert_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("guild_id", "channel", "story_id", name="uq_alert_guild_id_channel_story_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_story_id", "alert", ["story_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("story_id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_evidence_post_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_evidence_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("story_id", "post_id", "revision", name="pk_evidence"),
    )
    op.create_index("ix_evidence_post_id", "evidence", ["post_id"], unique=False)
    op.create_table(
        "identity",
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("guid_hash", HASH, nullable=False),
        sa.Column("content_hash", HASH, nullable=False),
        sa.Column("post_id", KEY, nullable=True),
        sa.Column("last_seen", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_identity_post_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name="fk_identity_source_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "guid_hash", name="pk_identity"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_last_seen", "identity", ["last_seen"], unique=False)
    op.create_index("ix_identity_post_id", "identity", ["post_id"], unique=False)
    op.create_table(
        "link",
        sa.Column("story_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("expected", UTC_TIME, nullable=True),
        sa.Column("precision", TEXT, nullable=True),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("before_status", TEXT, nullable=True),
        sa.Column("before_expected", UTC_TIME, nullable=True),
        sa.Column("before_precision", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_link_event_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_link_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("story_id", "event_id", name="pk_link"),
    )
    op.create_index("ix_link_event_id_at", "link", ["event_id", "at"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("alert_id", KEY, nullable=False),
        sa.Column("who", BIG, autoincrement=False, nullable=False),
        sa.Column("word", TEXT, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_feedback_alert_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert_id", "who", name="pk_feedback"),
    )
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("alert_id", KEY, nullable=False),
        sa.Column("guild_id", BIG, nullable=False),
        sa.Column("channel", BIG, nullable=False),
        sa.Column("nonce", TEXT, nullable=False),
        sa.Column("wanted_revision", sa.Integer(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("ref", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UTC_TIME, nullable=False),
        sa.Column("first_attempt_at", UTC_TIME, nullable=True),
        sa.Column("sent_at", UTC_TIME, nullable=True),
        sa.Column("last_error", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_message_alert_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("nonce", name="uq_message_nonce"),
    )
    op.create_index("ix_message_alert_id", "message", ["alert_id"], unique=False)
    op.create_index(
        "ix_message_queue", "message", ["state", "guild_id", "channel", "sent_revision", "id"], unique=False
    )
