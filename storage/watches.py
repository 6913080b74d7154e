"""Watches: the named queries of a guild."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from matching.decision import WatchQuery
from storage import owned
from storage import tables as t


@dataclass(frozen=True, slots=True)
class Watch:
    """`paused`: why it does not run, or None. `primed_at` is None until the stored posts went through it."""

    id: int
    guild_id: int
    name: str
    query: str
    channel: int | None
    min_sources: int
    statuses: list[str]
    trust: list[str]
    leave_out: list[str]
    in_file: bool
    commanded: list[str]
    paused: str | None
    primed_at: datetime | None
    created_at: datetime


def _watch(row: Row[Any]) -> Watch:
    return Watch(**row._mapping)


def of_guild(connection: Connection, guild_id: int) -> list[Watch]:
    """The guild's watches by name, paused ones as well, removed ones not."""
    rows = connection.execute(select(t.watch).where(t.watch.c.guild_id == guild_id).order_by(t.watch.c.name))
    return [watch for watch in map(_watch, rows) if watch.paused != owned.REMOVED]


def get(connection: Connection, guild_id: int, name: str) -> Watch | None:
    """The guild's watch of that name, also a removed one."""
    row = owned.find(connection, t.watch, {"guild_id": guild_id, "name": name})
    return _watch(row) if row else None


def put(connection: Connection, guild_id: int, name: str, now: datetime, **fields: Any) -> int:
    """Add the watch, or change it, by command; returns its id.

    Fields: query (needed for a new one), channel, min_sources, statuses, trust, leave_out.
    """
    keys = {"guild_id": guild_id, "name": name}
    return owned.put(connection, t.watch, keys, fields, {"created_at": now})


def pause(connection: Connection, watch_id: int, why: str = owned.BY_COMMAND) -> None:
    """Stop the watch and keep it."""
    owned.pause(connection, t.watch, watch_id, why)


def resume(connection: Connection, watch_id: int) -> None:
    """Let the watch run again."""
    owned.resume(connection, t.watch, watch_id)


def remove(connection: Connection, watch_id: int) -> None:
    """Delete the watch, or hide it when the file lists it."""
    owned.remove(connection, t.watch, watch_id)


def queries(connection: Connection) -> list[WatchQuery]:
    """What matching compiles: the watches that run, of every guild."""
    rows = connection.execute(select(t.watch).where(owned.of_active_guilds(t.watch)).order_by(t.watch.c.id))
    return [
        WatchQuery(
            id=row.id,
            guild=row.guild_id,
            name=row.name,
            query=row.query,
            min_sources=row.min_sources,
            statuses=tuple(row.statuses),
            trust=tuple(row.trust),
            leave_out=tuple(row.leave_out),
        )
        for row in rows
    ]


def channels(connection: Connection) -> dict[int, int | None]:
    """The channel that each watch names for itself, by its id."""
    return {row.id: row.channel for row in connection.execute(select(t.watch.c.id, t.watch.c.channel))}


def unprimed(connection: Connection) -> list[int]:
    """The running watches that the stored posts have yet to go through."""
    running = owned.of_active_guilds(t.watch)
    return list(connection.scalars(select(t.watch.c.id).where(running, t.watch.c.primed_at.is_(None))))


def primed(connection: Connection, watch_ids: Collection[int], now: datetime) -> None:
    """Note that the stored posts went through these watches."""
    owned.prime(connection, t.watch, watch_ids, now)
