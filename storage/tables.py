"""The tables. Each Row class declares one; the lower-case names below are what queries use.

    guild ─┬─ watch                      source ── identity ── post
           ├─ event ── link ── story ── evidence ────────────────┘
           ├─ subscription ── source       └── story_term
           └─ alert (of a story) ── message         channel_state, audit, feedback, meta

Sources, posts and stories belong to all guilds; the rest belongs to one. Guild 0 is the local one.
Times are aware UTC; spans are seconds.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, MetaData, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.types import BIG, HASH, JSON_VALUE, KEY, UTC_TIME

# Every constraint has a name: a migration can only drop what it can call.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class MetaRow(Row, table=True):
    """Counters that a running bot watches."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True, sa_type=Text)
    value: int = Field(default=0, sa_type=BIG)


class GuildRow(Row, table=True):
    """`channel`: where alerts go when a watch or an event names none."""

    __tablename__ = "guild"
    id: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    name: str = Field(default="", sa_type=Text)
    channel: int | None = Field(default=None, sa_type=BIG)
    lang: str = Field(default="en", sa_type=Text)
    timezone: str = Field(default="UTC", sa_type=Text)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_VALUE)
    joined_at: datetime = Field(sa_type=UTC_TIME)
    left_at: datetime | None = Field(default=None, sa_type=UTC_TIME)


class SourceRow(Row, table=True):
    """`paused` says why, or is NULL. `commanded`: fields that a command set; the file no longer moves them.

    `not_before` is what the source itself asked for (Retry-After): it binds every kind of poll.
    `rhythm` is what was learnt of its pace.
    """

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("kind", "url"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=Text)
    url: str = Field(sa_type=Text)
    name: str = Field(default="", sa_type=Text)
    title: str = Field(default="", sa_type=Text)
    lang: str | None = Field(default=None, sa_type=Text)
    options: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_VALUE)
    every: float | None = None
    lookback: float | None = None
    in_file: bool = False
    commanded: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    paused: str | None = Field(default=None, sa_type=Text)
    cursor: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_VALUE)
    rhythm: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_VALUE)
    first_polled_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    polled_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    changed_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    next_poll_at: datetime = Field(sa_type=UTC_TIME, index=True)
    not_before: datetime | None = Field(default=None, sa_type=UTC_TIME)
    failures: int = 0
    last_error: str | None = Field(default=None, sa_type=Text)


class SubscriptionRow(Row, table=True):
    __tablename__ = "subscription"
    __table_args__ = (Index(None, "source_id"),)
    guild_id: int = Field(primary_key=True, foreign_key="guild.id", ondelete="CASCADE", sa_type=BIG)
    source_id: int = Field(primary_key=True, foreign_key="source.id", ondelete="CASCADE", sa_type=KEY)
    since: datetime = Field(sa_type=UTC_TIME)


class PostRow(Row, table=True):
    """The latest content of a post. `seen_at` is when this revision was first seen."""

    __tablename__ = "post"
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    source_id: int = Field(foreign_key="source.id", ondelete="CASCADE", sa_type=KEY, index=True)
    guid: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    canonical_url: str | None = Field(default=None, sa_type=Text, index=True)
    summary: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    author: str | None = Field(default=None, sa_type=Text)
    lang: str | None = Field(default=None, sa_type=Text)
    published: datetime | None = Field(default=None, sa_type=UTC_TIME)
    first_seen: datetime = Field(sa_type=UTC_TIME, index=True)
    seen_at: datetime = Field(sa_type=UTC_TIME)
    revision: int = 1


