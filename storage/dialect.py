"""The one place that knows which database stands behind: everything that only SQLite has is here."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import QueuePool, StaticPool

BUSY_SECONDS = 10
"""How long a transaction waits for another process (a command beside the running bot) to finish its own."""

PRIVATE = 0o600

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # With WAL, NORMAL never corrupts, but a power cut may take the last commits; a sent alert whose record
    # is taken back would ring twice, so every commit is carried to the disk.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-8000",
    "PRAGMA temp_store=MEMORY",
)


def file_of(url: URL) -> Path | None:
    """The file behind an SQLite URL; None for one in memory."""
    if url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def make_engine(url: URL, *, writes: bool) -> Engine:
    """An engine whose transactions begin as writers (at once, so that they never deadlock) or as readers."""
    in_file = file_of(url) is not None
    engine = create_engine(
        url,
        poolclass=QueuePool if in_file else StaticPool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver's own idea of when a transaction begins leaves reads and DDL outside of it.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def make_private(path: Path) -> None:
    """Create the database's file and directory for their owner alone; what exists keeps its permissions.

    SQLite gives its side files (-wal, -shm) the permissions of the main one. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))


def copy_aside(path: Path, name: str) -> Path:
    """Copy a database, also one in use, to a file beside it; returns its path. Raises sqlite3.Error."""
    copy = path.with_name(f"{path.name}.{name}")
    copy.unlink(missing_ok=True)
    make_private(copy)
    with sqlite3.connect(path) as old, sqlite3.connect(copy) as new:
        old.backup(new)
    old.close()
    new.close()
    return copy


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """One transaction in which tables may be rebuilt: foreign keys are off, and checked before the commit.

    SQLite drops a table's rows from its children when it is rebuilt with foreign keys on, and ignores
    the switch inside a transaction. Raises ValueError when a row would point nowhere.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            broken = broken_references(connection)
            if broken:
                raise ValueError(f"{len(broken)} rows point nowhere, the first in table {broken[0]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def broken_references(connection: Connection) -> list[str]:
    """The table of each row that points nowhere."""
    return [str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))]


def upsert(connection: Connection, table: Table, changes: tuple[str, ...] = ()) -> Insert:
    """INSERT that changes these columns of the row already there, or leaves it alone when none is named."""
    keys = list(table.primary_key.columns)
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    if not changes:
        return insert.on_conflict_do_nothing(index_elements=keys)
    return insert.on_conflict_do_update(
        index_elements=keys, set_={name: insert.excluded[name] for name in changes}
    )
