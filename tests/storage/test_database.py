import asyncio
import fcntl
import multiprocessing
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import IntegrityError

from storage import guilds, meta
from storage import tables as t
from storage.database import Database
from storage.errors import Damaged, InUse, Unavailable, Unusable, Unwritable

from .conftest import NOW


def many_guilds(connection: Connection) -> None:
    connection.execute(insert(t.guild), [{"id": i, "name": "x" * 900, "joined_at": NOW} for i in range(90)])


def read_all(url: str) -> None:
    database = Database.open(url)
    try:
        with database.transaction() as connection:
            guilds.every(connection)
    finally:
        database.close()


def test_all_files_are_their_owners_alone(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}", pipeline=True)
    with database.transaction() as connection:
        guilds.join(connection, 1, NOW)
    modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert modes == {".sqlite3": 0o600, ".sqlite3-wal": 0o600, ".sqlite3-shm": 0o600, ".lock": 0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    database.close()


def test_the_connection_keeps_sqlite_strict(database: Database) -> None:
    with database.transaction() as connection:
        answers = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")
        ]
    assert answers == ["wal", 1]


async def test_a_write_is_one_transaction_undone_by_an_error(database: Database) -> None:
    def half(connection: Connection) -> None:
        guilds.join(connection, 1, NOW)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await database.write(half)
    assert await database.read(guilds.every) == []


async def test_writes_share_one_thread_and_arguments_arrive(database: Database) -> None:
    def where(connection: Connection, number: int, *, name: str) -> tuple[int, str, str]:
        return number, name, threading.current_thread().name

    answers = await asyncio.gather(*(database.write(where, i, name="n") for i in range(5)))
    assert {name for _, _, name in answers} == {"storage-writer_0"}
    assert [number for number, _, _ in answers] == list(range(5))


async def test_a_reader_sees_what_is_committed_while_a_write_is_open(database: Database) -> None:
    began, finish = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        guilds.join(connection, 1, NOW)
        began.set()
        assert finish.wait(10)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(began.wait, 10)
    assert await database.read(guilds.every) == []
    finish.set()
    await writing
    assert [guild.id for guild in await database.read(guilds.every)] == [1]


async def test_a_cancelled_caller_does_not_cut_a_transaction(database: Database) -> None:
    began, finish = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        began.set()
        assert finish.wait(10)
        guilds.join(connection, 1, NOW)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(began.wait, 10)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    finish.set()
    assert len(await database.write(guilds.every)) == 1


def test_a_second_pipeline_is_refused_and_commands_are_not(file: Path) -> None:
    url = f"sqlite:///{file}"
    first = Database.open(url, pipeline=True)
    with pytest.raises(InUse, match="another Tocsin polls into it"):
        Database.open(url, pipeline=True)
    beside = Database.open(url)
    with beside.transaction() as connection:
        guilds.join(connection, 1, NOW)
    beside.close()
    first.close()
    first.close()
    Database.open(url, pipeline=True).close()


def _hold_and_die(url: str) -> None:
    Database.open(url, pipeline=True)
    os._exit(1)


def test_the_lock_ends_with_its_process(file: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_hold_and_die, args=(f"sqlite:///{file}",))
    process.start()
    process.join(60)
    assert process.exitcode == 1
    Database.open(f"sqlite:///{file}", pipeline=True).close()


def test_a_file_that_is_no_database_is_named_and_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"These are somebody's notes, not a database." * 100)
    with pytest.raises(Damaged, match=r"tocsin.sqlite3: it is not an SQLite database: move it away"):
        Database.open(f"sqlite:///{file}", pipeline=True)
    assert file.read_bytes().startswith(b"These are")
    with (file.parent / "tocsin.sqlite3.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises if the failed start still held it


def test_a_torn_database_is_named(file: Path) -> None:
    database = Database.open(f"sqlite:///{file}")
    with database.transaction() as connection:
        connection.execute(
            insert(t.guild), [{"id": i, "name": "x" * 900, "joined_at": NOW} for i in range(90)]
        )
    database.close()
    with file.open("r+b") as torn:
        torn.seek(4096)
        torn.write(b"\xff" * 4096 * 40)
    with pytest.raises(Damaged, match="restore a backup"):
        read_all(f"sqlite:///{file}")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a directory should be")
    with pytest.raises(Unwritable, match="name a place you can write to"):
        Database.open(f"sqlite:///{tmp_path}/taken/tocsin.sqlite3")


def test_a_lock_that_cannot_be_made_is_named(file: Path) -> None:
    file.parent.mkdir()
    file.with_name(file.name + ".lock").mkdir()
    with pytest.raises(Unwritable, match="its directory cannot be written"):
        Database.open(f"sqlite:///{file}", pipeline=True)


def test_a_writer_in_another_process_is_waited_for_then_reported(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.dialect.BUSY_SECONDS", 0.05)
    database = Database.open(f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="another process is writing"), database.transaction():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as connection:
        assert guilds.every(connection) == []
    database.close()


def test_a_full_disk_loses_nothing_and_is_survived(database: Database) -> None:
    with database.transaction() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(Unavailable, match="the disk is full"), database.transaction() as connection:
        connection.execute(
            insert(t.guild), [{"id": i, "name": "x" * 900, "joined_at": NOW} for i in range(90)]
        )
    with database.transaction() as connection:
        assert guilds.every(connection) == []


def test_a_broken_constraint_is_our_bug_and_stays_what_it_is(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(t.watch).values(guild_id=404, name="w", query="q", created_at=NOW))


@pytest.mark.parametrize("url", ["hunter2 is my password", "postgresql://bell:hunter2@db.example/tocsin"])
def test_an_address_that_is_none_of_ours_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(Unusable, match="sqlite:////path/file") as refused:
        Database.open(url)
    assert "hunter2" not in str(refused.value)


async def test_a_database_in_memory_is_whole_and_alone() -> None:
    first, second = Database.in_memory(), Database.in_memory()
    with first.transaction() as connection:
        guilds.join(connection, 1, NOW)
    assert [guild.id for guild in await first.read(guilds.every)] == [1]
    assert await second.read(guilds.every) == []
    assert first.place == "in memory"
    first.close()
    second.close()


async def test_a_change_by_another_process_is_noticed(file: Path) -> None:
    running, command = Database.open(f"sqlite:///{file}"), Database.open(f"sqlite:///{file}")
    before = await running.read(meta.count, meta.CONFIGURATION)
    with command.transaction() as connection:
        guilds.join(connection, 1, NOW)
    assert await running.read(meta.count, meta.CONFIGURATION) > before
    running.close()
    command.close()
