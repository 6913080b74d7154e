"""Events: what a guild tracks, as declared, and where each stands by the stories linked to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from matching.decision import Development, EventQuery, EventState, Expected, Signature
from storage import owned
from storage import tables as t

REMEMBERED = 64
"""How many developments of an event matching is told of."""


@dataclass(frozen=True, slots=True)
class Event:
    """`status`, `since`, `expected`, `precision`: as declared. `paused`: why it does not run, or None."""

    id: int
    guild_id: int
    key: str
    title: str
    who: list[str]
    what: list[str]
    channel: int | None
    status: str | None
    since: datetime | None
    expected: datetime | None
    precision: str | None
    in_file: bool
    commanded: list[str]
    paused: str | None
    primed_at: datetime | None
    created_at: datetime


def _event(row: Row[Any]) -> Event:
    return Event(**row._mapping)


def of_guild(connection: Connection, guild_id: int) -> list[Event]:
    """The guild's events by key, paused ones as well, removed ones not."""
    rows = connection.execute(select(t.event).where(t.event.c.guild_id == guild_id).order_by(t.event.c.key))
    return [event for event in map(_event, rows) if event.paused != owned.REMOVED]


def get(connection: Connection, guild_id: int, key: str) -> Event | None:
    """The guild's event of that key, also a removed one."""
    row = owned.find(connection, t.event, {"guild_id": guild_id, "key": key})
    return _event(row) if row else None


def by_id(connection: Connection, event_id: int) -> Event | None:
    """One event."""
    row = owned.find(connection, t.event, {"id": event_id})
    return _event(row) if row else None


def put(connection: Connection, guild_id: int, key: str, now: datetime, **fields: Any) -> int:
    """Add the event, or change it, by command; returns its id.

    Fields: title, who, what (all needed for a new one), channel, status, since, expected, precision.
    """
    keys = {"guild_id": guild_id, "key": key}
    return owned.put(connection, t.event, keys, fields, {"created_at": now})


def pause(connection: Connection, event_id: int, why: str = owned.BY_COMMAND) -> None:
    """Stop tracking the event and keep it."""
    owned.pause(connection, t.event, event_id, why)


def resume(connection: Connection, event_id: int) -> None:
    """Track the event again."""
    owned.resume(connection, t.event, event_id)


def remove(connection: Connection, event_id: int) -> None:
    """Delete the event and its history, or hide it when the file lists it."""
    owned.remove(connection, t.event, event_id)


def queries(connection: Connection) -> list[EventQuery]:
    """What matching compiles: the events that run, of every guild."""
    rows = connection.execute(select(t.event).where(owned.of_active_guilds(t.event)).order_by(t.event.c.id))
    return [
        EventQuery(row.id, row.guild_id, row.key, row.title, tuple(row.who), tuple(row.what)) for row in rows
    ]


def channels(connection: Connection) -> dict[int, int | None]:
    """The channel that each event names for itself, by its id."""
    return {row.id: row.channel for row in connection.execute(select(t.event.c.id, t.event.c.channel))}


def unprimed(connection: Connection) -> list[int]:
    """The running events that the stored posts have yet to go through."""
    running = owned.of_active_guilds(t.event)
    return list(connection.scalars(select(t.event.c.id).where(running, t.event.c.primed_at.is_(None))))


def primed(connection: Connection, event_ids: Collection[int], now: datetime) -> None:
    """Note that the stored posts went through these events."""
    owned.prime(connection, t.event, event_ids, now)


def states(connection: Connection, event_ids: Collection[int]) -> list[EventState]:
    """Where these events stand: as declared, and their latest developments, oldest first."""
    steps = {event_id: _developments(connection, event_id) for event_id in event_ids}
    rows = connection.execute(select(t.event).where(t.event.c.id.in_(event_ids)).order_by(t.event.c.id))
    return [
        EventState(
            event_id=row.id,
            guild=row.guild_id,
            status=row.status,
            since=row.since,
            expected=_expected(row),
            developments=tuple(steps[row.id]),
        )
        for row in rows
    ]


def _developments(connection: Connection, event_id: int) -> list[Development]:
    latest = (
        select(t.link, t.story.c.last_seen, t.story.c.terms, t.story.c.actions)
        .join(t.story, t.story.c.id == t.link.c.story_id)
        .where(t.link.c.event_id == event_id)
        .order_by(t.link.c.at.desc(), t.link.c.story_id.desc())
        .limit(REMEMBERED)
    )
    return [_development(row) for row in connection.execute(latest)][::-1]


def _development(row: Row[Any]) -> Development:
    return Development(
        story_id=row.story_id,
        status=row.status,
        expected=_expected(row),
        sure=row.sure,
        first_at=row.at,
        last_at=row.last_seen,
        signature=Signature(row.terms, tuple(row.actions)),
    )


def _expected(row: Row[Any]) -> Expected | None:
    if row.expected is None or row.precision is None:
        return None
    return Expected(row.expected, row.precision, row._mapping.get("words", ""))
