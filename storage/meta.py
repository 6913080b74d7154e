"""Counters that tell a running bot what other processes changed."""

from sqlalchemy import Connection, select, update

from storage import dialect
from storage import tables as t

CONFIGURATION = "configuration"
"""Rises with every change of guilds, sources, watches, events and channels that the pipeline must notice."""


def count(connection: Connection, key: str) -> int:
    """The counter's value; 0 when it never rose."""
    return connection.execute(select(t.meta.c.value).where(t.meta.c.key == key)).scalar() or 0


def raise_count(connection: Connection, key: str) -> None:
    """Add one to the counter."""
    connection.execute(dialect.upsert(connection, t.meta).values(key=key, value=0))
    connection.execute(update(t.meta).where(t.meta.c.key == key).values(value=t.meta.c.value + 1))


def configured(connection: Connection) -> None:
    """Note that the configuration changed."""
    raise_count(connection, CONFIGURATION)