class IdentityRow(Row, table=True):
    """That a source carried this item, with this content; outlives the post. By hash: it is only compared."""

    __tablename__ = "identity"
    # One lookup instead of two for SQLite; other databases pass over it.
    __table_args__: ClassVar[Any] = (
        Index(None, "last_seen"),
        Index(None, "post_id"),
        {"sqlite_with_rowid": False},
    )
    source_id: int = Field(primary_key=True, foreign_key="source.id", ondelete="CASCADE", sa_type=KEY)
    guid_hash: bytes = Field(primary_key=True, sa_type=HASH)
    content_hash: bytes = Field(sa_type=HASH)
    post_id: int | None = Field(default=None, foreign_key="post.id", ondelete="SET NULL", sa_type=KEY)
    last_seen: datetime = Field(sa_type=UTC_TIME)


class WatchRow(Row, table=True):
    """`primed_at` is NULL until the stored posts went through it silently."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("guild_id", "name"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    guild_id: int = Field(foreign_key="guild.id", ondelete="CASCADE", sa_type=BIG)
    name: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    channel: int | None = Field(default=None, sa_type=BIG)
    min_sources: int = 1
    statuses: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    trust: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    leave_out: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    in_file: bool = False
    commanded: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    paused: str | None = Field(default=None, sa_type=Text)
    primed_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    created_at: datetime = Field(sa_type=UTC_TIME)


class EventRow(Row, table=True):
    """`status`, `since`, `expected`: as declared by the user, before any development."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("guild_id", "key"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    guild_id: int = Field(foreign_key="guild.id", ondelete="CASCADE", sa_type=BIG)
    key: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    who: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    what: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    channel: int | None = Field(default=None, sa_type=BIG)
    status: str | None = Field(default=None, sa_type=Text)
    since: datetime | None = Field(default=None, sa_type=UTC_TIME)
    expected: datetime | None = Field(default=None, sa_type=UTC_TIME)
    precision: str | None = Field(default=None, sa_type=Text)
    in_file: bool = False
    commanded: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    paused: str | None = Field(default=None, sa_type=Text)
    primed_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    created_at: datetime = Field(sa_type=UTC_TIME)


class StoryRow(Row, table=True):
    """`terms` and `actions` are the story's signature; `urls` its latest canonical addresses.

    `posts` and `sources` count its evidence, also what retention has deleted; `lang` is the headline's.
    """

    __tablename__ = "story"
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    first_seen: datetime = Field(sa_type=UTC_TIME)
    last_seen: datetime = Field(sa_type=UTC_TIME, index=True)
    headline: str = Field(sa_type=Text)
    lang: str | None = Field(default=None, sa_type=Text)
    langs: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    terms: dict[str, float] = Field(default_factory=dict, sa_type=JSON_VALUE)
    actions: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    urls: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    posts: int = 0
    sources: int = 0


class StoryTermRow(Row, table=True):
    """The heaviest terms of each story: the way from a post's words to the stories it might belong to."""

    __tablename__ = "story_term"
    __table_args__: ClassVar[Any] = (
        Index("ix_story_term_recent", "term", "last_seen"),
        Index(None, "story_id"),
        {"sqlite_with_rowid": False},
    )
    term: str = Field(primary_key=True, sa_type=Text)
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE", sa_type=KEY)
    last_seen: datetime = Field(sa_type=UTC_TIME)


class EvidenceRow(Row, table=True):
    """That this revision of a post reports this story, and why it was thought so."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "post_id"),)
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE", sa_type=KEY)
    post_id: int = Field(primary_key=True, foreign_key="post.id", ondelete="CASCADE", sa_type=KEY)
    revision: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UTC_TIME)
    sentence: str = Field(default="", sa_type=Text)
    score: float = 0.0
    why: str = Field(default="", sa_type=Text)


class LinkRow(Row, table=True):
    """A story as a step in an event's history: what it reports, and where the event stood before."""

    __tablename__ = "link"
    __table_args__ = (Index(None, "event_id", "at"),)
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE", sa_type=KEY)
    event_id: int = Field(primary_key=True, foreign_key="event.id", ondelete="CASCADE", sa_type=KEY)
    status: str | None = Field(default=None, sa_type=Text)
    expected: datetime | None = Field(default=None, sa_type=UTC_TIME)
    precision: str | None = Field(default=None, sa_type=Text)
    words: str = Field(default="", sa_type=Text)
    sure: bool = True
    at: datetime = Field(sa_type=UTC_TIME)
    before_status: str | None = Field(default=None, sa_type=Text)
    before_expected: datetime | None = Field(default=None, sa_type=UTC_TIME)
    before_precision: str | None = Field(default=None, sa_type=Text)


