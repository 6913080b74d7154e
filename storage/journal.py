"""What people did: the audit of changes, and the feedback on alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage import dialect
from storage import tables as t


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `who` is a user's snowflake, or None for the operator's file and command line."""

    id: int
    guild_id: int
    at: datetime
    who: int | None
    action: str
    what: dict[str, Any]


def note(
    connection: Connection,
    guild_id: int,
    at: datetime,
    action: str,
    what: Mapping[str, Any],
    who: int | None = None,
) -> None:
    """Write a change down, in the transaction that makes it."""
    values = {"guild_id": guild_id, "at": at, "who": who, "action": action, "what": dict(what)}
    connection.execute(insert(t.audit).values(**values))


def latest(connection: Connection, guild_id: int, limit: int = 50) -> list[Entry]:
    """The guild's latest changes, the latest first."""
    mine = select(t.audit).where(t.audit.c.guild_id == guild_id)
    rows = connection.execute(mine.order_by(t.audit.c.id.desc()).limit(limit))
    return [Entry(**row._mapping) for row in rows]


def rate(connection: Connection, alert_id: int, who: int, word: str, at: datetime) -> None:
    """Keep what a reader says of an alert; a later word replaces the earlier one."""
    values = {"alert_id": alert_id, "who": who, "word": word, "at": at}
    connection.execute(dialect.upsert(connection, t.feedback, ("word", "at")).values(**values))


def ratings(connection: Connection, alert_id: int) -> dict[int, str]:
    """What each reader said of an alert."""
    mine = t.feedback.c.alert_id == alert_id
    rows = connection.execute(select(t.feedback.c.who, t.feedback.c.word).where(mine))
    return {row.who: row.word for row in rows}
