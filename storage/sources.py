"""Sources and who subscribes to them. A source is polled once for all; without subscribers it rests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from storage import dialect, meta, owned
from storage import tables as t

SHOWN = 300
"""Characters of an error that are kept with its source."""


@dataclass(frozen=True, slots=True)
class Source:
    """`every` and `lookback` in seconds. `not_before` is the source's own wish, which binds every poll."""

    id: int
    kind: str
    url: str
    name: str
    title: str
    lang: str | None
    options: dict[str, Any]
    every: float | None
    lookback: float | None
    in_file: bool
    commanded: list[str]
    paused: str | None
    cursor: dict[str, Any]
    rhythm: dict[str, Any]
    first_polled_at: datetime | None
    polled_at: datetime | None
    changed_at: datetime | None
    next_poll_at: datetime
    not_before: datetime | None
    failures: int
    last_error: str | None

    @property
    def outlet(self) -> str:
        """The name that people read: the configured one, else the source's own, else its address."""
        return self.name or self.title or self.url


@dataclass(frozen=True, slots=True)
class Polled:
    """What to record of a poll that worked."""

    source_id: int
    at: datetime
    next_poll_at: datetime
    cursor: Mapping[str, Any]
    rhythm: Mapping[str, Any]
    not_before: datetime | None = None


def _source(row: Row[Any]) -> Source:
    return Source(**row._mapping)


def get(connection: Connection, source_id: int) -> Source | None:
    """One source."""
    row = owned.find(connection, t.source, {"id": source_id})
    return _source(row) if row else None


def find(connection: Connection, kind: str, url: str) -> Source | None:
    """The source of that kind and address."""
    row = owned.find(connection, t.source, {"kind": kind, "url": url})
    return _source(row) if row else None


def of_guild(connection: Connection, guild_id: int) -> list[Source]:
    """The sources that a guild subscribes to, in the order they came."""
    mine = select(t.subscription.c.source_id).where(t.subscription.c.guild_id == guild_id)
    rows = connection.execute(select(t.source).where(t.source.c.id.in_(mine)).order_by(t.source.c.id))
    return [_source(row) for row in rows]


def put(connection: Connection, kind: str, url: str, now: datetime, **fields: Any) -> int:
    """Add the source, or change it, by command; returns its id. It is polled once somebody subscribes.

    Fields: name, lang, options, every, lookback.
    """
    return owned.put(connection, t.source, {"kind": kind, "url": url}, fields, {"next_poll_at": now})


def subscribe(connection: Connection, guild_id: int, source_id: int, now: datetime) -> None:
    """Let a guild's watches see the posts of this source."""
    row = {"guild_id": guild_id, "source_id": source_id, "since": now}
    connection.execute(dialect.upsert(connection, t.subscription).values(row))
    meta.configured(connection)


def unsubscribe(connection: Connection, guild_id: int, source_id: int) -> None:
    """The guild's watches no longer see this source; what it brought stays."""
    mine = and_(t.subscription.c.guild_id == guild_id, t.subscription.c.source_id == source_id)
    connection.execute(delete(t.subscription).where(mine))
    meta.configured(connection)


def subscribers(connection: Connection, source_id: int) -> frozenset[int]:
    """The guilds that subscribe to this source."""
    rows = connection.scalars(
        select(t.subscription.c.guild_id).where(t.subscription.c.source_id == source_id)
    )
    return frozenset(rows)


def pause(connection: Connection, source_id: int, why: str = owned.BY_COMMAND) -> None:
    """Stop polling the source and keep it."""
    owned.pause(connection, t.source, source_id, why)


def resume(connection: Connection, source_id: int, now: datetime) -> None:
    """Poll the source again, at once and as if it had never failed."""
    owned.resume(connection, t.source, source_id)
    values = {"failures": 0, "last_error": None, "next_poll_at": now}
    connection.execute(update(t.source).where(t.source.c.id == source_id).values(**values))


def _enabled() -> ColumnElement[bool]:
    present = select(t.guild.c.id).where(t.guild.c.left_at.is_(None))
    wanted = exists().where(
        t.subscription.c.source_id == t.source.c.id, t.subscription.c.guild_id.in_(present)
    )
    return and_(t.source.c.paused.is_(None), wanted)


def due(connection: Connection, now: datetime, limit: int = 1000) -> list[Source]:
    """The sources whose time has come, the longest overdue first."""
    rows = connection.execute(
        select(t.source)
        .where(t.source.c.next_poll_at <= now, _enabled())
        .order_by(t.source.c.next_poll_at, t.source.c.id)
        .limit(limit)
    )
    return [_source(row) for row in rows]


def enabled(connection: Connection, now: datetime) -> list[Source]:
    """Every source that may be polled now, due or not; not those that asked for patience (Retry-After)."""
    patient = or_(t.source.c.not_before.is_(None), t.source.c.not_before <= now)
    rows = connection.execute(select(t.source).where(_enabled(), patient).order_by(t.source.c.id))
    return [_source(row) for row in rows]


def next_due(connection: Connection) -> datetime | None:
    """When the next poll of any enabled source is due."""
    earliest: datetime | None = connection.execute(
        select(t.source.c.next_poll_at).where(_enabled()).order_by(t.source.c.next_poll_at).limit(1)
    ).scalar()
    return earliest


_RECORD = (
    update(t.source)
    .where(t.source.c.id == bindparam("key"))
    .values(
        polled_at=bindparam("at"),
        first_polled_at=func.coalesce(t.source.c.first_polled_at, bindparam("at")),
        next_poll_at=bindparam("next"),
        cursor=bindparam("new_cursor"),
        rhythm=bindparam("new_rhythm"),
        not_before=bindparam("patience"),
        failures=0,
        last_error=None,
    )
)


def record(connection: Connection, polls: Sequence[Polled]) -> None:
    """Note polls that worked, in one go: cursors move, failures are forgotten."""
    if polls:
        connection.execute(
            _RECORD,
            [
                {
                    "key": poll.source_id,
                    "at": poll.at,
                    "next": poll.next_poll_at,
                    "new_cursor": dict(poll.cursor),
                    "new_rhythm": dict(poll.rhythm),
                    "patience": poll.not_before,
                }
                for poll in polls
            ],
        )


def record_change(connection: Connection, source_id: int, now: datetime, **fields: Any) -> None:
    """Note that a poll brought something, and what the source says of itself (title, lang, url)."""
    connection.execute(update(t.source).where(t.source.c.id == source_id).values(changed_at=now, **fields))


def record_patience(connection: Connection, source_id: int, until: datetime) -> None:
    """Note that the source's host is to be left alone until then; that is no failure."""
    values = {"not_before": until, "next_poll_at": until}
    connection.execute(update(t.source).where(t.source.c.id == source_id).values(**values))


def record_failure(
    connection: Connection,
    source_id: int,
    now: datetime,
    error: str,
    next_poll_at: datetime,
    not_before: datetime | None = None,
    gone: str | None = None,
) -> None:
    """Note a poll that failed: the cursor stays, the count rises. `gone` pauses the source and says why."""
    values: dict[str, Any] = {
        "polled_at": now,
        "failures": t.source.c.failures + 1,
        "last_error": error[:SHOWN],
        "next_poll_at": next_poll_at,
        "not_before": not_before,
    }
    connection.execute(update(t.source).where(t.source.c.id == source_id).values(**values))
    if gone:
        pause(connection, source_id, gone)
