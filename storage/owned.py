"""Rows that both the operator's file and commands configure: sources, watches and events.

A value changed in the file applies, unless a command set that field (`commanded`). What the file no
longer lists is paused, not deleted, and resumes when it is listed again. What a command removes although
the file lists it stays as a paused row, so that the next start does not bring it back.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, insert, select, update

from storage import meta
from storage import tables as t

NOT_IN_FILE = "no longer in the file"
BY_COMMAND = "paused by command"
REMOVED = "removed by command"

# A change of these means other posts: those already stored go through once more, silently.
_MEANING = {"watch": {"query"}, "event": {"who", "what"}, "source": set[str]()}

Keys = Mapping[str, Any]


def bring(connection: Connection, table: Table, keys: Keys, fields: Keys, fresh: Keys) -> str:
    """Apply what the file says of one row: returns "added", "changed" or "same".

    `fresh` completes a row that is not there yet.
    """
    row = find(connection, table, keys)
    if row is None:
        connection.execute(insert(table).values(**keys, **fields, **fresh, in_file=True))
        meta.configured(connection)
        return "added"
    changes = _differences(row, {name: fields[name] for name in fields if name not in row.commanded})
    if not row.in_file:
        changes["in_file"] = True
    if row.paused == NOT_IN_FILE:
        changes["paused"] = None
    return "changed" if _apply(connection, table, row.id, changes) else "same"


def retire(connection: Connection, table: Table, listed: Collection[int]) -> int:
    """Pause the rows, of any guild, that the file listed once and lists no more; returns how many."""
    rows = connection.execute(select(table.c.id, table.c.paused).where(table.c.in_file.is_(True)))
    gone = [row for row in rows if row.id not in listed]
    for row in gone:
        _apply(connection, table, row.id, {"in_file": False, "paused": row.paused or NOT_IN_FILE})
    return len(gone)


def put(connection: Connection, table: Table, keys: Keys, fields: Keys, fresh: Keys) -> int:
    """Add or change a row by command, and let it run; returns its id. The file leaves these fields alone."""
    row = find(connection, table, keys)
    if row is None:
        meta.configured(connection)
        values = {**keys, **fresh, **fields, "commanded": sorted(fields)}
        return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
    changes = _differences(row, fields)
    changes["commanded"] = sorted({*row.commanded, *fields})
    changes["paused"] = None
    _apply(connection, table, row.id, changes)
    return int(row.id)


def pause(connection: Connection, table: Table, row_id: int, why: str = BY_COMMAND) -> None:
    """Stop a row and keep it."""
    _apply(connection, table, row_id, {"paused": why})


def resume(connection: Connection, table: Table, row_id: int) -> None:
    """Let a paused row run again."""
    _apply(connection, table, row_id, {"paused": None})


def remove(connection: Connection, table: Table, row_id: int) -> None:
    """Delete a row by command; one that the file lists is only hidden, for the file would bring it back."""
    listed = connection.execute(select(table.c.in_file).where(table.c.id == row_id)).scalar()
    if listed:
        pause(connection, table, row_id, REMOVED)
        return
    connection.execute(delete(table).where(table.c.id == row_id))
    meta.configured(connection)


def find(connection: Connection, table: Table, keys: Keys) -> Row[Any] | None:
    """The row with these keys."""
    where = and_(*(table.c[name] == value for name, value in keys.items()))
    return connection.execute(select(table).where(where)).first()


def prime(connection: Connection, table: Table, row_ids: Collection[int], now: datetime) -> None:
    """Note that the stored posts went through these watches or events."""
    connection.execute(update(table).where(table.c.id.in_(row_ids)).values(primed_at=now))


def of_active_guilds(table: Table) -> ColumnElement[bool]:
    """Rows that run: not paused, and in a guild that the bot is in."""
    present = select(t.guild.c.id).where(t.guild.c.left_at.is_(None))
    return and_(table.c.paused.is_(None), table.c.guild_id.in_(present))


def _differences(row: Row[Any], fields: Keys) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if row._mapping[name] != value}


def _apply(connection: Connection, table: Table, row_id: int, changes: dict[str, Any]) -> bool:
    if not changes:
        return False
    if _MEANING[table.name] & changes.keys():
        changes["primed_at"] = None
    connection.execute(update(table).where(table.c.id == row_id).values(**changes))
    meta.configured(connection)
    return True
