"""Guilds: whose watches, events and alerts these are. Guild 0 is the local one, without Discord."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage import meta
from storage import tables as t

LOCAL = 0


@dataclass(frozen=True, slots=True)
class Guild:
    """`channel`: where alerts go when a watch or an event names none. `left_at`: the bot is gone."""

    id: int
    name: str
    channel: int | None
    lang: str
    timezone: str
    settings: dict[str, Any]
    joined_at: datetime
    left_at: datetime | None


def _guild(row: Row[Any]) -> Guild:
    return Guild(**row._mapping)


def get(connection: Connection, guild_id: int) -> Guild | None:
    """One guild, also one that the bot has left."""
    row = connection.execute(select(t.guild).where(t.guild.c.id == guild_id)).first()
    return _guild(row) if row else None


def every(connection: Connection) -> list[Guild]:
    """All guilds that the bot is in."""
    rows = connection.execute(select(t.guild).where(t.guild.c.left_at.is_(None)).order_by(t.guild.c.id))
    return [_guild(row) for row in rows]


def join(connection: Connection, guild_id: int, now: datetime, name: str = "") -> bool:
    """The bot is in this guild, with all that it once configured; True when that is news."""
    known = get(connection, guild_id)
    if known and known.left_at is None and name in ("", known.name):
        return False
    if known is None:
        connection.execute(insert(t.guild).values(id=guild_id, name=name, joined_at=now))
    else:
        change(connection, guild_id, name=name or known.name, left_at=None)
    meta.configured(connection)
    return known is None or known.left_at is not None


def leave(connection: Connection, guild_id: int, now: datetime) -> None:
    """The bot is no longer in this guild: nothing rings there, nothing is forgotten."""
    change(connection, guild_id, left_at=now)


def change(connection: Connection, guild_id: int, **fields: Any) -> None:
    """Set columns of the guild: name, channel, lang, timezone, settings."""
    connection.execute(update(t.guild).where(t.guild.c.id == guild_id).values(**fields))
    meta.configured(connection)
