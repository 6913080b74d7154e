"""Opening a database, and the threads that work on it: one writer, a few readers.

database = Database.open(url, pipeline=True)
added = await database.write(sources.add, ...)     one transaction on the writer's thread
due = await database.read(sources.due, now)        a reader's thread, beside the writer
with database.transaction() as connection: ...     the same, in the caller's own thread
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Engine, make_url
from sqlalchemy import Connection as Connection
from sqlalchemy.exc import ArgumentError

from storage import dialect, schema
from storage.errors import InUse, Unusable, Unwritable, translated

READERS = 3

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """An open database with this program's schema. Made by `open` or `in_memory`; close it."""

    def __init__(self, url: URL, lock: int | None) -> None:
        self.place = _place(url)
        self.copied_to: Path | None = None
        self._lock = lock
        self._writer = dialect.make_engine(url, writes=True)
        # A database in memory lives in one connection, so one thread does all.
        shared = dialect.file_of(url) is None
        self._reader = self._writer if shared else dialect.make_engine(url, writes=False)
        self._writing = ThreadPoolExecutor(1, "storage-writer")
        self._reading = self._writing if shared else ThreadPoolExecutor(READERS, "storage-reader")

    @classmethod
    def open(cls, url: str, *, pipeline: bool = False) -> Self:
        """Open, create or migrate the database at an SQLAlchemy URL.

        With `pipeline` it is held until `close`: a second holder, in any process, is refused. Without,
        it is used beside one. Raises StorageError.
        """
        parsed = _parsed(url)
        file = dialect.file_of(parsed)
        if file:
            _make_file(file)
        lock = _hold(file) if file and pipeline else None
        database = cls(parsed, lock)
        try:
            with translated(database.place):
                database.copied_to = schema.bring_up(database._writer, file)
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def in_memory(cls) -> Self:
        """A new database that lives and dies with this object: for a backtest."""
        return cls.open("sqlite://")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A writing transaction in the calling thread: committed at the end, undone by an exception."""
        with translated(self.place), self._writer.begin() as connection:
            yield connection

    async def write(
        self, call: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `call(connection, …)` as one transaction; raises what it raises, and StorageError.

        A cancelled caller does not stop a transaction that has begun: it commits or fails as a whole.
        """
        return await self._run(self._writing, self._writer, call, *args, **kwargs)

    async def read(
        self, call: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `call(connection, …)` on one consistent view of the database, beside the writer."""
        return await self._run(self._reading, self._reader, call, *args, **kwargs)

    async def _run(
        self,
        threads: ThreadPoolExecutor,
        engine: Engine,
        call: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def work() -> T:
            with translated(self.place), engine.begin() as connection:
                return call(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(threads, work)

    def close(self) -> None:
        """Finish what was begun, close every connection and let the next pipeline in. May be called again."""
        for threads in (self._writing, self._reading):
            threads.shutdown(wait=True)
        for engine in (self._reader, self._writer):
            engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _parsed(url: str) -> URL:
    # The URL itself stays out of the messages: it may hold a password.
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Unusable("TOCSIN_DATABASE_URL is not a database URL such as sqlite:////path/file") from None
    if parsed.get_backend_name() != "sqlite":
        raise Unusable("TOCSIN_DATABASE_URL must name an SQLite file: sqlite:////path/file")
    return parsed


def _place(url: URL) -> str:
    return str(dialect.file_of(url) or "in memory")


def _make_file(file: Path) -> None:
    try:
        dialect.make_private(file)
    except OSError as error:
        raise Unwritable(
            f"database {file}: {error.strerror}: name a place you can write to in TOCSIN_DATA"
        ) from error


def _hold(file: Path) -> int:
    """Take the lock beside the file. The system gives it back when the process ends, however it ends."""
    try:
        lock = os.open(file.with_name(file.name + ".lock"), os.O_RDWR | os.O_CREAT, dialect.PRIVATE)
    except OSError as error:
        raise Unwritable(f"database {file}: {error.strerror}: its directory cannot be written") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise InUse(f"database {file}: another Tocsin polls into it: stop it, or name another") from None
    return lock