class AlertRow(Row, table=True):
    """What one channel is told of one story. An alert without a message was taken note of in silence.

    `watches` are names: they stay true when a watch is deleted.
    """

    __tablename__ = "alert"
    # autoincrement: a deleted alert's number, which stands in Discord's buttons, is never given to another.
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("guild_id", "channel", "story_id"),
        Index(None, "story_id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    guild_id: int = Field(foreign_key="guild.id", ondelete="CASCADE", sa_type=BIG)
    channel: int = Field(sa_type=BIG)
    story_id: int = Field(foreign_key="story.id", ondelete="CASCADE", sa_type=KEY)
    event_id: int | None = Field(default=None, foreign_key="event.id", ondelete="SET NULL", sa_type=KEY)
    watches: list[str] = Field(default_factory=list, sa_type=JSON_VALUE)
    why: str = Field(default="", sa_type=Text)
    at: datetime = Field(sa_type=UTC_TIME)


class MessageRow(Row, table=True):
    """The outbox: what stands, or shall stand, in a channel. `state`: pending, sent, gone or refused.

    `first_attempt_at` is set before the first send leaves, so that a crash between send and record shows.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_queue", "state", "guild_id", "channel", "sent_revision", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    alert_id: int = Field(foreign_key="alert.id", ondelete="CASCADE", sa_type=KEY, index=True)
    guild_id: int = Field(sa_type=BIG)
    channel: int = Field(sa_type=BIG)
    nonce: str = Field(sa_type=Text, unique=True)
    wanted_revision: int = 1
    sent_revision: int = 0
    ref: str | None = Field(default=None, sa_type=Text)
    state: str = Field(default="pending", sa_type=Text)
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=UTC_TIME)
    first_attempt_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    sent_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    last_error: str | None = Field(default=None, sa_type=Text)


class ChannelStateRow(Row, table=True):
    __tablename__ = "channel_state"
    guild_id: int = Field(primary_key=True, foreign_key="guild.id", ondelete="CASCADE", sa_type=BIG)
    channel: int = Field(primary_key=True, sa_type=BIG)
    paused: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=UTC_TIME)


class AuditRow(Row, table=True):
    """Who changed what. `who` is a user's snowflake, or NULL for the operator's file and command line."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "guild_id", "at"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    guild_id: int = Field(foreign_key="guild.id", ondelete="CASCADE", sa_type=BIG)
    at: datetime = Field(sa_type=UTC_TIME)
    who: int | None = Field(default=None, sa_type=BIG)
    action: str = Field(sa_type=Text)
    what: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_VALUE)


class FeedbackRow(Row, table=True):
    """What a reader said of an alert; the latest word counts."""

    __tablename__ = "feedback"
    alert_id: int = Field(primary_key=True, foreign_key="alert.id", ondelete="CASCADE", sa_type=KEY)
    who: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    word: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UTC_TIME)


METADATA = Row.metadata


def _table(row: type[Row]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


meta = _table(MetaRow)
guild = _table(GuildRow)
source = _table(SourceRow)
subscription = _table(SubscriptionRow)
post = _table(PostRow)
identity = _table(IdentityRow)
watch = _table(WatchRow)
event = _table(EventRow)
story = _table(StoryRow)
story_term = _table(StoryTermRow)
evidence = _table(EvidenceRow)
link = _table(LinkRow)
alert = _table(AlertRow)
message = _table(MessageRow)
channel_state = _table(ChannelStateRow)
audit = _table(AuditRow)
feedback = _table(FeedbackRow)
